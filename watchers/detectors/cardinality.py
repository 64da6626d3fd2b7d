"""Cardinality rules: too many or too few different values of a field within a span of time."""

from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from watchers.delay import write_span
from watchers.detectors.base import Event, Name, Sight, Span, WindowRule

_KEPT = 200
_MOST = 10_000


class CardinalityRule(WindowRule):
    """More different values than `max_cardinality`, or fewer than `min_cardinality`.

    Attributes:
        cardinality_field: Whose values are told apart.
        timeframe: Within which they are counted; fewer shows only once this has passed.
        max_cardinality: So many are still well.
        min_cardinality: So many are still well.
    """

    kind: Literal["cardinality"]
    cardinality_field: Name
    timeframe: Span
    max_cardinality: int | None = Field(default=None, ge=0, le=_MOST)
    min_cardinality: int | None = Field(default=None, ge=1, le=_MOST)
    times: ClassVar[bool] = True

    @model_validator(mode="after")
    def _bounded(self) -> "CardinalityRule":
        if self.max_cardinality is None and self.min_cardinality is None:
            raise ValueError("max_cardinality or min_cardinality, or both")
        return self

    @property
    def looked_at(self) -> tuple[str, ...]:
        """The key's, and the one whose values count."""
        return (*self.query_key, self.cardinality_field)

    def course(self, state: Any = None) -> "CardinalityCourse":
        """For one group."""
        return CardinalityCourse(self, state)


class CardinalityCourse:
    """One group's values of the last span, with when each was seen last."""

    def __init__(self, rule: CardinalityRule, state: Any = None) -> None:
        """Go on with what `state` said."""
        self._rule = rule
        self._span = rule.timeframe.total_seconds()
        self._first: float | None
        self._seen: dict[str, float]
        self._standing: bool
        self._first, self._seen, self._standing = state or (None, {}, False)
        self._newest = max(self._seen.values(), default=0.0)

    def take(self, event: Event) -> Sight | None:
        """Shows with the record that makes it too many."""
        if self._first is None:
            self._first = event.at
        value = event.fields.get(self._rule.cardinality_field)
        self._newest = max(self._newest, event.at)
        if value is not None and event.at >= self._newest - self._span:
            value = value[:_KEPT]
            self._seen[value] = max(self._seen.get(value, event.at), event.at)
            if len(self._seen) > _MOST + 1:
                del self._seen[min(self._seen, key=self._seen.__getitem__)]
        return self._judged(self._newest)

    def tick(self, until: float) -> Sight | None:
        """Too few shows although no line comes."""
        return self._judged(until) if until >= self._newest else None

    def state(self) -> Any:
        """Since when it counts, what was seen, and whether it shows."""
        return self._first, self._seen, self._standing

    def _judged(self, until: float) -> Sight | None:
        rule = self._rule
        if len(self._seen) > (rule.max_cardinality or 0) or rule.min_cardinality is not None:
            oldest = until - self._span
            self._seen = {value: at for value, at in self._seen.items() if at >= oldest}
        count = len(self._seen)
        passed = self._first is not None and until - self._first > self._span
        many = rule.max_cardinality is not None and count > rule.max_cardinality
        few = rule.min_cardinality is not None and count < rule.min_cardinality
        said = f"{count} different {rule.cardinality_field} in {write_span(rule.timeframe)}"
        if many or (few and passed):
            self._standing = True
            return Sight(said=said, since=until, value=count, lasts=True)
        if self._standing and not few:
            self._standing = False
            return Sight(said=said, since=until, value=count, over=True)
        return None
