"""Frequency rules: at least so many records within a span of time."""

from typing import Any, Literal

from pydantic import Field

from watchers.delay import write_span
from watchers.detectors.base import Event, Sight, Span, WindowRule, usually
from watchers.numbers.window import Usual, Window


class FrequencyRule(WindowRule):
    """At least `num_events` records within `timeframe`; then it counts anew.

    Attributes:
        num_events: How many, the last one included.
        timeframe: The first and the last are less than this apart.
    """

    kind: Literal["frequency"]
    num_events: int = Field(ge=1, le=1_000_000)
    timeframe: Span

    def course(self, state: Any = None) -> "FrequencyCourse":
        """For one group."""
        return FrequencyCourse(self, state)


class FrequencyCourse:
    """One group's records of the last span, and how many are usual."""

    def __init__(self, rule: FrequencyRule, state: Any = None) -> None:
        """Go on with what `state` said."""
        window, usual = state or ((), None)
        self._rule = rule
        self._span = rule.timeframe.total_seconds()
        self._window = Window(self._span + rule.late_s, window)
        self._usual = Usual(usual)

    def take(self, event: Event) -> Sight | None:
        """A late record may complete a span that ended before the newest one."""
        self._usual.add(event.at)
        if not self._window.add(event.at) or self._window.counted < self._rule.num_events:
            return None
        for end in self._window.times(event.at, event.at + self._span):
            count = self._window.count(end - self._span, end)
            if count >= self._rule.num_events:
                self._window.clear()
                usual = usually(self._usual.within(self._span, count))
                said = f"{count} in {write_span(self._rule.timeframe)}{usual}"
                return Sight(said=said, since=end, count=count, value=count)
        return None

    def tick(self, until: float) -> None:
        """Nothing shows without a record."""

    def state(self) -> Any:
        """The window, and what is usual."""
        return self._window.state(), self._usual.state()
