"""A record while its lines come in."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from watchers.parsers.multiline import OPEN_BLANK, Trace
from watchers.record import Record

KEPT_LINES = 40
KEPT_BYTES = 4096
_BYTES_A_LINE = 100

Hit = tuple[int, int, tuple[int, ...]]
"""A line that rules match: its start, its end before the newline, and their indexes."""
Hits = Callable[[bytes, int], Iterator[Hit]]
"""Those of a text, from an offset on, in order."""
Matching = Callable[[bytes], tuple[int, ...]]
"""Indexes of the rules that match a line."""


class Alone(Protocol):
    """Takes lines that are records by themselves.

    Attributes:
        behind: Where the last one that was taken ends.
    """

    behind: int

    def others(self, hits: Iterable[Hit]) -> Iterator[Hit]:
        """Take such lines of those that rules match, in file order; the others remain."""
        ...


Place = Callable[[int], int]
"""Byte offset in the file of a line, given its place in a text."""


@dataclass(slots=True)
class OpenRecord:
    """A record that further lines may still continue.

    Attributes:
        offset: Byte offset of its first line.
        end: Byte offset behind its last line.
        last: Its last line.
        lines: Those that are kept.
        kept: Bytes of them.
        most: So many are kept at most.
        omitted: How many more there are.
        blanks: Empty lines that belong to it only if the next line does.
        raised: As of `Record`.
        rules: As of `Record`.
    """

    offset: int
    end: int
    state: Trace
    last: bytes
    lines: list[bytes]
    kept: int
    most: int
    omitted: int = 0
    blanks: int = 0
    raised: bytes = b""
    rules: set[int] = field(default_factory=set)

    def record(self) -> Record:
        """As it is now."""
        return Record(
            offset=self.offset,
            end=self.end,
            lines=tuple(self.lines),
            omitted=self.omitted,
            raised=self.raised,
            rules=tuple(sorted(self.rules)),
        )

    def take(self, line: bytes, state: Trace, end: int) -> None:
        """Add a line that follows."""
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
        room = max(KEPT_BYTES, self.most * _BYTES_A_LINE)
        full = len(self.lines) >= self.most or self.kept + len(line) > room
        if self.omitted or full:
            self.omitted += 1
        else:
            self.lines.append(line)
            self.kept += len(line) + 1
