"""Reads text into one reused buffer, block by block of whole lines."""

from collections.abc import Iterator
from dataclasses import dataclass

from watchers.scanning.opening import Bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What the buffer holds at its beginning.

    Attributes:
        size: Bytes of whole lines; the last one of all may lack its newline.
        offset: Where they begin in the text.
        cut: They are only the beginning of one line, whose rest is left out.
    """

    size: int
    offset: int
    cut: bool = False


def blocks(source: Bytes, buffer: bytearray) -> Iterator[Filled]:
    """Fill a buffer again and again; what it holds is gone with the next step.

    A line longer than the buffer is cut to its size.
    """
    offset, held = 0, 0
    with memoryview(buffer) as room:
        while read := _read(source, room, held):
            filled = held + read
            # What is held may have whole lines, too: it may be what followed a long one.
            size = buffer.rfind(b"\n", 0, filled) + 1
            if not size and filled < len(buffer):
                held = filled
                continue
            yield Filled(size=size or filled, offset=offset, cut=not size)
            if not size:
                offset += filled
                skipped, held = _next_line(source, buffer, room)
                offset += skipped
                continue
            offset += size
            held = filled - size
            buffer[:held] = buffer[size:filled]
    if held:
        yield Filled(size=held, offset=offset)


def _read(source: Bytes, room: memoryview, held: int) -> int:
    with room[held:] as rest:
        return source.readinto(rest) or 0


def _next_line(source: Bytes, buffer: bytearray, room: memoryview) -> tuple[int, int]:
    """Leave out what is before the next line; how much that was, and how much is held of it."""
    skipped = 0
    while read := _read(source, room, 0):
        first = buffer.find(b"\n", 0, read) + 1
        if first:
            held = read - first
            buffer[:held] = buffer[first:read]
            return skipped + first, held
        skipped += read
    return skipped, 0
