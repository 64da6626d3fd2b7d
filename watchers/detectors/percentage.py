"""Percentage rules: the share of records that match something more."""

from dataclasses import replace
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from watchers.delay import write_span
from watchers.detectors.base import Event, Sight, Span, WindowRule, written
from watchers.errors import PatternError
from watchers.matching.patterns import compiled
from watchers.numbers.window import Window


class PercentageRule(WindowRule):
    """Of the records of the last `timeframe`, too many or too few match the filter.

    Attributes:
        match_bucket_filter: Pattern of the records whose share is meant, of those of `pattern`.
        timeframe: Within which they are counted.
        max_percentage: So much is still well.
        min_percentage: So much is still well.
        min_denominator: With fewer records nothing shows.
    """

    kind: Literal["percentage"]
    match_bucket_filter: str = Field(min_length=1)
    timeframe: Span
    max_percentage: float | None = Field(default=None, ge=0.0, le=100.0)
    min_percentage: float | None = Field(default=None, ge=0.0, le=100.0)
    min_denominator: int = Field(default=0, ge=0)
    times: ClassVar[bool] = True

    @field_validator("match_bucket_filter")
    @classmethod
    def _matches(cls, pattern: str) -> str:
        try:
            compiled(pattern)
        except PatternError as error:
            raise ValueError(error.reason) from None
        return pattern

    @model_validator(mode="after")
    def _bounded(self) -> "PercentageRule":
        if self.max_percentage is None and self.min_percentage is None:
            raise ValueError("max_percentage or min_percentage, or both")
        return self

    def course(self, state: Any = None) -> "PercentageCourse":
        """For one group."""
        return PercentageCourse(self, state)


class PercentageCourse:
    """One group's records of the last span, each as 1 or 0."""

    def __init__(self, rule: PercentageRule, state: Any = None) -> None:
        """Go on with what `state` said."""
        self._standing: bool
        window, self._standing = state or ((), False)
        self._rule = rule
        self._span = rule.timeframe.total_seconds()
        self._filter = compiled(rule.match_bucket_filter)
        self._window = Window(self._span + rule.late_s, window)

    def take(self, event: Event) -> Sight | None:
        """Judged with every record."""
        matches = self._filter.search(event.text) is not None
        self._window.add(event.at, 1.0 if matches else 0.0)
        return self._judged(self._window.newest or event.at)

    def tick(self, until: float) -> Sight | None:
        """The share changes when old records leave the window, too."""
        newest = self._window.newest
        return self._judged(until) if newest is not None and until >= newest else None

    def state(self) -> Any:
        """The window, and whether it shows."""
        return self._window.state(), self._standing

    def _judged(self, until: float) -> Sight | None:
        begin, rule = until - self._span, self._rule
        count = self._window.count(begin, until)
        if not count or count < rule.min_denominator:
            return None
        share = self._window.total(begin, until) / count * 100
        said = f"{share:.1f} % of {count} in {write_span(rule.timeframe)}"
        bounds = [("at most", rule.max_percentage), ("at least", rule.min_percentage)]
        well = ", ".join(f"{words} {written(one)} %" for words, one in bounds if one is not None)
        many = rule.max_percentage is not None and share > rule.max_percentage
        few = rule.min_percentage is not None and share < rule.min_percentage
        sight = Sight(said=f"{said}, should be {well}", since=until, value=share, unit="%")
        return self._turned(sight, bad=many or few)

    def _turned(self, sight: Sight, *, bad: bool) -> Sight | None:
        before, self._standing = self._standing, bad
        if bad:
            return replace(sight, lasts=True)
        return replace(sight, over=True) if before else None
