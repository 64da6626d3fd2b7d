"""Where records stand in a block: line numbers, and the lines around, cut only when asked for."""

from bisect import bisect_left
from dataclasses import dataclass, field

from watchers.blocks.newlines import newlines
from watchers.finding import Spot
from watchers.record import Block, Record
from watchers.sources.file.decode import View
from watchers.sources.file.identity import digest

BEFORE = AFTER = 5
_LONGEST_LINE = 2048
"""Bytes; more than is shown, so that redaction finds whole what the cut would halve."""
_LEAD_BYTES = BEFORE * _LONGEST_LINE
_MARK_BYTES = 128
_KEY_BEGINS, _KEY_ENDS = b"-----BEGIN ", b"-----END "
_KEY_BYTES = 16 * 1024
"""A private key that begins so far before the lines around a record still hides them."""


def mark_of(line: bytes) -> str:
    """What proves later that a record with this first line stands there."""
    head = line[:_MARK_BYTES].partition(b"\n")[0]
    return f"{len(head)}:{digest(head)}"


def marked_bytes(mark: str) -> int:
    """How many bytes a mark was taken of, 0 for one that cannot be read."""
    length = mark.partition(":")[0]
    return min(int(length), _MARK_BYTES) if length.isascii() and length.isdigit() else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """One block's text together with the lines kept from before it; cheap to make.

    Attributes:
        block: What was read.
        raw: Its bytes behind those kept from before.
        base: Byte offset of `raw` in the file.
        view: `raw` as clean text.
        start: Where the block begins in the text.
        lead: Clean text that stands before `raw`, only to be shown.
        opened: The spot of the record that an earlier block left open, None without one.
        numbered: Places in the text of lines whose numbers were asked for, with these.
    """

    block: Block
    raw: bytes
    base: int
    view: View
    start: int
    lead: bytes
    opened: Spot | None
    numbered: list[tuple[int, int]] = field(default_factory=list)

    def spot(self, record: Record, around: bool) -> Spot:
        """Where a record stands that ends in this block, or at its end."""
        text = self.view.text
        if record.offset >= self.base:
            spot = self.beginning(record.offset, around=around)
        elif self.opened is not None and self.opened.offset == record.offset:
            spot = self.opened
        else:
            spot = Spot(file=self.block.file_id, offset=record.offset, end=record.end)
        at_end = record.end >= self.block.end
        behind = len(text) if at_end else self.view.text_offset(record.end - self.base)
        return Spot(
            file=spot.file,
            offset=spot.offset,
            end=record.end,
            line=spot.line,
            mark=spot.mark,
            before=spot.before if around else (),
            after=_first_lines(text, behind) if around else (),
        )

    def beginning(self, offset: int, *, around: bool) -> Spot:
        """Of a record that begins in this text, whatever becomes of it."""
        raw_at = offset - self.base
        at = self.view.text_offset(raw_at)
        first = self.raw[raw_at : raw_at + _MARK_BYTES + 1]
        return Spot(
            file=self.block.file_id,
            offset=offset,
            end=offset,
            line=self._number(at),
            mark=mark_of(first) if self.block.lasting else "",
            before=self._before(at) if around else (),
        )

    def _before(self, at: int) -> tuple[str, ...]:
        if self.lead and at < _LEAD_BYTES:
            return _last_lines(self.lead + self.view.text[:at], len(self.lead) + at)
        return _last_lines(self.view.text, at)

    def _number(self, at: int) -> int:
        """Number of the line that begins here, counted from the nearest one known."""
        first, text = self.block.line, self.view.text
        if not first:
            return 0
        if at < self.start:
            return first - newlines(text[at : self.start])
        known = self.numbered or [(self.start, first), (len(text), first + self.block.lines)]
        place = bisect_left(known, (at, 0))
        near = known[max(0, place - 1) : place + 1]
        begin, number = min(near, key=lambda one: abs(one[0] - at))
        low, high = min(begin, at), max(begin, at)
        between = newlines(text[low:high])
        number += between if at > begin else -between
        self.numbered[:] = [*known[:place], (at, number), *known[place:]]
        return number


def _last_lines(text: bytes, at: int) -> tuple[str, ...]:
    """The lines before a place, without those that may be the inside of a private key."""
    found: list[bytes] = []
    end = at
    while end > 0 and len(found) < BEFORE:
        begin = text.rfind(b"\n", 0, end - 1) + 1
        found.append(text[begin : end - 1])
        end = begin
    opened = text.rfind(_KEY_BEGINS, max(0, end - _KEY_BYTES), end)
    if opened >= 0 and text.find(_KEY_ENDS, opened, end) < 0:
        closed = next((n for n, line in enumerate(found) if _KEY_ENDS in line), -1)
        found = found[:closed] if closed >= 0 else []
    return tuple(_shortened(line) for line in reversed(found))


def _first_lines(text: bytes, at: int) -> tuple[str, ...]:
    found: list[str] = []
    while at < len(text) and len(found) < AFTER:
        end = text.find(b"\n", at)
        end = len(text) if end < 0 else end
        found.append(_shortened(text[at:end]))
        at = end + 1
    return tuple(found)


def _shortened(line: bytes) -> str:
    return line[:_LONGEST_LINE].replace(b"\0", b"").decode("utf-8", "replace")
