"""New-term rules: a value that a field never had before, or not for long."""

import json
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from watchers.detectors.base import Event, Name, Pause, Sight, Span, WindowRule

MOST_TERMS = 5000
"""Of one group; then the one that was not seen for longest is forgotten."""
_SHOWN = 80
_KEPT = 200
_STEPS = 30
"""A term's last time is kept in steps of this part of the window: it is stored with each."""


def _in_a_list(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class NewTermRule(WindowRule):
    """A value of one of the fields that was not seen within the window.

    Attributes:
        fields: The fields; several in a list of their own count together, as one value.
        terms_window_size: What was not seen for so long is new again.
        alert_on_missing_field: Whether a record without the field shows too.
        learn: Of a new group, so long everything is taken as known.
    """

    kind: Literal["new_term"]
    fields: Annotated[
        tuple[Annotated[tuple[Name, ...], BeforeValidator(_in_a_list), Field(min_length=1)], ...],
        BeforeValidator(_in_a_list),
    ] = Field(min_length=1, max_length=10)
    terms_window_size: Span = timedelta(days=30)
    alert_on_missing_field: bool = False
    learn: Pause = timedelta(hours=1)

    @property
    def looked_at(self) -> tuple[str, ...]:
        """The key's, and those that are looked at."""
        return (*self.query_key, *(name for names in self.fields for name in names))

    def course(self, state: Any = None) -> "NewTermCourse":
        """For one group."""
        return NewTermCourse(self, state)


class NewTermCourse:
    """One group's known values: when each was seen last."""

    def __init__(self, rule: NewTermRule, state: Any = None) -> None:
        """Go on with what `state` said."""
        self._rule = rule
        self._first: float | None
        self._known: dict[str, float]
        self._first, self._known = state or (None, {})
        self._window = rule.terms_window_size.total_seconds()

    def take(self, event: Event) -> Sight | None:
        """All fields that have a new value show together."""
        if self._first is None:
            self._first = event.at
        new = [said for names in self._rule.fields if (said := self._new(names, event))]
        if not new or event.at - self._first < self._rule.learn.total_seconds():
            return None
        return Sight(said=", ".join(new), since=event.at)

    def tick(self, until: float) -> None:
        """Nothing shows without a record."""

    def state(self) -> Any:
        """Since when it learns, and what is known."""
        return self._first, self._known

    def _new(self, names: tuple[str, ...], event: Event) -> str:
        """What is new in these fields, "" when nothing is."""
        values = [event.fields.get(name, "") for name in names]
        about = " + ".join(names)
        if not all(values):
            return f"no {about}" if self._rule.alert_on_missing_field else ""
        term = json.dumps([*names, *(value[:_KEPT] for value in values)], ensure_ascii=False)
        seen = self._known.get(term)
        step = self._window / _STEPS
        if seen is None or event.at - seen >= step:
            self._known.pop(term, None)
            self._known[term] = event.at  # behind all others: the first one is the oldest
        if len(self._known) > MOST_TERMS:
            del self._known[next(iter(self._known))]
        if seen is not None and event.at - seen <= self._window:
            return ""
        return f"new {about}: {' + '.join(values)[:_SHOWN]}"
