"""Scans whole files: which lines which rules match, in blocks of one reused buffer."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from watchers.detectors.base import RuleSettings
from watchers.matching.patterns import compiled
from watchers.matching.scanner import Scanner
from watchers.parsers.timestamps import time_of
from watchers.scanning.blocks import Filled, blocks
from watchers.scanning.opening import Opened
from watchers.sources.file.decode import BOM, Decoder, View

BLOCK_BYTES = 1 << 20
"""Also the longest line that is looked at whole."""
_LINES_BACK = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A line that some rules match.

    Attributes:
        line: Its number, from 1.
        offset: Where it begins, in bytes of the unpacked text.
        at: When it says it was written, or a line shortly before it; aware, UTC.
        rules: Names, in the order of the rules.
    """

    path: str
    line: int
    offset: int
    text: str
    at: datetime | None
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """A span of time.

    Attributes:
        since: From here on; aware.
        until: Before this; aware.
        now: For times without a year; aware.
    """

    since: datetime | None
    until: datetime | None
    now: datetime

    def takes(self, at: datetime) -> bool:
        """Whether a moment is in it."""
        early = self.since is not None and at < self.since
        return not early and (self.until is None or at < self.until)


@dataclass(slots=True, kw_only=True)
class Tally:
    """What scanning came to.

    Attributes:
        rules: Lines by the name of a rule that matches them.
        lines: Lines that any rule matches.
        bytes: Of unpacked text.
        cut: Lines longer than a block, of which only the beginning was looked at.
        timeless: Matching lines of which it is not known when they were written; taken in.
    """

    rules: Counter[str] = field(default_factory=Counter)
    lines: int = 0
    bytes: int = 0
    cut: int = 0
    timeless: int = 0


class Scan:
    """Rules at work on files, one after the other; not thread-safe.

    Attributes:
        tally: What it came to so far.
    """

    def __init__(
        self,
        rules: Sequence[RuleSettings],
        decoder: Decoder,
        within: Within,
        tell: Callable[[Match], None] | None = None,
    ) -> None:
        """Compile the rules.

        Args:
            rules: What is looked for; `exclude` and `files` count.
            decoder: Of the files' encoding.
            within: Only lines of this span count.
            tell: Takes every match; without it lines are only counted, which is faster.

        Raises:
            PatternError: If all patterns together are too large.
        """
        self.tally = Tally()
        self._rules = rules
        self._decoder = decoder
        self._raw = decoder.encoding == "utf-8"
        self._within = within
        self._timed = within.since is not None or within.until is not None
        self._tell = tell
        self._dated = self._timed or tell is not None
        self._scanner = Scanner([rule.pattern for rule in rules], self._cleaned, large=0)
        self._excludes: dict[int, Any] = {
            i: compiled(rule.exclude) for i, rule in enumerate(rules) if rule.exclude
        }
        self._buffer = bytearray(BLOCK_BYTES)

    @property
    def given_up(self) -> tuple[str, ...]:
        """Rules that took too long, and were not looked for to the end."""
        return tuple(self._rules[index].name for index in self._scanner.given_up)

    def file(self, opened: Opened) -> Iterator[None]:
        """Scan one file; a step after each block.

        Raises:
            UnreadableError: If it cannot be read on.
        """
        barred = frozenset(
            i for i, rule in enumerate(self._rules) if not rule.applies_to("", opened.name)
        )
        line = 1
        for filled in blocks(opened, self._buffer):
            self.tally.bytes += filled.size
            self.tally.cut += filled.cut
            text = self._text(filled)
            if barred or self._excludes or self._timed or self._tell:
                line = self._look(text, _Place(opened.name, line, filled), barred) + filled.cut
            else:
                found = Counter(rules for *_, rules in self._scanner.lines(text.data, *text.span))
                for rules, count in found.items():
                    self._count(rules, count)
            yield

    def _text(self, filled: Filled) -> "_Text":
        """What a block says, as it is read where that is UTF-8."""
        if self._raw:
            bom = not filled.offset and self._buffer.startswith(BOM)
            return _Text(self._buffer, (len(BOM) if bom else 0, filled.size))
        view = self._decoder.view(bytes(memoryview(self._buffer)[: filled.size]))
        return _Text(view.text, (0, len(view.text)), view)

    def _look(self, text: "_Text", place: "_Place", barred: frozenset[int]) -> int:
        """Lines of a block, with all that may keep them from counting; the next line's number."""
        data, (start, size) = text.data, text.span
        number, counted = place.line, 0
        for begin, end, rules in self._scanner.lines(data, start, size):
            line = self._cleaned(bytes(data[begin:end]))
            left = tuple(i for i in rules if i not in barred and not self._excluded(i, line))
            if not left:
                continue
            at = self._time(data, begin, line) if self._dated else None
            if self._timed:
                if at is not None and not self._within.takes(at):
                    continue
                self.tally.timeless += at is None
            self._count(left, 1)
            if self._tell is not None:
                number += data.count(b"\n", counted, begin)
                counted = begin
                raw = begin if text.view is None else text.view.raw_offset(begin)
                self._tell(
                    Match(
                        path=place.path,
                        line=number,
                        offset=place.filled.offset + raw,
                        text=line.replace(b"\0", b"").decode("utf-8", "replace"),
                        at=at,
                        rules=tuple(self._rules[index].name for index in left),
                    )
                )
        return number + data.count(b"\n", counted, size) if self._tell is not None else number

    def _excluded(self, index: int, line: bytes) -> bool:
        return index in self._excludes and self._excludes[index].search(line) is not None

    def _count(self, rules: tuple[int, ...], count: int) -> None:
        self.tally.lines += count
        for index in rules:
            self.tally.rules[self._rules[index].name] += count

    def _time(self, text: bytes | bytearray, begin: int, line: bytes) -> datetime | None:
        """When a line was written: a trace's lines name no time, the one above them does."""
        for _ in range(_LINES_BACK if self._timed else 1):
            if (at := time_of(line.decode("utf-8", "replace"), self._within.now)) is not None:
                return at
            if not begin:
                return None
            end, begin = begin - 1, text.rfind(b"\n", 0, begin - 1) + 1
            line = bytes(text[begin:end])
        return None

    def _cleaned(self, line: bytes) -> bytes:
        line = line.removesuffix(b"\r")
        return line if line.isascii() or not self._raw else self._decoder.view(line).text


@dataclass(frozen=True, slots=True)
class _Text:
    """A block's lines; when they had to be decoded, the way back to the bytes."""

    data: bytes | bytearray
    span: tuple[int, int]
    view: View | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a block stands: in which file, and the number of its first line."""

    path: str
    line: int
    filled: Filled
