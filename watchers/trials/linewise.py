"""Tries rules and formats on every record of a text, one after the other."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from operator import add

from watchers.as_watched import cutter_of, reader_of
from watchers.detectors.base import Origin, RuleSettings, shown
from watchers.record import Record
from watchers.records.reading import Reading
from watchers.replay.texts import texts_of
from watchers.sources.file.discovery import service_of
from watchers.sources.file.settings import WatchSettings
from watchers.trials.trying import Trier, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Taker:
    """A rule that matches a record.

    Attributes:
        title: What it would be called, "" when nothing would be handed over.
        labels: It would have besides those of its file.
    """

    rule: RuleSettings
    verdict: Verdict
    title: str = ""
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One record.

    Attributes:
        line: Number of its first line, from 1.
        lines: How many it has.
        takers: Rules that match it, in their order.
    """

    line: int
    lines: int
    text: str
    reading: Reading
    takers: tuple[Taker, ...]


class Linewise:
    """Reads a text as a watch would read a file, and leaves nothing out."""

    def __init__(self, rules: Sequence[RuleSettings], settings: WatchSettings, now: datetime):
        """Prepare rules and formats.

        Raises:
            PatternError: If a pattern cannot be used.
        """
        path = settings.files[0]
        labels = {"service": settings.service or service_of(path)}
        origin = Origin(path=path, file_id="", labels=labels, watch=settings.name)
        self._settings = settings
        self._reader = reader_of(settings)
        self._trier = Trier(rules, origin, "test", self._reader.read)
        self._decoder = settings.decoder()
        self._now = now
        self._known = labels
        self._none = 2 * len(rules)
        """No index of a pattern: every line belongs to a record here, also to one of no rule."""

    def over(self, pieces: Iterable[bytes]) -> Iterator[Tried]:
        """Every record of a text, given as its bytes come."""
        cutter = cutter_of(self._settings, self._all_lines, self._matching)
        numbers = _Numbers()
        for one in texts_of(pieces, self._decoder):
            text = one.text
            for record in cutter.feed(text, 0, partial(add, numbers.count_in(text))):
                yield self._tried(record, numbers.of(record.offset))
            numbers.forget(cutter.open_at)
        for record in cutter.close():
            yield self._tried(record, numbers.of(record.offset))

    def _all_lines(self, text: bytes, start: int) -> Iterator[tuple[int, int, tuple[int, ...]]]:
        for begin, end in _every_line(text, start):
            yield begin, end, self._matching(text[begin:end])

    def _matching(self, line: bytes) -> tuple[int, ...]:
        return self._trier.matching(line) or (self._none,)

    def _tried(self, record: Record, number: int) -> Tried:
        real = replace(record, rules=tuple(i for i in record.rules if i < self._none))
        trial = self._trier.records([real], self._now)
        found = {one.rule: one for one in trial.findings}
        takers = []
        for judged in trial.judged:
            if judged.verdict is Verdict.NO_MATCH:
                continue
            finding = found.get(judged.rule.name)
            labels = finding.labels if finding is not None else {}
            taker = Taker(
                rule=judged.rule,
                verdict=judged.verdict,
                title=finding.title if finding is not None else "",
                labels={k: v for k, v in labels.items() if k not in self._known},
            )
            takers.append(taker)
        return Tried(
            line=number,
            lines=len(record.lines) + record.omitted,
            text=shown(record),
            reading=self._reader.read(record.lines[0], self._now),
            takers=tuple(takers),
        )


class _Numbers:
    """Numbers of the lines that records may still begin with."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._before = self._end = 0

    def count_in(self, text: bytes) -> int:
        """Take in the next text; the offset at which it begins."""
        base = self._end
        self._starts += (base + begin for begin, _ in _every_line(text))
        self._end += len(text)
        return base

    def of(self, offset: int) -> int:
        """Number of the line that begins there, from 1."""
        return self._before + bisect_right(self._starts, offset)

    def forget(self, offset: int | None) -> None:
        """Nothing begins before this any more, or before the end when None."""
        gone = len(self._starts) if offset is None else bisect_left(self._starts, offset)
        del self._starts[:gone]
        self._before += gone


def _every_line(text: bytes, start: int = 0) -> Iterator[tuple[int, int]]:
    while start < len(text):
        end = text.find(b"\n", start)
        end = len(text) if end < 0 else end
        yield start, end
        start = end + 1
