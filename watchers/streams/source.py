"""A source whose lines come from a supply: built anew with back-off whenever it fails."""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from watchers.clock import Clock
from watchers.record import Block, FileEnd
from watchers.streams.entry import Supply, SupplyError
from watchers.streams.feed import Feed

FIRST_DELAY_S = 1.0
LONGEST_DELAY_S = 60.0
SETTLED_S = 5.0
"""Opened for so long without a word, a supply counts as well: many fail only after a moment."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Counts:
    """What happened to the lines since the start."""

    lines: int = 0
    damaged: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindrance:
    """Why nothing is read, or not all of it."""

    path: str
    text: str
    absent: bool = False


class StreamSource:
    """Reads what a supply has; `watchers.sources.base.Source`, not thread-safe.

    Attributes:
        counts: Lines since the start.
        looks: How often the descriptors changed.
        folders: None: no file is followed.
    """

    folders: frozenset[str] = frozenset()

    def __init__(
        self,
        *,
        name: str,
        kind: str,
        positions: Mapping[str, str],
        clock: Clock,
        build: Callable[[str], Supply],
        keep_s: float = 0.0,
    ) -> None:
        """Nothing is opened before the first `read`.

        Args:
            name: Of the watch; its position is kept under ``name/``.
            kind: Of the supply, e.g. ``journald``.
            positions: Everything stored earlier.
            clock: For the back-off.
            build: Opens the supply at a mark, "" for the very first time.
            keep_s: See `Feed`.
        """
        self.counts = Counts()
        self.told = False
        self.looks = 0
        self._key = name + "/"
        self._kind = kind
        self._clock = clock
        self._build = build
        self._feed = Feed(name=name, kind=kind, stored=positions.get(self._key, ""), keep_s=keep_s)
        self._supply: Supply | None = None
        self._descriptors: frozenset[int] = frozenset()
        self._trouble: Hindrance | None = None
        self._failed_at: float | None = None
        self._retry_at = self._opened_at = 0.0
        self._delay_s = FIRST_DELAY_S

    @property
    def descriptors(self) -> frozenset[int]:
        """Becoming readable, these say that there is more to read."""
        return self._descriptors

    @property
    def caught_up(self) -> bool:
        """Whether there is nothing more to read at once."""
        return self._supply is None or not self._supply.more

    @property
    def open_files(self) -> int:
        """How many streams are heard: none while the supply fails."""
        return self._feed.streams if self._failed_at is None else 0

    def read(
        self, *, look_now: bool = False, touched: Collection[str] | None = None
    ) -> Iterator[Block | FileEnd]:
        """What the supply has now; which files to look at does not matter here."""
        del look_now, touched
        now = self._clock.monotonic()
        if self._supply is not None or now >= self._retry_at:
            self._draw(now)
        for item in self._feed.take():
            if isinstance(item, Block):
                self.counts.lines += item.lines
            yield item

    def position(self, key: str, offset: int) -> None:
        """Note that a stream is dealt with up to here; `take_settled` has what is durable."""
        self._feed.dealt_with(key, offset)

    def take_settled(self) -> dict[str, str]:
        """The position, if it moved."""
        state = self._feed.state()
        return {} if state is None else {self._key: state}

    def lag(self) -> tuple[int, float]:
        """Bytes are not known; seconds for which the oldest unread entry has waited."""
        if self._failed_at is not None:
            return 0, self._clock.monotonic() - self._failed_at
        return 0, self._supply.lag_s if self._supply is not None else 0.0

    def held_deleted_bytes(self) -> int:
        """Nothing: no file of anybody's is held open."""
        return 0

    def troubles(self) -> list[Hindrance]:
        """What stands in the way right now."""
        if self._trouble is not None:
            return [self._trouble]
        if self._supply is not None and self._supply.note:
            return [Hindrance(path=self._kind, text=self._supply.note, absent=True)]
        return []

    def close(self) -> None:
        """Let go of the supply."""
        if self._supply is not None:
            self._supply.close()
            self._supply = None
        self._descriptors = frozenset()

    def _draw(self, now: float) -> None:
        try:
            if self._supply is None:
                self._supply = self._build(self._feed.mark)
                self._opened_at = now
            heard = False
            for entry in self._supply.draw():
                self._feed.add(entry)
                heard = True
        except SupplyError as error:
            self._fail(error, now)
            return
        if heard or now - self._opened_at >= SETTLED_S:
            self._trouble, self._failed_at, self._delay_s = None, None, FIRST_DELAY_S
        if self._supply.descriptors != self._descriptors:
            self._descriptors = self._supply.descriptors
            self.looks += 1

    def _fail(self, error: SupplyError, now: float) -> None:
        self.close()
        self.looks += 1
        if self._trouble is None or self._trouble.text != str(error):
            log.warning("a source cannot be read", extra={"kind": self._kind, "why": str(error)})
        self._trouble = Hindrance(path=self._kind, text=str(error), absent=error.absent)
        self._failed_at = now if self._failed_at is None else self._failed_at
        self._retry_at = now + self._delay_s
        self._delay_s = min(self._delay_s * 2, LONGEST_DELAY_S)
