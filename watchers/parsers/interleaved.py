"""Cuts records out of a file that several writers share, told apart by a key in each line."""

import heapq
from collections.abc import Iterator, Mapping
from typing import Any

import re2

from watchers.matching.patterns import compiled, in_lines, options
from watchers.parsers.multiline import Shape, Trace
from watchers.parsers.open_record import KEPT_LINES, Hits, Matching, OpenRecord, Place
from watchers.record import Record

_MOST_KEYS = 64
_MOST_WAITING = 1000


class InterleavedCutter:
    """As `RecordCutter`, for lines whose records overlap; not thread-safe.

    The lines of a block with a hit are all looked at, which costs time that a file with one
    writer does not need. Records come out in the order of their first lines, so that a position
    never passes one that is still open.
    """

    def __init__(
        self,
        hits: Hits,
        matching: Matching,
        shape: Shape,
        key: str,
        most_lines: int = KEPT_LINES,
    ) -> None:
        """Take what finds lines and what tells writers apart.

        Args:
            hits: Lines of a text, from an offset on, that some rule matches.
            matching: Indexes of the rules that match a line.
            shape: Which lines of one writer belong together.
            key: What it matches in a line, or the first group of that, names the writer; a line
                without it is of the writer of the line before.
            most_lines: So many lines of a record are kept, the others only counted.

        Raises:
            PatternError: If the key's pattern cannot be used.
        """
        self._hits = hits
        self._matching = matching
        self._shape = shape
        self._most = most_lines
        self._key = _key_of(key)
        self._open: dict[bytes, OpenRecord] = {}
        self._waiting: list[tuple[int, Record]] = []
        self._last_key = b""

    def exchange(self, hits: Hits, matching: Matching, moved: Mapping[int, int]) -> None:
        """Go on with other rules; `moved` leads from a rule's former index to its present one."""
        self._hits, self._matching = hits, matching
        for one in self._open.values():
            one.rules = {moved[index] for index in one.rules if index in moved}

    @property
    def open_at(self) -> int | None:
        """Offset of the first record that is not handed out, None when there is none."""
        offsets = [one.offset for one in self._open.values() if one.rules]
        if self._waiting:
            offsets.append(self._waiting[0][0])
        return min(offsets, default=None)

    @property
    def in_trace(self) -> bool:
        """Whether an open record is more than one line that may be all of it."""
        return any(one.rules and one.state is not Trace.LINE for one in self._open.values())

    def feed(self, text: bytes, start: int, place: Place) -> Iterator[Record]:
        """Cut the records that end in a text; those that may go on stay open.

        Args:
            text: Whole lines, each with its newline.
            start: Where the new lines begin; what is before it was fed already.
            place: Byte offset in the file of a line, given its place in `text`.
        """
        hits = {begin: rules for begin, _, rules in self._hits(text, start)}
        if not hits and self.open_at is None:
            self._open.clear()
            return
        at = start
        while at < len(text):
            end = text.find(b"\n", at)
            end = len(text) if end < 0 else end
            line = text[at:end]
            self._take(line, hits.get(at, ()), place(at), place(min(end + 1, len(text))))
            at = end + 1
        yield from self._ready()

    def close(self) -> Iterator[Record]:
        """Every open record, as it is."""
        for key in list(self._open):
            self._end(key)
        yield from self._ready()

    def _take(self, line: bytes, rules: tuple[int, ...], at: int, end: int) -> None:
        found = self._key(line)
        if found is None:
            key, bare = self._last_key, line
        else:
            key = found.group(1 if found.re.groups else 0) or b""
            bare = line
            if self._shape.sees_bare:
                # The space that sets the key apart is no indentation.
                bare = line[: found.start()] + line[found.end() :].removeprefix(b" ")
        self._last_key = key
        known = self._open.get(key)
        state = self._shape.follows(known.state, known.last, bare) if known else None
        if known is not None and state is not None:
            known.take(line, state, end)
            known.last = bare
        else:
            self._end(key)
            if len(self._open) >= _MOST_KEYS or len(self._waiting) >= _MOST_WAITING:
                # The one that began first keeps all others waiting.
                self._end(min(self._open, key=lambda one: self._open[one].offset))
            known = self._open[key] = OpenRecord(
                offset=at,
                end=end,
                state=self._shape.begins(bare),
                last=bare,
                lines=[line],
                kept=len(line) + 1,
                most=self._most,
            )
        known.rules.update(rules)

    def _end(self, key: bytes) -> None:
        one = self._open.pop(key, None)
        if one is not None and one.rules:
            heapq.heappush(self._waiting, (one.offset, one.record()))

    def _ready(self) -> Iterator[Record]:
        """What waits for no open record any more."""
        first = min((one.offset for one in self._open.values() if one.rules), default=None)
        while self._waiting and (first is None or self._waiting[0][0] < first):
            yield heapq.heappop(self._waiting)[1]


def _key_of(pattern: str) -> Any:
    compiled(pattern)  # says what is wrong with it
    chosen = options()
    chosen.never_capture = False
    return re2.compile(in_lines(pattern), chosen).search
