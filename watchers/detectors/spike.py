"""Spike rules: so many times more, or fewer, than in the span before."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from watchers.delay import write_span
from watchers.detectors.base import Event, Sight, Span, WindowRule, written
from watchers.numbers.window import Window


class SpikeRule(WindowRule):
    """What came in the last `timeframe` against what came in the one before.

    Attributes:
        spike_height: So many times more, or fewer; reached is enough.
        spike_type: Which of both shows.
        timeframe: Length of each of the two windows; nothing shows before both have passed.
        threshold_ref: Fewer in the former window: nothing shows.
        threshold_cur: Fewer in the present window: nothing shows.
        field_value: A field whose mean is compared, instead of how many there are.
        alert_on_new_data: A new group, while others are known, need not wait until both windows
            have passed.
    """

    kind: Literal["spike"]
    spike_height: float = Field(gt=1.0, le=1e6)
    spike_type: Literal["up", "down", "both"]
    timeframe: Span
    threshold_ref: int = Field(default=0, ge=0)
    threshold_cur: int = Field(default=0, ge=0)
    field_value: str = ""
    alert_on_new_data: bool = False
    times: ClassVar[bool] = True

    @property
    def looked_at(self) -> tuple[str, ...]:
        """The key's, and the one that is compared."""
        return (*self.query_key, *filter(None, [self.field_value]))

    def course(self, state: Any = None) -> "SpikeCourse":
        """For one group."""
        return SpikeCourse(self, state)


class SpikeCourse:
    """One group's records of the last two spans."""

    def __init__(self, rule: SpikeRule, state: Any = None) -> None:
        """Go on with what `state` said."""
        self._first: float | None
        self._silent_until: float | None
        self._watched: float
        window, self._first, self._silent_until, self._watched = state or ((), None, None, 0.0)
        self._rule = rule
        self._span = rule.timeframe.total_seconds()
        self._window = Window(2 * self._span + rule.late_s, window)

    def take(self, event: Event) -> Sight | None:
        """Compare the windows that end with the newest record."""
        number = 0.0
        if self._rule.field_value:
            found = event.number(self._rule.field_value)
            if found is None:
                return None
            number = found
        if not self._window.add(event.at, number):
            return None
        self._watched = event.watched_since
        self._first = event.at if self._first is None else min(self._first, event.at)
        return self._compared(self._window.newest or event.at)

    def tick(self, until: float) -> Sight | None:
        """Fewer may show although no line comes."""
        newest = self._window.newest
        if newest is None or until <= newest:
            return None
        return self._compared(until)

    def state(self) -> Any:
        """The windows, and from when on they are full."""
        return self._window.state(), self._first, self._silent_until, self._watched

    def _compared(self, until: float) -> Sight | None:
        if not self._full(until):
            return None
        edge, begin = until - self._span, until - 2 * self._span
        present, former = self._window.count(edge, until), self._window.count(begin, edge)
        if self._rule.field_value:
            now, before = self._window.mean(edge, until), self._window.mean(begin, edge)
            if not now or not before:
                return None
        else:
            now, before = float(present), float(former)
            few = present < self._rule.threshold_cur or former < self._rule.threshold_ref
            if few or not (present or former):
                return None
        if not self._shows(now, before):
            return None
        self._window.clear()
        self._first, self._silent_until = None, until + 2 * self._span
        span = write_span(self._rule.timeframe)
        if self._rule.field_value:
            said = f"{self._rule.named(self._rule.field_value)} {written(now)} on average in {span}"
        else:
            said = f"{present} in {span}"
        said += f", {written(before)} in the {span} before"
        return Sight(said=said, since=until, count=max(1, present), value=now)

    def _full(self, until: float) -> bool:
        """Whether both windows have passed, or need not for a new group."""
        if self._first is None:
            return False
        if until - self._first >= 2 * self._span:
            return True
        if not (self._rule.query_key and self._rule.alert_on_new_data):
            return False
        others_known = until - self._watched >= 2 * self._span
        return others_known and (self._silent_until is None or until >= self._silent_until)

    def _shows(self, now: float, before: float) -> bool:
        kind, height = self._rule.spike_type, self._rule.spike_height
        up, down = now >= before * height, now <= before / height
        return (up and kind != "down") or (down and kind != "up")
