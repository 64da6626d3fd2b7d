"""What came within a span of time: how often, and which numbers; exact while it is little."""

import bisect
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

MOST_ENTRIES = 300
"""From here on neighbours are counted together, so that a window is bounded."""
_STEPS = 100
_NOTHING = 1e-9
_GROWTH = math.log(1.02)
"""Of the buckets of a sketch: a percentile is then right within one percent."""


@dataclass(slots=True)
class Entry:
    """What came at one moment, or within a hundredth of the window.

    Attributes:
        at: The newest moment, in seconds.
        count: How many came.
        total: Their numbers together; `low` and `high` are the ends.
        sketch: How many numbers lie in each bucket, where there is more than one number.
    """

    at: float
    count: int
    total: float
    low: float
    high: float
    sketch: Counter[int] = field(default_factory=Counter)

    def merge(self, later: "Entry") -> None:
        """Count in what came a little later."""
        if self.low != self.high or later.low != later.high or self.low != later.low:
            self.sketch = self.buckets() + later.buckets()
        self.at, self.count = later.at, self.count + later.count
        self.total += later.total
        self.low, self.high = min(self.low, later.low), max(self.high, later.high)

    def buckets(self) -> Counter[int]:
        """The sketch, also of equal numbers, which have none."""
        return self.sketch or Counter({_bucket(self.low): self.count})


_AT: Callable[[Entry], float] = attrgetter("at")
_COUNT: Callable[[Entry], int] = attrgetter("count")


class Window:
    """What came, oldest first; not thread-safe.

    Up to 300 moments are kept as they were; beyond that, what lies within a hundredth of the
    span counts as one moment.
    """

    def __init__(self, span_s: float, stored: Iterable[Any] = ()) -> None:
        """`stored` is what `state` said; `span_s` is how long anything is kept."""
        self._span = span_s
        self._entries = [_entry(one) for one in stored]
        self._counted = sum(one.count for one in self._entries)

    def state(self) -> list[Any]:
        """All of it, for JSON."""
        return [_stored(one) for one in self._entries]

    @property
    def newest(self) -> float | None:
        """The newest moment, None for an empty window."""
        return self._entries[-1].at if self._entries else None

    @property
    def counted(self) -> int:
        """How many it holds, which no span of it exceeds."""
        return self._counted

    def add(self, at: float, number: float = 0.0) -> bool:
        """Count one in at its place; False for one that is too old by now."""
        newest = self.newest
        if newest is not None and at <= newest - self._span:
            return False
        fresh = Entry(at=at, count=1, total=number, low=number, high=number)
        if newest is None or at >= newest:
            self._entries.append(fresh)
        else:
            bisect.insort(self._entries, fresh, key=_AT)
        self._counted += 1
        self.forget(self._entries[-1].at - self._span)
        if len(self._entries) > MOST_ENTRIES:
            self._entries = list(_together(self._entries, self._span / _STEPS))
        return True

    def forget(self, until: float) -> None:
        """Leave out what came until then."""
        if not self._entries or self._entries[0].at > until:
            return
        kept = bisect.bisect_right(self._entries, until, key=_AT)
        self._counted -= sum(map(_COUNT, self._entries[:kept]))
        del self._entries[:kept]

    def clear(self) -> None:
        """Leave out everything."""
        self._entries.clear()
        self._counted = 0

    def times(self, since: float, until: float) -> list[float]:
        """The moments from `since` on, before `until`."""
        first = bisect.bisect_left(self._entries, since, key=_AT)
        last = bisect.bisect_left(self._entries, until, key=_AT)
        return [one.at for one in self._entries[first:last]]

    def count(self, after: float, until: float) -> int:
        """How many came after one moment, up to another."""
        return sum(map(_COUNT, self._within(after, until)))

    def total(self, after: float, until: float) -> float:
        """Their numbers together."""
        return math.fsum(one.total for one in self._within(after, until))

    def mean(self, after: float, until: float) -> float | None:
        """Of their numbers, None without any."""
        count = self.count(after, until)
        return self.total(after, until) / count if count else None

    def low(self, after: float, until: float) -> float | None:
        """The least number, None without any."""
        return min((one.low for one in self._within(after, until)), default=None)

    def high(self, after: float, until: float) -> float | None:
        """The greatest number, None without any."""
        return max((one.high for one in self._within(after, until)), default=None)

    def percentile(self, share: float, after: float, until: float) -> float | None:
        """The number that a share (0 to 100) of them do not exceed; None without any.

        Exact while every moment has numbers of its own, else right within one percent.
        """
        some = self._within(after, until)
        count = sum(one.count for one in some)
        if not count:
            return None
        rank = max(1, math.ceil(count * share / 100))
        if not any(one.sketch for one in some):
            for one in sorted(some, key=lambda entry: entry.low):
                rank -= one.count
                if rank <= 0:
                    return one.low
        buckets = sum((one.buckets() for one in some), Counter[int]())
        for bucket in sorted(buckets):
            rank -= buckets[bucket]
            if rank <= 0:
                lowest, highest = min(one.low for one in some), max(one.high for one in some)
                return min(max(_middle(bucket), lowest), highest)
        return None

    def _within(self, after: float, until: float) -> list[Entry]:
        """Nearly always what is wanted ends with the newest."""
        first = bisect.bisect_right(self._entries, after, key=_AT)
        if self._entries and self._entries[-1].at <= until:
            return self._entries[first:]
        last = bisect.bisect_right(self._entries, until, key=_AT)
        return self._entries[first:last]


class Usual:
    """How much comes usually: counts that fade, half of them in a day; not thread-safe."""

    _FADE_S = 86400 / math.log(2)
    _ENOUGH = 3

    def __init__(self, stored: Any = None) -> None:
        """`stored` is what `state` said."""
        self._count: float
        self._seen_s: float
        self._at: float | None
        self._count, self._seen_s, self._at = stored or (0.0, 0.0, None)

    def state(self) -> list[Any]:
        """All of it, for JSON."""
        return [round(self._count, 3), round(self._seen_s, 3), self._at]

    def add(self, at: float, count: int = 1) -> None:
        """Count in what came; late ones as if they came now."""
        if self._at is None:
            self._at = at
        passed = max(0.0, at - self._at)
        kept = math.exp(-passed / self._FADE_S)
        self._count = self._count * kept + count
        self._seen_s = self._seen_s * kept + self._FADE_S * (1 - kept)
        self._at = max(self._at, at)

    def within(self, span_s: float, besides: int | None = None) -> float | None:
        """What comes in such a span, None while too little was seen.

        Args:
            span_s: Its length.
            besides: How much of the newest span is out of the ordinary; that span then does not
                count.
        """
        seen = self._seen_s - (span_s if besides is not None else 0.0)
        if seen < self._ENOUGH * span_s:
            return None
        return max(0.0, self._count - (besides or 0)) / seen * span_s


def _together(entries: list[Entry], within_s: float) -> Iterator[Entry]:
    """Neighbours counted together; each begins with the oldest that no former one holds."""
    first: Entry | None = None
    begins = 0.0
    for one in entries:
        if first is None:
            first, begins = one, one.at
        elif one.at - begins < within_s:
            first.merge(one)
        else:
            yield first
            first, begins = one, one.at
    if first is not None:
        yield first


def _bucket(number: float) -> int:
    """0 for what is next to nothing; negative numbers lie below."""
    if abs(number) < _NOTHING:
        return 0
    rank = math.ceil(math.log(abs(number)) / _GROWTH) + 2000
    return rank if number > 0 else -rank


def _middle(bucket: int) -> float:
    if not bucket:
        return 0.0
    number = math.exp((abs(bucket) - 2000 - 0.5) * _GROWTH)
    return number if bucket > 0 else -number


def _stored(entry: Entry) -> list[Any]:
    if not entry.total and not entry.low and not entry.high:
        return [entry.at, entry.count]
    numbers = [entry.at, entry.count, entry.total, entry.low, entry.high]
    return [*numbers, sorted(entry.sketch.items())] if entry.sketch else numbers


def _entry(stored: Any) -> Entry:
    at, count, *rest = stored
    total, low, high, *sketch = rest or (0.0, 0.0, 0.0)
    return Entry(
        at=float(at),
        count=int(count),
        total=float(total),
        low=float(low),
        high=float(high),
        sketch=Counter({int(bucket): int(n) for bucket, n in (sketch[0] if sketch else ())}),
    )
