"""One file between its blocks: what is cut from each, and what stays of it for the next."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from watchers.backlog import Backlog
from watchers.blocks.alone import AloneLines, Counting, Lines
from watchers.blocks.looks import Looks
from watchers.blocks.surroundings import Surroundings
from watchers.detectors.base import Origin
from watchers.finding import Spot
from watchers.parsers.interleaved import InterleavedCutter
from watchers.parsers.records import RecordCutter
from watchers.record import Block, Record
from watchers.records.entry_times import Times
from watchers.sources.file.decode import Decoder

_CONTEXT_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Cut:
    """What a block comes to.

    Attributes:
        records: Those that end in it.
        lines: Those that are records by themselves, to be counted once.
    """

    records: list[Record]
    lines: Iterator[Lines]


@dataclass(slots=True)
class FileState:
    """What is known of one file between its blocks; not thread-safe.

    Attributes:
        cutter: Cuts its records.
        origin: Where they stand.
        end: Up to where it was read.
        fed_at: Monotonic second of its last block.
        around: The block that was cut last, while something may be asked of it.
        backlog: What was written while nobody read, None once that is behind.
        times: When its records were written, of a source that knows.
    """

    cutter: RecordCutter | InterleavedCutter
    origin: Origin
    end: int = 0
    fed_at: float = 0.0
    around: Surroundings | None = None
    backlog: Backlog | None = None
    times: Times = field(default_factory=Times)
    _context: bytes = b""
    _context_damage: int = 0
    _lead: bytes = b""
    _opened: Spot | None = None

    def cut(self, block: Block, decoder: Decoder, counting: Counting, looks: Looks) -> Cut:
        """Cut what follows; `settle` when that was looked at.

        Args:
            block: Read on in the same content.
            decoder: Of the watch.
            counting: Which rules count a line by itself.
            looks: Of earlier lines of the watch.
        """
        if self.end != block.offset:
            self._context, self._context_damage, self._lead = b"", 0, b""
        if self._context and self._begins_anew(block.data, decoder):
            self.forget_context(decoder)  # which spares a copy of the block
        context = self._context
        raw = context + block.data if context else block.data
        base = block.offset - len(context)
        view = decoder.view(raw)
        size = len(view.text)

        def place(at: int) -> int:
            return block.end if at >= size else base + view.raw_offset(at)

        start = view.text_offset(len(context))
        self.around = Surroundings(
            block=block,
            raw=raw,
            base=base,
            view=view,
            start=start,
            lead=self._lead,
            opened=self._opened,
        )
        self.times.add(block)
        alone = AloneLines(view.text, counting, looks)
        if isinstance(self.cutter, RecordCutter) and not block.times:
            records = list(self.cutter.feed(view.text, start, place, alone))
        else:
            records = list(self.cutter.feed(view.text, start, place))
        return Cut(records, alone.lines(place))

    def settle(self, decoder: Decoder, now: float) -> int:
        """Keep of the block what the next one needs; how many damaged spots it had.

        `now` is in monotonic seconds.
        """
        around = self.around
        assert around is not None  # noqa: S101 - made when the block was cut
        block, raw, view = around.block, around.raw, around.view
        self.end, self.fed_at = block.end, now
        damaged = view.replaced - self._context_damage
        self._context = decoder.last_lines(raw, _CONTEXT_BYTES)
        self._context_damage = decoder.view(self._context).replaced if view.replaced else 0
        self._lead = self._lead[-_CONTEXT_BYTES:] if len(raw) <= _CONTEXT_BYTES else b""
        open_at = self.cutter.open_at
        self._opened = self._beginning(around, open_at)
        self.times.forget(block.end - _CONTEXT_BYTES if open_at is None else open_at)
        self.around = None if open_at is None else around
        return damaged

    def forget_context(self, decoder: Decoder) -> None:
        """What was reported is not reached back into, but still stands before what follows."""
        self._lead += decoder.view(self._context).text
        self._context, self._context_damage = b"", 0

    @property
    def dealt_with(self) -> int:
        """Up to where nothing waits for more lines."""
        open_at = self.cutter.open_at
        return self.end if open_at is None else open_at

    def _begins_anew(self, raw: bytes, decoder: Decoder) -> bool:
        """Whether it is seen at a glance that no record of a block reaches back before it."""
        if not isinstance(self.cutter, RecordCutter):
            return False
        # What a container's runtime put around a line says nothing of the line in it.
        first = raw[: raw.find(b"\n") + 1]
        return self.cutter.anew(first) and self.cutter.anew(decoder.view(first).text)

    def _beginning(self, around: Surroundings, open_at: int | None) -> Spot | None:
        """Where the record begins that stays open; its block is gone when it ends."""
        opened = self._opened
        if open_at is None:
            return None
        if opened is not None and opened.offset == open_at:
            return opened
        if open_at < around.base:
            return None  # of records that overlap, one that began earlier ended later
        return around.beginning(open_at, around=True)
