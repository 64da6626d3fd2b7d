"""Everything that is looked for in one watch: rules of every kind over the same records."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial

from watchers.blocks.alone import Lines
from watchers.detectors.base import NUMBERS, Origin, RuleSettings, SpotOf, WindowRule, nowhere
from watchers.detectors.keyword import KeywordRule
from watchers.fields.keeping import FieldKeeping
from watchers.fields.settings import FieldsSettings
from watchers.fields.tallied import FieldReport
from watchers.finding import Finding
from watchers.keywords.detector import KeywordDetector
from watchers.limits import DistinctCap
from watchers.matching.grok import Value
from watchers.measured import Measured
from watchers.record import Record
from watchers.records.reading import Read
from watchers.rules.windows import NOTHING_KEPT, Whereabouts, WindowDetector
from watchers.templating import Templates

EVERY_LINE = "."
"""Matches every line that is not empty, as the pattern of rules that count them does."""


class Detection:
    """The detectors of one watch, each with the rules of its kinds; not thread-safe."""

    def __init__(
        self,
        at: Whereabouts,
        rules: Sequence[RuleSettings],
        cap: DistinctCap,
        kept: Mapping[str, str] = NOTHING_KEPT,
        now_s: float = 0.0,
        fields: FieldsSettings | None = None,
    ) -> None:
        """Prepare the rules; see `KeywordDetector` and `WindowDetector`.

        `fields` says which fields of records are counted, None for none.
        """
        self._reads = at.reads
        self._of_numbers = at.watch == NUMBERS
        rules = self._meant(rules)
        self._templates = Templates(at.watch, kept, at.clean)
        self._fields = FieldKeeping(fields, rules) if fields is not None else None
        note = self._fields.note if self._fields is not None else None
        note_lines = self._fields.note_lines if self._fields is not None else None
        self._keyword = KeywordDetector(
            at.agent, _keyword(rules), cap, at.reads, self._templates, note, note_lines
        )
        self._windows = WindowDetector(at, _windows(rules), cap, kept, now_s, self._templates, note)

    @property
    def patterns(self) -> tuple[str, ...]:
        """What is to be looked for; a record's `rules` are indexes into this."""
        every = (EVERY_LINE,) if self._fields is not None and self._fields.every_line else ()
        return (*self._keyword.patterns, *self._windows.patterns, *every)

    @property
    def places(self) -> list[tuple[str, bool]]:
        """Of each pattern, its rule's name and whether it says that it is over."""
        every = (("", False),) if self._fields is not None and self._fields.every_line else ()
        return [*self._keyword.places, *self._windows.places, *every]

    @property
    def ticks(self) -> bool:
        """Whether something may show although no line comes."""
        return self._windows.ticks

    @property
    def begins_empty(self) -> bool:
        """Whether files matter in which nothing may ever be written."""
        return self._windows.begins_empty

    def exchange(self, rules: Sequence[RuleSettings]) -> Mapping[int, int]:
        """Go on with other rules; from a former index in `patterns` to the one of the same rule."""
        before = self.places
        rules = self._meant(rules)
        if self._fields is not None:
            self._fields.exchange(rules)
        self._keyword.exchange(_keyword(rules))
        self._windows.exchange(_windows(rules))
        after = {place: index for index, place in enumerate(self.places)}
        return {at: after[place] for at, place in enumerate(before) if place in after}

    def detect(
        self,
        records: Sequence[Record],
        origin: Origin,
        now: datetime,
        monotonic: float,
        spot: SpotOf = nowhere,
    ) -> list[Finding]:
        """What records show; see the detectors."""
        first = len(self._keyword.patterns)
        found = self._keyword.detect(records, origin, now, monotonic, spot) if first else []
        found += self._windows.detect(records, first, origin, now, monotonic, spot)
        self._settle(records, origin, now)
        return found

    def _settle(self, records: Sequence[Record], origin: Origin, now: datetime) -> None:
        """Count the fields of a block's records."""
        if self._fields is None:
            return
        if self._fields.every_line:
            last = len(self._keyword.patterns) + len(self._windows.patterns)
            for record in records:
                if record.rules[-1] == last:
                    says = partial(_said, self._reads, record, now)
                    self._fields.note(record.offset, says, None)
        self._fields.settle(origin.labels, now)

    def fields_due(self, monotonic: float) -> bool:
        """Whether what was counted of fields is to be handed over."""
        return self._fields is not None and self._fields.due(monotonic)

    @property
    def fields_wait(self) -> bool:
        """Whether anything of fields was counted since it was handed over."""
        return self._fields is not None and self._fields.waiting

    def take_fields(self, monotonic: float, *, behind: bool = False) -> FieldReport | None:
        """What was counted of fields since the last time; fewer are read where much waits."""
        return self._fields.take(monotonic, behind=behind) if self._fields is not None else None

    @property
    def folds(self) -> bool:
        """Whether what several blocks show may be taken at once; not where order says more."""
        return not self._keyword.recovers

    def count(
        self,
        records: Sequence[Record],
        lines: Iterable[Lines],
        origin: Origin,
        now: datetime,
        monotonic: float,
        spot: SpotOf,
    ) -> list[Finding]:
        """Count records, and lines that are some by themselves; `take` gives what keywords show.

        Returns:
            What the rules of other kinds show, and what is over.
        """
        first = len(self._keyword.patterns)
        found = self._keyword.count(records, origin, now, monotonic, spot)
        for one in lines:
            self._keyword.count_lines(one, origin, now, monotonic, spot)
        found += self._windows.detect(records, first, origin, now, monotonic, spot)
        self._settle(records, origin, now)
        return found

    def take(self) -> list[Finding]:
        """What keywords show since the last time."""
        return self._keyword.take()

    @property
    def holds(self) -> bool:
        """Whether keywords show anything."""
        return self._keyword.holds

    @property
    def blocks(self) -> int:
        """How many blocks are kept until that is taken."""
        return self._keyword.blocks

    def let_go(self) -> None:
        """Keep no block any more, only what is shown of it."""
        self._keyword.let_go()

    def counting(self, rules: tuple[int, ...]) -> tuple[int, ...] | None:
        """Which keyword rules count a line by itself; None for what must be cut as a record."""
        return self._keyword.counting(rules)

    def take_numbers(self) -> list[Measured]:
        """The series that rules made of lines since the last time."""
        return self._windows.take_numbers()

    def look(self, origins: Iterable[Origin], now: datetime) -> None:
        """Know of files in which nothing may ever be written."""
        for origin in origins:
            self._windows.look(origin, now)

    def tick(self, now: datetime, monotonic: float) -> list[Finding]:
        """What shows by itself, once everything that was written has been read."""
        return self._windows.tick(now, monotonic)

    def take_changes(self, now: datetime) -> dict[str, str]:
        """What is to be stored with the positions."""
        return self._windows.take_changes(now) | self._templates.take_changes()

    def _meant(self, rules: Sequence[RuleSettings]) -> Sequence[RuleSettings]:
        """Rules on lines where lines are read, and those on numbers where numbers are."""
        return [one for one in rules if bool(one.series) is self._of_numbers]


def _said(
    reads: Read, record: Record, now: datetime
) -> tuple[Mapping[str, Value], datetime | None]:
    found = reads(record.lines[0], now)
    return found.fields, record.at or found.at


def _keyword(rules: Sequence[RuleSettings]) -> tuple[KeywordRule, ...]:
    return tuple(one for one in rules if isinstance(one, KeywordRule))


def _windows(rules: Sequence[RuleSettings]) -> tuple[WindowRule, ...]:
    return tuple(one for one in rules if isinstance(one, WindowRule))
