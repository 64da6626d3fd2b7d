"""Some lines of a file around an offset, with their numbers; bounded whatever the file holds."""

from dataclasses import dataclass

from watchers.lookback.generations import PIECE, Content, Late, LateError
from watchers.sources.file.decode import BOM

LEAST_BYTES = 64 << 10
MOST_BYTES = 8 << 20
_BYTES_A_LINE = 512
NUMBERED_BYTES = 512 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Whole lines around an offset at which one begins.

    Attributes:
        before: Those before it, oldest first, without their ends.
        behind: Those from it on.
        begins: Whether nothing stands before `before`.
        ends: Whether nothing stands behind `behind`.
        bytes: How much was read.
    """

    before: tuple[bytes, ...]
    behind: tuple[bytes, ...]
    begins: bool
    ends: bool
    bytes: int


def window(content: Content, offset: int, back: int, ahead: int) -> Window:
    """At least so many lines to both sides, as far as they are there and not too long."""
    back_bytes = min(offset, _bytes_for(back))
    data = content.read(offset - back_bytes, back_bytes)
    begins = back_bytes == offset
    if not begins:
        newline = data.find(b"\n")
        data = data[newline + 1 :] if newline >= 0 else b""
    elif data.startswith(BOM):
        data = data[len(BOM) :]
    before = tuple(data.split(b"\n")[:-1])
    wanted = _bytes_for(ahead)
    rest = content.read(offset, wanted)
    ends = len(rest) < wanted
    behind = rest.split(b"\n")
    last = behind.pop()
    if last and (ends or not behind):
        behind.append(last)
    begun = before[max(0, len(before) - back) :] if back else ()
    return Window(
        before=begun,
        behind=tuple(behind[:ahead]),
        begins=begins and len(begun) == len(before),
        ends=ends and len(behind) <= ahead,
        bytes=back_bytes + len(rest),
    )


def number_at(content: Content, offset: int, late: Late) -> int:
    """Number of the line that begins at an offset, 0 when counting takes too long."""
    if offset > NUMBERED_BYTES:
        return 0
    newlines = at = 0
    try:
        while at < offset:
            if late():
                return 0
            piece = content.read(at, min(PIECE, offset - at))
            if not piece:
                return 0
            newlines += piece.count(b"\n")
            at += len(piece)
    except (OSError, LateError):
        return 0
    return newlines + 1


def _bytes_for(lines: int) -> int:
    return min(MOST_BYTES, max(LEAST_BYTES, lines * _BYTES_A_LINE))
