"""Holds back what a block ends with until the rest of it is there: lines written in parts."""

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from watchers.clock import Clock
from watchers.record import Block, FileEnd
from watchers.sources.file.decode import Decoder
from watchers.sources.file.wide import wide

_MOST_HELD = 1 << 20
_IDLE_S = 0.5


@dataclass(slots=True)
class _Held:
    block: Block
    since: float


class WholeLines:
    """Makes blocks end where lines end for their decoder; not thread-safe.

    Without a rest for half a second, and where the file ends, what is held is handed out as it is.
    """

    def __init__(self, decoder: Decoder, clock: Clock) -> None:
        self._decoder = decoder
        self._clock = clock
        self._held: dict[str, _Held] = {}

    def of(self, items: Iterable[Block | FileEnd]) -> Iterator[Block | FileEnd]:
        """The same bytes in blocks that end with whole lines, and what waited too long."""
        for item in items:
            if isinstance(item, FileEnd):
                if (held := self._held.pop(item.key, None)) is not None:
                    yield held.block
                yield item
            else:
                yield from self._cut(item)
        due = self.due_at
        now = self._clock.monotonic()
        if due is None or now < due:
            return
        for key in [key for key, held in self._held.items() if now - held.since >= _IDLE_S]:
            yield self._held.pop(key).block

    @property
    def due_at(self) -> float | None:
        """Monotonic second at which something held has waited too long, None for nothing."""
        since = min((held.since for held in self._held.values()), default=None)
        return None if since is None else since + _IDLE_S

    def _cut(self, block: Block) -> Iterator[Block]:
        held = self._held.pop(block.key, None)
        if block.offset % 2 and (held is None or held.block.end != block.offset):
            block = _with_first_half(block)
        if held is not None:
            before = held.block
            # A NUL where a line begins is stepped over as if it were a hole; in UTF-16 it is half
            # of a character.
            gap = block.offset - before.end
            if not 0 <= gap <= 1 or before.file_id != block.file_id:
                yield before
            else:
                block = replace(
                    block,
                    offset=before.offset,
                    data=before.data + b"\0" * gap + block.data,
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


def _with_first_half(block: Block) -> Block:
    """With the NUL that a line of big-endian UTF-16 begins with and that was stepped over."""
    if not wide(block.data):
        return block
    try:
        with Path(block.path).open("rb") as file:
            head = file.read(len(codecs.BOM_UTF16_BE))
    except OSError:
        return block
    if head != codecs.BOM_UTF16_BE:
        return block
    return replace(block, offset=block.offset - 1, data=b"\0" + block.data)
