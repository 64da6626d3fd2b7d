"""Flatline rules: fewer records within a span of time than there should be."""

import math
from typing import Any, ClassVar, Literal

from pydantic import Field

from watchers.delay import write_span
from watchers.detectors.base import Event, Sight, Span, WindowRule, usually
from watchers.numbers.window import Usual, Window


class FlatlineRule(WindowRule):
    """Fewer than `threshold` records within `timeframe`, also when no line comes at all.

    Attributes:
        threshold: From so many on all is well.
        timeframe: Nothing is said before this has passed once.
        forget_keys: Say it once of a group and forget it until it is seen again.
    """

    kind: Literal["flatline"]
    threshold: int = Field(default=1, ge=1, le=1_000_000)
    timeframe: Span
    forget_keys: bool = False
    times: ClassVar[bool] = True
    begins_empty: ClassVar[bool] = True

    def course(self, state: Any = None) -> "FlatlineCourse":
        """For one group."""
        return FlatlineCourse(self, state)


class FlatlineCourse:
    """One group's records of the last span, and since when it is looked at."""

    def __init__(self, rule: FlatlineRule, state: Any = None) -> None:
        """Go on with what `state` said."""
        self._first: float | None
        self._flat: bool
        window, usual, self._first, self._flat = state or ((), None, None, False)
        self._rule = rule
        self._span = rule.timeframe.total_seconds()
        self._window = Window(self._span + rule.late_s, window)
        self._usual = Usual(usual)

    def take(self, event: Event) -> Sight | None:
        """It is over once there are enough again."""
        self._usual.add(event.at)
        self._window.add(event.at)
        if self._first is None or (self._flat and self._forgets):
            self._first = event.at
        return self._over(self._window.newest or event.at) if self._flat else None

    def tick(self, until: float) -> Sight | None:
        """Said again and again while it lasts; records of after `until` count too."""
        if self._first is None:
            self._first = until
        if self._flat and (over := self._over(until)) is not None:
            return over
        if until - self._first < self._span or (self._flat and self._forgets):
            return None
        count = self._window.count(until - self._span, math.inf)
        if count >= self._rule.threshold:
            return None
        self._flat = True
        since = self._window.newest or self._first
        return Sight(said=self._said(count), since=since, value=count, lasts=True)

    def _over(self, until: float) -> Sight | None:
        count = self._window.count(until - self._span, math.inf)
        if count < self._rule.threshold:
            return None
        self._flat = False
        return Sight(said=self._said(count), since=until, value=count, over=True)

    @property
    def _forgets(self) -> bool:
        return self._rule.forget_keys and bool(self._rule.query_key)

    def state(self) -> Any:
        """The window, what is usual, since when it is looked at, and whether it is flat."""
        return self._window.state(), self._usual.state(), self._first, self._flat

    def _said(self, count: int) -> str:
        usual = usually(self._usual.within(self._span))
        return f"{count} in {write_span(self._rule.timeframe)}{usual}"
