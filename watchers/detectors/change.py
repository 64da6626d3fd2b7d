"""Change rules: a field that is not what it was before."""

from datetime import timedelta
from typing import Any, Literal

from pydantic import Field

from watchers.detectors.base import Event, Names, Pause, Sight, WindowRule

_SHOWN = 60
_KEPT = 200


class ChangeRule(WindowRule):
    """A record of a group in which one of the fields differs from the record before.

    Attributes:
        compare_key: The fields; one that changed is enough.
        ignore_null: Whether a record that lacks one of them is left alone.
        timeframe: What was longer ago is forgotten; ``off`` for never.
    """

    kind: Literal["change"]
    compare_key: Names = Field(min_length=1, max_length=10)
    ignore_null: bool = True
    timeframe: Pause = timedelta()

    @property
    def looked_at(self) -> tuple[str, ...]:
        """The key's, and those that are compared."""
        return (*self.query_key, *self.compare_key)

    def course(self, state: Any = None) -> "ChangeCourse":
        """For one group."""
        return ChangeCourse(self, state)


class ChangeCourse:
    """One group's last values."""

    def __init__(self, rule: ChangeRule, state: Any = None) -> None:
        """Go on with what `state` said."""
        self._rule = rule
        self._values: list[str] | None
        self._at: float | None
        self._values, self._at = state or (None, None)

    def take(self, event: Event) -> Sight | None:
        """A record that comes late, behind a newer one, says nothing of what is now."""
        values = [event.fields.get(name, "")[:_KEPT] for name in self._rule.compare_key]
        if self._rule.ignore_null and not all(values):
            return None
        if self._at is not None and event.at < self._at:
            return None
        before, at = self._values, self._at
        self._values, self._at = values, event.at
        within = self._rule.timeframe.total_seconds()
        if before is None or at is None or before == values or (within and event.at - at > within):
            return None
        said = ", ".join(
            f"{name} {_shown(old)} → {_shown(new)}"
            for name, old, new in zip(self._rule.compare_key, before, values, strict=True)
            if old != new
        )
        return Sight(said=said, since=event.at)

    def tick(self, until: float) -> None:
        """Nothing shows without a record."""

    def state(self) -> Any:
        """The values, and since when."""
        return self._values, self._at


def _shown(value: str) -> str:
    return value[:_SHOWN] or "nothing"
