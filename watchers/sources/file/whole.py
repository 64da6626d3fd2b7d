"""Holds back what a block ends with until the rest of it is there: lines written in parts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from watchers.clock import Clock
from watchers.record import Block, FileEnd
from watchers.sources.file.decode import Decoder

_MOST_HELD = 1 << 20
_IDLE_S = 1.0


@dataclass(slots=True)
class _Held:
    block: Block
    since: float


class WholeLines:
    """Makes blocks end where lines end for their decoder; not thread-safe.

    Without a rest for a second, and where the file ends, what is held is handed out as it is.
    """

    def __init__(self, decoder: Decoder, clock: Clock) -> None:
        self._decoder = decoder
        self._clock = clock
        self._held: dict[str, _Held] = {}

    def of(self, items: Iterable[Block | FileEnd]) -> Iterator[Block | FileEnd]:
        """The same bytes in blocks that end with whole lines, and what waited too long."""
        if not self._decoder.joins:
            yield from items
            return
        for item in items:
            if isinstance(item, FileEnd):
                if (held := self._held.pop(item.key, None)) is not None:
                    yield held.block
                yield item
            else:
                yield from self._cut(item)
        now = self._clock.monotonic()
        for key in [key for key, held in self._held.items() if now - held.since >= _IDLE_S]:
            yield self._held.pop(key).block

    def _cut(self, block: Block) -> Iterator[Block]:
        held = self._held.pop(block.key, None)
        if held is not None:
            before = held.block
            if before.end != block.offset or before.file_id != block.file_id:
                yield before
            else:
                block = replace(
                    block,
                    offset=before.offset,
                    data=before.data + block.data,
                    lines=before.lines + block.lines,
                    line=before.line,
                )
        cut = self._decoder.whole(block.data)
        if cut == len(block.data) or len(block.data) - cut > _MOST_HELD:
            yield block
            return
        rest = block.data[cut:]
        lines = rest.count(b"\n")
        at = block.offset + cut
        if cut:
            yield replace(block, end=at, data=block.data[:cut], lines=block.lines - lines)
        number = block.line + block.lines - lines if block.line else 0
        rest_of_it = replace(block, offset=at, data=rest, lines=lines, line=number)
        self._held[block.key] = _Held(block=rest_of_it, since=self._clock.monotonic())
