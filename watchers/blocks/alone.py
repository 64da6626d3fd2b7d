"""Lines that are records by themselves, counted without cutting each: most of a storm is these."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

from watchers.blocks.looks import NOUGHTS, Look, Looks
from watchers.parsers.multiline import at_a_glance
from watchers.parsers.open_record import Hit, Place
from watchers.record import Record

Counting = Callable[[tuple[int, ...]], tuple[int, ...] | None]
"""Which rules count a line that some match; None for a line that must be looked at."""

_NO_MORE: tuple[Hit, ...] = ((-1, -1, ()),)


@dataclass(slots=True)
class _Run:
    counting: tuple[int, ...]
    begins: list[int] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    cut: dict[int, Record] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of one text that the same rules match.

    Attributes:
        rules: Indexes of those that count them.
    """

    rules: tuple[int, ...]
    _text: bytes
    _run: _Run
    _matched: tuple[int, ...]
    _place: Place

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self._run.begins)

    def record(self, number: int) -> Record:
        """One of them, from 0 in file order."""
        return self._record(self._run.begins[number])

    def alike(self) -> Iterator[tuple[Look, int, Callable[[], Record]]]:
        """Those of each look, in file order: how many they are, and what cuts the first."""
        begins, looks = self._run.begins, self._run.looks
        first = dict(zip(reversed(looks), reversed(begins), strict=True))
        for look, count in Counter(looks).items():
            yield look, count, partial(self._record, first[look])

    def _record(self, begin: int) -> Record:
        record = self._run.cut.get(begin)
        if record is None:
            end = self._text.find(b"\n", begin)
            record = self._run.cut[begin] = Record(
                offset=self._place(begin),
                end=self._place(end + 1),
                lines=(self._text[begin:end],),
                omitted=0,
                raised=b"",
                rules=self._matched,
            )
        return record


class AloneLines:
    """Takes such lines of one text; not thread-safe.

    Attributes:
        behind: Where the last one that was taken ends.
    """

    def __init__(self, text: bytes, counting: Counting, looks: Looks) -> None:
        """Know the text, which rules count its lines, and the looks of earlier lines."""
        self._text = text
        self._counting = counting
        self._looks = looks
        self._runs: dict[tuple[int, ...], _Run | None] = {}
        self.behind = 0

    def others(self, hits: Iterable[Hit]) -> Iterator[Hit]:
        """Take such lines of those that rules match, in file order; the others remain."""
        text, looks, runs = self._text, self._looks, self._runs
        before: Hit | None = None
        look = looks[b""]
        for hit in chain(hits, _NO_MORE):
            begin, end, _ = hit
            following = looks[text[begin:end].translate(NOUGHTS)]
            if before is not None:
                first, last, rules = before
                behind = last + 1
                run = runs[rules] if rules in runs else self._begun(rules)
                if (
                    run is None
                    or not look.alone
                    or not (following.anew if begin == behind else at_a_glance(text, behind))
                ):
                    yield before
                else:
                    run.begins.append(first)
                    run.looks.append(look)
                    self.behind = behind
            before, look = hit, following

    def _begun(self, rules: tuple[int, ...]) -> _Run | None:
        counting = self._counting(rules)
        run = self._runs[rules] = None if counting is None else _Run(counting)
        return run

    def lines(self, place: Place) -> Iterator[Lines]:
        """All that were taken; `place` gives the byte offset of a line in the file."""
        for rules, run in self._runs.items():
            if run is not None and run.begins:
                yield Lines(run.counting, self._text, run, rules, place)
