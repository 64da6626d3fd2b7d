"""Cuts the records around hits out of a file's blocks; the rest of the text is never cut."""

from collections.abc import Iterator, Mapping

from watchers.parsers.multiline import Shape, Trace, Traces, at_a_glance
from watchers.parsers.open_record import KEPT_LINES, Alone, Hits, Matching, OpenRecord, Place
from watchers.record import Record

_BACK_LINES = 400
_BACK_BYTES = 64 * 1024


class RecordCutter:
    """The records with hits in one file's text, fed block by block; not thread-safe.

    A record that reaches the end of what was fed stays open until more lines, or `close`, show
    where it ends.
    """

    def __init__(
        self,
        hits: Hits,
        matching: Matching,
        shape: Shape | None = None,
        most_lines: int = KEPT_LINES,
    ) -> None:
        """Take what finds lines and what names their rules.

        Args:
            hits: Lines of a text, from an offset on, that some rule matches.
            matching: Indexes of the rules that match a line.
            shape: Which lines belong together; stack traces by default.
            most_lines: So many lines of a record are kept, the others only counted.
        """
        self._shape: Shape = shape or Traces()
        self._most = most_lines
        self._hits = hits
        self._matching = matching
        self._open: OpenRecord | None = None

    def exchange(self, hits: Hits, matching: Matching, moved: Mapping[int, int]) -> None:
        """Go on with other rules; `moved` leads from a rule's former index to its present one."""
        self._hits, self._matching = hits, matching
        if self._open is not None:
            self._open.rules = {moved[index] for index in self._open.rules if index in moved}

    @property
    def open_at(self) -> int | None:
        """Offset of the open record, None when there is none."""
        return self._open.offset if self._open else None

    @property
    def in_trace(self) -> bool:
        """Whether the open record is more than one line that may be all of it."""
        return self._open is not None and self._open.state is not Trace.LINE

    def anew(self, line: bytes) -> bool:
        """Whether it is seen at a glance that a line continues no other one."""
        return self._shape.glances and at_a_glance(line) is not None

    def feed(
        self, text: bytes, start: int, place: Place, alone: Alone | None = None
    ) -> Iterator[Record]:
        """Cut the records that end in a text, and keep the one that may go on.

        Args:
            text: Whole lines, each with its newline; before `start` lines of an earlier text
                that a record beginning there may reach back into.
            start: Where the new lines begin.
            place: Byte offset in the file of a line, given its place in `text`.
            alone: Takes what is seen at a glance to be a record by itself.
        """
        done = start
        if self._open is not None:
            done = self._continue(text, start, place)
            if done >= len(text):
                return
            yield from self.close()
        floor = done if done > start else 0
        hits = self._hits(text, start)
        if alone is not None and self._shape.glances:
            hits = alone.others(hits)
        for begin, _, rules in hits:
            if begin < done:
                continue
            if alone is not None:
                floor = max(floor, alone.behind)
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
            state = self._shape.follows(record.state, record.last, line)
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
            if not self._shape.may_continue(text[at:end], text[previous_at : at - 1]):
                break
            at, lines = previous_at, lines + 1
        return at

    def _grow(self, text: bytes, first: int, hit: int, rules: tuple[int, ...], place: Place) -> int:
        """Open the record with the hit line in it; where the first line after it is."""
        at = first
        while True:
            end = text.find(b"\n", at)
            line = text[at:end]
            self._open = OpenRecord(
                offset=place(at),
                end=place(end + 1),
                state=self._shape.begins(line),
                last=line,
                lines=[line],
                kept=len(line) + 1,
                most=self._most,
            )
            if at == hit:
                self._open.rules.update(rules)
            elif at < hit:
                self._open.rules.update(self._matching(line))
            following = self._continue(text, end + 1, place)
            if following > hit:
                return following
            at = following
