"""Applies keyword rules: the records that match a pattern, folded into findings."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial

from watchers.blocks.alone import Lines
from watchers.blocks.looks import kind_of
from watchers.detectors.base import (
    SAMPLES,
    KnowsTemplates,
    Note,
    NoteLines,
    Origin,
    Said,
    SpotOf,
    error_type,
    nowhere,
)
from watchers.detectors.keyword import KeywordRule
from watchers.finding import Finding
from watchers.keywords.findings import KeywordFindings
from watchers.keywords.folds import NOTHING, Fold, Folds, Seen, What
from watchers.keywords.judging import Judging
from watchers.keywords.recoveries import BlockRecoveries, SaidOver
from watchers.limits import DistinctCap
from watchers.matching.captures import Captures
from watchers.record import Record
from watchers.records.reading import Read, nothing_read
from watchers.records.saying import Saying


class KeywordDetector:
    """All keyword rules of one agent, applied to the records of one watch; not thread-safe.

    Of the rules with an alert that match a record only the most severe counts it, the first
    listed of equals; rules that only record count every record they match.
    """

    def __init__(
        self,
        agent: str,
        rules: Sequence[KeywordRule],
        cap: DistinctCap,
        read: Read = nothing_read,
        templates: KnowsTemplates | None = None,
        note: Note | None = None,
        note_lines: NoteLines | None = None,
    ) -> None:
        """Prepare the rules.

        Args:
            agent: Part of the findings' ids.
            rules: In the order in which they were listed.
            cap: Bounds how many label sets a rule may make.
            read: Reads a line; asked for the records that findings show, and for all that a rule
                with conditions or labels on fields matches.
            templates: Those of the watch, for rules that tell them apart.
            note: Told of every record that a rule counts.
            note_lines: The same of lines that are taken together.
        """
        self._note = note
        self._note_lines = note_lines
        self._templates = templates
        self._read = read
        self._findings = KeywordFindings(agent, templates)
        self._said_over = SaidOver()
        self._folds = Folds(cap)
        self._judging = Judging(rules)

    def exchange(self, rules: Sequence[KeywordRule]) -> Mapping[int, int]:
        """Go on with other rules; from a former index in `patterns` to the one of the same rule."""
        before = self.places
        self._judging = Judging(rules)
        after = {place: index for index, place in enumerate(self.places)}
        moved = {at: after[place] for at, place in enumerate(before) if place in after}
        self._said_over.exchange(moved)
        return moved

    @property
    def places(self) -> list[tuple[str, bool]]:
        """Of each pattern, its rule's name and whether it is its recovery."""
        return self._judging.places

    @property
    def patterns(self) -> tuple[str, ...]:
        """What is to be looked for; a record's `rules` are indexes into this."""
        return self._judging.patterns

    @property
    def recovers(self) -> bool:
        """Whether some rule says that something is over."""
        return bool(self._judging.recovering)

    def detect(
        self,
        records: Iterable[Record],
        origin: Origin,
        now: datetime,
        monotonic: float,
        spot: SpotOf = nowhere,
    ) -> list[Finding]:
        """Count records and take what that comes to, in order of first appearance.

        A rule whose last word is that it is over says so behind them; see `count`.
        """
        over = self.count(records, origin, now, monotonic, spot)
        return self.take() + over

    def count(
        self,
        records: Iterable[Record],
        origin: Origin,
        now: datetime,
        monotonic: float,
        spot: SpotOf = nowhere,
    ) -> list[Finding]:
        """Fold records into one finding per file, rule and label set, until `take`.

        Args:
            records: In file order.
            origin: Where they stand.
            now: When they were read; aware, UTC.
            monotonic: The same moment in monotonic seconds.
            spot: Where a record stands, with the lines around it when they are wanted; asked
                only for the few records that a finding shows, when it is taken.

        Returns:
            What is over; it comes behind what is taken.
        """
        judging, block = self._judging, BlockRecoveries()
        for record in records:
            saying = Saying(record, self._read, now)
            over = judging.over(record, origin)
            block.say(((i, judging.labels(i, saying, over=True)) for i in over), record)
            counting = [index for index in judging.counting(saying, origin) if index not in over]
            if not counting:
                continue
            self._tell(saying, counting)
            raised, kind = error_type(record), kind_of(record.lines[0])
            number = self._templates.number(record) if self._templates is not None else None
            seen = Seen(saying, spot, now)
            for index in counting:
                labels, template = judging.labels(index, saying), self._template(index, record)
                fold = self._fold(
                    index, What(raised, labels, template), origin, saying, now, monotonic
                )
                block.count(index, fold.what.labels)
                fold.add((seen,), 1, saying, record.end)
                fold.tell_apart(kind, 1, lambda: seen)  # noqa: B023 - called at once
                if number is not None:
                    fold.of_template(number, 1)
        return [
            self._findings.over(judging.rules[index], labels, record, origin, now)
            for (index, labels), record in self._said_over.fresh(block, origin)
        ]

    def counting(self, rules: tuple[int, ...]) -> tuple[int, ...] | None:
        """Which rules count a line by itself that some match; None for what must be looked at.

        Args:
            rules: Indexes into the patterns of all detectors.
        """
        return self._judging.of_line(rules)

    def count_lines(
        self,
        lines: Lines,
        origin: Origin,
        now: datetime,
        monotonic: float,
        spot: SpotOf,
    ) -> None:
        """Fold lines that are records by themselves, as `count` does records."""

        def saying(record: Record) -> Saying:
            return Saying(record, self._read, now)

        def seen_of(cut: Callable[[], Record]) -> Seen:
            return Seen(saying(cut()), spot, now)

        newest = range(max(0, lines.count - SAMPLES), lines.count)
        first = saying(lines.record(0))
        seen = [seen_of(partial(lines.record, number)) for number in newest]
        end = seen[-1].saying.record.end
        folds = [self._fold(index, NOTHING, origin, first, now, monotonic) for index in lines.rules]
        for fold in folds:
            fold.add(seen, lines.count, first, end)
        for look, count, cut in lines.alike():
            if self._templates is not None and look.template is None:
                look.template = self._templates.number(cut())
            for fold in folds:
                fold.tell_apart(look.kind, count, partial(seen_of, cut))
                if look.template is not None:
                    fold.of_template(look.template, count)
        if self._note_lines is not None:
            rules = [self._judging.rules[index] for index in lines.rules]
            captures = self._judging.captures[self._judging.naming(lines.rules)]
            self._note_lines(
                rules,
                lines.count,
                lambda number: partial(_said, saying(lines.record(number)), captures),
            )

    def take(self) -> list[Finding]:
        """What was counted, in order of first appearance; it begins anew."""
        rules, captures = self._judging.rules, self._judging.captures
        return [
            self._findings.of(fold, rules[fold.rule], captures[fold.rule])
            for fold in self._folds.take()
        ]

    @property
    def holds(self) -> bool:
        """Whether anything was counted since it was taken."""
        return bool(self._folds)

    @property
    def blocks(self) -> int:
        """How many blocks are kept for what was counted."""
        return self._folds.blocks

    def let_go(self) -> None:
        """Keep no block for what was counted any more."""
        self._folds.let_go()

    def _fold(
        self,
        index: int,
        what: What,
        origin: Origin,
        first: Saying,
        now: datetime,
        monotonic: float,
    ) -> Fold:
        """Where to count a record, by its exception, its labels and its template."""
        rule = (index, self._judging.rules[index].name)
        return self._folds.of(rule, what, origin, first, now, monotonic)

    def _tell(self, saying: Saying, counting: Iterable[int]) -> None:
        """Whoever wants to know of every record that is counted."""
        if self._note is not None:
            for index in counting:
                says = partial(_said, saying, self._judging.captures[index])
                self._note(saying.record.offset, says, self._judging.rules[index])

    def _template(self, index: int, record: Record) -> str:
        """The id of a record's template, "" for a rule that does not tell them apart."""
        if self._templates is None or not self._judging.rules[index].per_template:
            return ""
        return self._templates.of(record).id


def _said(saying: Saying, captures: Captures) -> Said:
    return saying.fields(captures), saying.written_at
