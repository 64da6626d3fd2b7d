"""Asks on a schedule for what came since, page by page, and again for what may have come late."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from watchers.clock import Clock
from watchers.streams.entry import Entry, Stream
from watchers.streams.feed import MOST_RECENT
from watchers.streams.reach import Schedule

SECOND = 1_000_000_000
LONGEST_SPAN = 3600 * SECOND
"""Asked for at once; a longer absence is caught up with span by span."""
MOST_AT_ONCE = 5000
"""What servers allow in one answer, as they come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One line as a server has it.

    Attributes:
        at: When it was said, in nanoseconds since 1970.
        id: The same whenever it is asked for, and no other's.
        text: What was said.
        stream: What it belongs to.
    """

    at: int
    id: str
    text: bytes
    stream: Stream


Fetch = Callable[[int, int, int], Sequence[Found]]
"""The first lines from an instant (inclusive) to another (exclusive), at most so many, in order."""


class Paging:
    """A supply over what can be asked for by time.

    A page ends somewhere within an instant: the next one begins with that instant again, and what
    is known of it counts once. Of an instant with more lines than a page holds, larger pages are
    asked for.

    Attributes:
        more: Whether the last page was full, or the next span waits.
        lag_s: How much is left of what is due.
        note: That an instant holds more lines than can be asked for.
        descriptors: None.
    """

    descriptors: frozenset[int] = frozenset()

    def __init__(
        self,
        *,
        fetch: Fetch,
        schedule: Schedule,
        mark: str,
        clock: Clock,
        close: Callable[[], None],
    ) -> None:
        """The mark is the instant from which is asked next."""
        self.more = False
        self.lag_s = 0.0
        self.note = ""
        self.close = close
        self._fetch = fetch
        self._clock = clock
        self._every_s = schedule.every.total_seconds()
        self._delay = round(schedule.delay.total_seconds() * SECOND)
        self._overlap = round(schedule.overlap.total_seconds() * SECOND)
        self._page = schedule.page
        self._size = schedule.page
        self._first = not mark
        back = round(schedule.back.total_seconds() * SECOND)
        self._from = int(mark) if mark else self._now() - back
        self._until: int | None = None
        self._cut = False
        self._mark = self._from
        self._known: OrderedDict[str, int] = OrderedDict()
        self._floor = self._from
        self._due = 0.0

    def draw(self) -> Iterator[Entry]:
        """One page, if it is time for one."""
        if self._first:
            self._first = False
            yield Entry(mark=str(self._mark))
        if self._until is None and not self._begin():
            return
        until = self._until
        assert until is not None  # noqa: S101 - a span was begun
        found = self._fetch(self._from, until, self._size)
        for one in found:
            if one.id not in self._known:
                self._know(one)
                self._raise_mark(one.at)
                yield self._entry(one)
        if len(found) < self._size:
            yield from self._end(until)
        else:
            self._turn(found[-1].at)
        left = self._now() - self._delay - self._from
        self.lag_s = max(0.0, left / SECOND) if self.more else 0.0

    def _begin(self) -> bool:
        """Begin a span, when it is time."""
        self.more = False
        now = self._clock.monotonic()
        if now < self._due:
            return False
        until = self._now() - self._delay
        if until <= self._from:
            self._due = now + self._every_s
            return False
        self._until = min(until, self._from + LONGEST_SPAN)
        self._cut = self._until < until
        self.note = ""
        return True

    def _end(self, until: int) -> Iterator[Entry]:
        """All of the span was read."""
        self.more = self._cut
        self._due = self._clock.monotonic() + (0.0 if self.more else self._every_s)
        self._until, self._size = None, self._page
        self._raise_mark(until)
        self._from = max(self._mark, until - self._overlap)
        yield Entry(mark=str(self._mark))

    def _turn(self, last: int) -> None:
        """Go on with the next page."""
        self.more = True
        if last > self._from:
            self._from, self._size = last, self._page
        elif self._size < MOST_AT_ONCE:
            self._size = min(self._size * 2, MOST_AT_ONCE)
        else:
            self.note = f"more than {MOST_AT_ONCE} lines at one instant: the rest is not read"
            self._from, self._size = last + 1, self._page

    def _know(self, one: Found) -> None:
        """What was forgotten must not be asked for again: it would count twice."""
        self._known[one.id] = one.at
        if len(self._known) > MOST_RECENT:
            _, at = self._known.popitem(last=False)
            self._floor = max(self._floor, at + 1)

    def _raise_mark(self, at: int) -> None:
        """Where to go on after a restart: so far back that what comes late is seen."""
        self._mark = max(self._mark, at - self._overlap, self._floor)

    def _entry(self, one: Found) -> Entry:
        return Entry(
            mark=str(self._mark),
            stream=one.stream,
            id=one.id,
            text=one.text,
            at_s=one.at / SECOND,
        )

    def _now(self) -> int:
        return round(self._clock.now().timestamp() * SECOND)
