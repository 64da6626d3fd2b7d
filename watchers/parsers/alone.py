"""Lines that are records by themselves, counted without cutting each: most of a storm is these."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from watchers.parsers.open_record import Place
from watchers.record import Record

_KEPT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Lines of one text with the same rules.

    Attributes:
        rules: Indexes of those that count them.
        count: How many they are.
        start: Byte offset of the first one.
        end: Byte offset behind the last one.
        newest: The last few of them.
    """

    rules: tuple[int, ...]
    count: int
    start: int
    end: int
    newest: tuple[Record, ...]


@dataclass(slots=True)
class _Run:
    rules: tuple[int, ...]
    matched: tuple[int, ...]
    first: int
    count: int = 0
    newest: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=_KEPT))


class AloneLines:
    """Counts such lines of one text; not thread-safe."""

    def __init__(
        self, text: bytes, counting: Callable[[tuple[int, ...]], tuple[int, ...] | None]
    ) -> None:
        """Know the text, and which rules count a line that some match; None to look at it."""
        self._text = text
        self._counting = counting
        self._runs: dict[tuple[int, ...], _Run] = {}

    def take(self, rules: tuple[int, ...], begin: int, end: int) -> bool:
        """Count a line by its rules, start and end; False when it must be looked at."""
        line = self._text[begin:end]
        if b"Error" in line or b"Exception" in line or b"Throwable" in line or b"Interrupt" in line:
            return False  # which exception it is, is found by looking at the whole record
        run = self._runs.get(rules)
        if run is None:
            counting = self._counting(rules)
            if counting is None:
                return False
            run = self._runs[rules] = _Run(rules=counting, matched=rules, first=begin)
        run.count += 1
        run.newest.append((begin, end))
        return True

    def lines(self, place: Place) -> Iterator[Lines]:
        """All that were taken; `place` gives the byte offset of a line in the file."""
        for run in self._runs.values():
            newest = tuple(
                Record(
                    offset=place(begin),
                    end=place(end + 1),
                    lines=(self._text[begin:end],),
                    omitted=0,
                    raised=b"",
                    rules=run.matched,
                )
                for begin, end in run.newest
            )
            yield Lines(
                rules=run.rules,
                count=run.count,
                start=place(run.first),
                end=newest[-1].end,
                newest=newest,
            )
