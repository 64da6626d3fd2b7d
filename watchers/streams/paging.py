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
        turn: Its place among those of one instant, where it was asked for by that.
    """

    at: int
    id: str
    text: bytes
    stream: Stream
    turn: int = -1


Fetch = Callable[[int, int, int], Sequence[Found]]
"""The first lines from an instant (inclusive) to another (exclusive), at most so many, in order."""
Further = Callable[[int, int, int, int], Sequence[Found]]
"""The same in order of the instant and of the turn within it, from behind a turn (the last
argument) of the first instant on."""


class Paging:
    """A supply over what can be asked for by time.

    A page ends somewhere within an instant: the next one begins with that instant again, and what
    is known of it counts once. Of an instant with more lines than a page holds, the rest is asked
    for by turns, or, of a server that knows none, in larger pages.

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
        further: Further | None = None,
    ) -> None:
        """The mark is the instant from which is asked next, and the turn within it."""
        self.more = False
        self.lag_s = 0.0
        self.note = ""
        self.close = close
        self._fetch = fetch
        self._further = further
        self._clock = clock
        self._every_s = schedule.every.total_seconds()
        self._delay = round(schedule.delay.total_seconds() * SECOND)
        self._overlap = round(schedule.overlap.total_seconds() * SECOND)
        self._page = schedule.page
        self._size = schedule.page
        self._first = not mark
        back = round(schedule.back.total_seconds() * SECOND)
        at, _, turn = mark.partition("/")
        self._from = int(at) if mark else self._now() - back
        self._turned: int | None = int(turn) if turn else None
        self._instant: frozenset[str] = frozenset()
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
            yield Entry(mark=self._written_mark())
        if self._until is None and not self._begin():
            return
        until = self._until
        assert until is not None  # noqa: S101 - a span was begun
        if self._turned is not None and self._further is not None:
            found = self._further(self._from, until, self._size, self._turned)
        else:
            found = self._fetch(self._from, until, self._size)
        for one in found:
            if one.id not in self._known and one.id not in self._instant:
                self._know(one)
                self._raise_mark(one.at)
                yield self._entry(one)
        if len(found) < self._size:
            yield from self._end(until)
        else:
            self._turn(found)
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
        self._turned, self._instant = None, frozenset()
        self._raise_mark(until)
        self._from = max(self._mark, until - self._overlap)
        yield Entry(mark=self._written_mark())

    def _turn(self, found: Sequence[Found]) -> None:
        """Go on with the next page."""
        self.more = True
        last = found[-1].at
        if last > self._from:
            self._from, self._size = last, self._page
            self._turned, self._instant = None, frozenset()
        elif self._further is not None and self._turned is None:
            self._turned = -1
            self._instant = frozenset(one for one, at in self._known.items() if at == last)
        elif self._turned is not None and found[-1].turn >= 0:
            # Parts of an index may give the same turn: the last one is asked for again.
            self._turned = max(self._turned + 1, found[-1].turn - 1)
        elif self._size < MOST_AT_ONCE:
            self._size = min(self._size * 2, MOST_AT_ONCE)
        else:
            self.note = f"more than {MOST_AT_ONCE} lines at one instant: the rest is not read"
            self._from, self._size = last + 1, self._page
            self._turned, self._instant = None, frozenset()

    def _know(self, one: Found) -> None:
        """What was forgotten must not be asked for again: it would count twice."""
        self._known[one.id] = one.at
        if len(self._known) > MOST_RECENT:
            _, at = self._known.popitem(last=False)
            self._floor = max(self._floor, at + 1)

    def _raise_mark(self, at: int) -> None:
        """Where to go on after a restart: so far back that what comes late is seen."""
        self._mark = max(self._mark, at - self._overlap, self._floor)

    def _written_mark(self) -> str:
        """Within an instant also the turn; what is before it in the instant was read."""
        if self._turned is None or self._turned < 0:
            return str(self._mark)
        return f"{self._from}/{self._turned}"

    def _entry(self, one: Found) -> Entry:
        return Entry(
            mark=self._written_mark(),
            stream=one.stream,
            id=one.id,
            text=one.text,
            at_s=one.at / SECOND,
            dated=True,
        )

    def _now(self) -> int:
        return round(self._clock.now().timestamp() * SECOND)
