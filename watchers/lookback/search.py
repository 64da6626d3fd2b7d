"""Lines of one file that hold some words, newest first: read from its end, block by block."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from watchers.lookback.generations import Content, Late, LateError
from watchers.sources.file.decode import Decoder

BLOCK = 1 << 20
AROUND = 120
"""Lines before and behind a line that was found in which a secret may begin or end."""
_LONGEST = 2048
_TIME = re.compile(
    rb"(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,]\d{1,9})?"
    rb"(Z|[+-]\d\d:?\d\d)?"
)
_TIME_WITHIN = 120
_TIMED_LINES = 40
"""So far above it the time of a line is looked for: those of a trace have none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One line that was found.

    Attributes:
        line: Which line from the beginning of its piece, from 0.
        before: Many lines before it, oldest first, more than are shown: a secret may begin there.
        after: As many behind it.
        at: When it was written, as far as it says; aware.
    """

    line: int
    text: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What was read next, towards the beginning: its hits follow.

    Attributes:
        at: Byte offset at which it begins.
        size: Bytes.
        lines: How many lines it has.
    """

    at: int
    size: int
    lines: int


Zoned = Callable[[datetime], datetime]
"""Gives a naive time of this host its zone."""
Takes = Callable[[bytes], bool]
"""Whether a line is wanted."""


def hits(
    content: Content,
    words: str,
    since: datetime | None,
    decoder: Decoder,
    zoned: Zoned,
    late: Late,
    takes: Takes | None = None,
) -> Iterator[Piece | Hit]:
    """What holds the words, newest first, behind the piece it is in; "" is on every line not blank.

    Of these only the lines that `takes` says yes to.

    Raises:
        LateError: If it takes too long; what came before holds.
    """
    needle = words.encode().lower()
    end = content.size
    while end > 0:
        if late():
            raise LateError
        at, data = _block(content, end)
        text = decoder.view(data).text
        yield Piece(at=at, size=end - at, lines=data.count(b"\n"))
        yield from _in_block(text, needle, since, zoned, takes)
        if since is not None and (first := _first_time(text, zoned)) and first < since:
            return
        end = at


def _block(content: Content, end: int) -> tuple[int, bytes]:
    """Whole lines that end at an offset; a line longer than a block is cut."""
    at = max(0, end - BLOCK)
    data = content.read(at, end - at)
    newline = data.find(b"\n")
    if at and 0 <= newline < len(data) - 1:
        return at + newline + 1, data[newline + 1 :]
    return at, data


def _in_block(
    text: bytes, needle: bytes, since: datetime | None, zoned: Zoned, takes: Takes | None
) -> Iterator[Hit]:
    lowered = text.lower()
    lines: list[bytes] | None = None
    end = len(lowered)
    while (found := lowered.rfind(needle, 0, end)) >= 0:
        begin = lowered.rfind(b"\n", 0, found) + 1
        lines = text.split(b"\n") if lines is None else lines
        number = text.count(b"\n", 0, begin)
        if takes is not None and not takes(lines[number]):
            if begin == 0:
                return
            end = begin - 1
            continue
        written = _time_of(lines, number, zoned)
        if since is not None and written is not None and written < since:
            return
        behind = lines[number + 1 : min(number + 1 + AROUND, len(lines) - 1)]
        if needle or lines[number].strip():
            yield Hit(
                line=number,
                text=_shown(lines[number]),
                before=tuple(map(_shown, lines[max(0, number - AROUND) : number])),
                after=tuple(map(_shown, behind)),
                at=written,
            )
        if begin == 0:
            return
        end = begin - 1


def _time_of(lines: list[bytes], number: int, zoned: Zoned) -> datetime | None:
    for line in reversed(lines[max(0, number - _TIMED_LINES) : number + 1]):
        if (written := _time(line, zoned)) is not None:
            return written
    return None


def _first_time(text: bytes, zoned: Zoned) -> datetime | None:
    for line in text[: 1 << 16].split(b"\n")[:_TIMED_LINES]:
        if (written := _time(line, zoned)) is not None:
            return written
    return None


def _time(line: bytes, zoned: Zoned) -> datetime | None:
    found = _TIME.search(line, 0, _TIME_WITHIN)
    if found is None:
        return None
    *parts, zone = found.groups()
    try:
        naive = datetime(*(int(part) for part in parts))  # type: ignore[arg-type]  # noqa: DTZ001 - gets its zone below
        if zone is None:
            return zoned(naive)
        return datetime.fromisoformat(f"{naive.isoformat()}{zone.decode()}")
    except (ValueError, OverflowError):
        return None


def _shown(line: bytes) -> str:
    return line[:_LONGEST].replace(b"\0", b"").decode("utf-8", "replace")
