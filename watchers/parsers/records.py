"""Cuts the records around hits out of a file's blocks; the rest of the text is never cut."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from watchers.parsers.multiline import OPEN_BLANK, Trace, begins, follows, may_continue
from watchers.record import Record

KEPT_LINES = 40
KEPT_BYTES = 4096
_BACK_LINES = 400
_BACK_BYTES = 64 * 1024

Hits = Callable[[bytes, int], Iterator[tuple[int, int]]]
Matching = Callable[[bytes], tuple[int, ...]]
Place = Callable[[int], int]


@dataclass(slots=True)
class _Open:
    """A record that further lines may still continue."""

    offset: int
    end: int
    state: Trace
    last: bytes
    lines: list[bytes]
    kept: int
    omitted: int = 0
    blanks: int = 0
    raised: bytes = b""
    rules: set[int] = field(default_factory=set)

    def record(self) -> Record:
        return Record(
            offset=self.offset,
            end=self.end,
            lines=tuple(self.lines),
            omitted=self.omitted,
            raised=self.raised,
            rules=tuple(sorted(self.rules)),
        )

    def take(self, line: bytes, state: Trace, end: int) -> None:
        if state in OPEN_BLANK:
            self.blanks += 1
        else:
            for _ in range(self.blanks):
                self._keep(b"")
            self.blanks = 0
            self._keep(line)
            self.end = end
            if state is Trace.PYTHON_ENDED:
                self.raised = line
        self.state, self.last = state, line

    def _keep(self, line: bytes) -> None:
        if self.omitted or len(self.lines) >= KEPT_LINES or self.kept + len(line) > KEPT_BYTES:
            self.omitted += 1
        else:
            self.lines.append(line)
            self.kept += len(line) + 1


class RecordCutter:
    """The records with hits in one file's text, fed block by block; not thread-safe.

    A record that reaches the end of what was fed stays open until more lines, or `close`, show
    where it ends.
    """

    def __init__(self, hits: Hits, matching: Matching) -> None:
        """Take what finds lines and what names their rules.

        Args:
            hits: Lines of a text, from an offset on, that some rule matches.
            matching: Indexes of the rules that match a line.
        """
        self._hits = hits
        self._matching = matching
        self._open: _Open | None = None

    def exchange(self, hits: Hits, matching: Matching, moved: Mapping[int, int]) -> None:
        """Go on with other rules; `moved` leads from a rule's former index to its present one."""
        self._hits, self._matching = hits, matching
        if self._open is not None:
            self._open.rules = {moved[index] for index in self._open.rules if index in moved}

    @property
    def open_at(self) -> int | None:
        """Offset of the open record, None when there is none."""
        return self._open.offset if self._open else None

    def feed(self, text: bytes, start: int, place: Place) -> Iterator[Record]:
        """Cut the records that end in a text, and keep the one that may go on.

        Args:
            text: Whole lines, each with its newline; before `start` lines of an earlier text
                that a record beginning there may reach back into.
            start: Where the new lines begin.
            place: Byte offset in the file of a line, given its place in `text`.
        """
        done = start
        if self._open is not None:
            done = self._continue(text, start, place)
            if done >= len(text):
                return
            yield from self.close()
        floor = done if done > start else 0
        for begin, end in self._hits(text, start):
            if begin < done:
                continue
            rules = self._matching(text[begin:end])
            if not rules:
                continue
            first = self._first_line(text, floor, begin)
            done = self._grow(text, first, begin, rules, place)
            if done >= len(text):
                return  # it may go on in the next text
            yield from self.close()
            floor = done

    def close(self) -> Iterator[Record]:
        """The open record, as it is."""
        if self._open is not None:
            record, self._open = self._open.record(), None
            yield record

    def _continue(self, text: bytes, at: int, place: Place) -> int:
        """Add lines to the open record while they continue it; where the first other one is."""
        record = self._open
        assert record is not None  # noqa: S101 - the callers saw to it
        size = len(text)
        while at < size:
            end = text.find(b"\n", at)
            end = size if end < 0 else end
            line = text[at:end]
            state = follows(record.state, record.last, line)
            if state is None:
                break
            at = min(end + 1, size)
            record.take(line, state, place(at))
            record.rules.update(self._matching(line))
        return at

    def _first_line(self, text: bytes, floor: int, hit: int) -> int:
        """Where the record that may contain a hit line begins at the earliest."""
        at, lines = hit, 0
        lowest = max(floor, hit - _BACK_BYTES)
        while at > lowest and lines < _BACK_LINES:
            previous_at = text.rfind(b"\n", floor, at - 1) + 1 or floor
            end = text.find(b"\n", at)
            if not may_continue(text[at:end], text[previous_at : at - 1]):
                break
            at, lines = previous_at, lines + 1
        return at

    def _grow(self, text: bytes, first: int, hit: int, rules: tuple[int, ...], place: Place) -> int:
        """Open the record with the hit line in it; where the first line after it is."""
        at = first
        while True:
            end = text.find(b"\n", at)
            line = text[at:end]
            self._open = _Open(
                offset=place(at),
                end=place(end + 1),
                state=begins(line),
                last=line,
                lines=[line],
                kept=len(line) + 1,
            )
            if at == hit:
                self._open.rules.update(rules)
            elif at < hit:
                self._open.rules.update(self._matching(line))
            following = self._continue(text, end + 1, place)
            if following > hit:
                return following
            at = following
