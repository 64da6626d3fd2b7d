"""Lines that are records by themselves, counted without cutting each: most of a storm is these."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from watchers.record import Record

Place = Callable[[int], int]
"""Byte offset in the file of a line, given its place in a text."""


@dataclass(slots=True)
class _Run:
    counting: tuple[int, ...]
    begins: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of one text that the same rules match.

    Attributes:
        rules: Indexes of those that count them.
    """

    rules: tuple[int, ...]
    _text: bytes
    _begins: list[int]
    _matched: tuple[int, ...]
    _place: Place

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self._begins)

    def record(self, number: int) -> Record:
        """One of them, from 0 in file order."""
        begin = self._begins[number]
        end = self._text.find(b"\n", begin)
        return Record(
            offset=self._place(begin),
            end=self._place(end + 1),
            lines=(self._text[begin:end],),
            omitted=0,
            raised=b"",
            rules=self._matched,
        )

    def kinds(self, kind: Callable[[bytes], bytes]) -> dict[bytes, tuple[int, int]]:
        """Of each kind, in file order, the number of its first line and how many they are."""
        found: dict[bytes, tuple[int, int]] = {}
        for number, begin in enumerate(self._begins):
            one = kind(self._text[begin : self._text.find(b"\n", begin)])
            first, count = found.get(one, (number, 0))
            found[one] = (first, count + 1)
        return found


class AloneLines:
    """Takes such lines of one text; not thread-safe."""

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
            run = self._runs[rules] = _Run(counting)
        run.begins.append(begin)
        return True

    def lines(self, place: Place) -> Iterator[Lines]:
        """All that were taken; `place` gives the byte offset of a line in the file."""
        for rules, run in self._runs.items():
            yield Lines(run.counting, self._text, run.begins, rules, place)
