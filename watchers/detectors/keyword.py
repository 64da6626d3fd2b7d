"""Keyword rules: the records that match a pattern, folded into findings."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Literal

from watchers.alone import Lines
from watchers.conditions import condition, filled, refers
from watchers.detectors.base import (
    MESSAGE_CHARS,
    MOST_FORMER,
    OTHER,
    SAMPLES,
    TEMPLATE,
    KnowsTemplates,
    Note,
    NoteLines,
    Origin,
    RuleSettings,
    SpotOf,
    error_type,
    nowhere,
    shown,
)
from watchers.finding import Finding, Response, Sample, Severity
from watchers.limits import DistinctCap
from watchers.matching.captures import Captures
from watchers.matching.grok import Value
from watchers.matching.patterns import compiled
from watchers.reading import Read, nothing_read, shown_fields
from watchers.record import Record
from watchers.saying import Saying

Pairs = tuple[tuple[str, str], ...]
"""Labels, sorted."""
_MOST_SAID_OVER = 1000

_MOST_JOINED = 10_000
_NOTHING: tuple[str, Pairs, str] = ("", (), "")
_MOST_KINDS = 20
_VALUES = re.compile(rb"\d[\da-f]*")
_SHAPED_BYTES = 500


class KeywordRule(RuleSettings):
    """Every record with a line that matches a pattern; the kind of a rule that names none.

    Of several that match a record only the most severe alerts.

    Attributes:
        per_template: Whether what differs in more than its values is an alert of its own, with
            the label ``template``.
    """

    kind: Literal["any"] = "any"
    per_template: bool = False

    @property
    def by_template(self) -> bool:
        """As it says."""
        return self.per_template


def _level(names: str) -> str:
    """A JSON or logfmt field that says how bad a line is."""
    return (
        rf'"(?:level|levelname|severity|log\.level)"\s*:\s*"(?i:{names})"'
        rf'|\b(?:level|lvl|severity)="?(?i:{names})\b'
    )


DEFAULT_RULES: tuple[KeywordRule, ...] = (
    KeywordRule(
        name="panic",
        pattern=r"\b(?:PANIC|FATAL)\b|^panic:|" + _level("fatal|panic|critical|emerg(?:ency)?"),
        severity=Severity.CRITICAL,
        responses=(Response.ALERT, Response.RECORD),
    ),
    KeywordRule(
        name="error",
        pattern=r"\b(?:ERROR|SEVERE)\b|\[error\]|^Traceback \(most recent call last\):|"
        + _level("error|severe"),
        severity=Severity.HIGH,
    ),
    KeywordRule(
        name="timeout",
        pattern=r"\bTIMEOUT\b",
        severity=Severity.MEDIUM,
        responses=(Response.RECORD,),
    ),
)
"""Panics are critical, errors high, timeouts only recorded."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A record of those that a finding shows."""

    saying: Saying
    spot: SpotOf
    at: datetime


@dataclass(slots=True)
class _Fold:
    """The records that make one finding."""

    rule: int
    origin: Origin
    error_type: str
    labels: Pairs
    start: int
    capped: bool
    first_at: datetime
    first: Saying
    template: str = ""
    count: int = 0
    end: int = 0
    newest: list[_Seen] = field(default_factory=list)
    kinds: dict[bytes, tuple[_Seen, int]] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)

    def add(self, seen: Sequence[_Seen], count: int, first: Saying, end: int) -> None:
        """Count more records of one file, the newest of which are seen."""
        self.count += count
        if first.record.offset < self.start:
            self.start, self.first = first.record.offset, first
        self.end = max(self.end, end)
        self.newest += seen
        if len(seen) < count or len(seen) > 1:
            self.newest.sort(key=lambda one: one.saying.record.offset)
        del self.newest[:-SAMPLES]

    def of_template(self, number: int, count: int) -> None:
        """Count records of one template."""
        self.numbers[number] = self.numbers.get(number, 0) + count

    def tell_apart(self, kind: bytes, count: int, first: _Seen) -> None:
        """Count records of one kind; the first of them is kept, while they are not too many."""
        known = self.kinds.get(kind)
        if known is not None:
            self.kinds[kind] = (known[0], known[1] + count)
        elif len(self.kinds) < _MOST_KINDS:
            self.kinds[kind] = (first, count)


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
        self._joined: dict[tuple[tuple[str, str], ...], int] = {}
        self._agent = agent
        self._cap = cap
        self._read = read
        self._said_over: set[tuple[int, Pairs]] = set()
        self._folds: dict[tuple[int, str, Pairs, str, str, str], _Fold] = {}
        self._prepare(rules)

    def _prepare(self, rules: Sequence[KeywordRule]) -> None:
        self._rules = rules
        self._bound = frozenset(i for i, rule in enumerate(rules) if rule.files)
        self._excludes = [compiled(rule.exclude) if rule.exclude else None for rule in rules]
        self._where = [tuple(map(condition, rule.where)) for rule in rules]
        self._captures = [Captures(rule.pattern) for rule in rules]
        self._made = [[(k, v) for k, v in rule.labels.items() if refers(v)] for rule in rules]
        alerting = [i for i, rule in enumerate(rules) if Response.ALERT in rule.wanted]
        self._alerting = sorted(alerting, key=lambda i: -rules[i].severity.rank)
        self._recording = [i for i in range(len(rules)) if i not in alerting]
        self._recovering = [i for i in self._alerting if rules[i].recovery]
        self._judged = frozenset(i for i, rule in enumerate(rules) if self._judges(i, rule))
        self._simple: dict[tuple[int, ...], tuple[int, ...]] = {}

    def _judges(self, index: int, rule: KeywordRule) -> bool:
        """Whether a rule looks at more of a record than that a line matches."""
        looks = rule.files or rule.exclude or rule.where or self._made[index]
        return bool(looks or rule.by_template)

    def exchange(self, rules: Sequence[KeywordRule]) -> Mapping[int, int]:
        """Go on with other rules; from a former index in `patterns` to the one of the same rule."""
        before = self.places
        self._prepare(rules)
        after = {place: index for index, place in enumerate(self.places)}
        moved = {at: after[place] for at, place in enumerate(before) if place in after}
        self._said_over = {(moved[i], labels) for i, labels in self._said_over if i in moved}
        return moved

    @property
    def places(self) -> list[tuple[str, bool]]:
        """Of each pattern, its rule's name and whether it is its recovery."""
        recoveries = [(self._rules[index].name, True) for index in self._recovering]
        return [*((rule.name, False) for rule in self._rules), *recoveries]

    @property
    def patterns(self) -> tuple[str, ...]:
        """What is to be looked for; a record's `rules` are indexes into this."""
        recoveries = [self._rules[index].recovery for index in self._recovering]
        return (*(rule.pattern for rule in self._rules), *recoveries)

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
        recovered: dict[tuple[int, Pairs], Record] = {}
        counted: set[tuple[int, Pairs]] = set()
        for record in records:
            saying = Saying(record, self._read, now)
            over = self._over(record, origin)
            recovered |= {(i, self._labels(i, saying, over=True)): record for i in over}
            counting = [index for index in self._counting(saying, origin) if index not in over]
            if not counting:
                continue
            self._tell(saying, counting)
            raised = error_type(record)
            number = self._templates.number(record) if self._templates is not None else None
            for index in counting:
                what = (raised, self._labels(index, saying), self._template(index, record))
                fold = self._fold(index, what, origin, saying, now, monotonic)
                for one in [one for one in recovered if _covers(one, index, fold.labels)]:
                    del recovered[one]
                counted.add((index, fold.labels))
                seen = _Seen(saying, spot, now)
                fold.add((seen,), 1, saying, record.end)
                fold.tell_apart(_kind(record.lines[0]), 1, seen)
                if number is not None:
                    fold.of_template(number, 1)
        if not self._recovering:
            return []
        return self._recoveries(counted, recovered, origin, now)

    def counting(self, rules: tuple[int, ...]) -> tuple[int, ...] | None:
        """Which rules count a line by itself that some match; None for what must be looked at.

        Args:
            rules: Indexes into the patterns of all detectors.
        """
        found = self._simple.get(rules)
        simple = rules[-1] < len(self._rules) and self._judged.isdisjoint(rules)
        if found is None and simple and not self._recovering:
            worst = next((i for i in self._alerting if i in rules), None)
            found = tuple(i for i in self._recording if i in rules)
            found = found if worst is None else (worst, *found)
            self._simple[rules] = found
        return found

    def count_lines(
        self,
        lines: Lines,
        origin: Origin,
        now: datetime,
        monotonic: float,
        spot: SpotOf,
    ) -> None:
        """Fold lines that are records by themselves, as `count` does records."""

        def saying(number: int) -> Saying:
            return Saying(lines.record(number), self._read, now)

        first, last = saying(0), lines.count - 1
        seen = [_Seen(saying(n), spot, now) for n in range(max(0, lines.count - SAMPLES), last + 1)]
        kinds = [
            (kind, _Seen(saying(number), spot, now), count)
            for kind, (number, count) in lines.kinds(_kind).items()
        ]
        numbers: list[tuple[int, int]] = []
        if self._templates is not None:
            number_of = self._templates.number
            numbers = [(number_of(one.saying.record), count) for _, one, count in kinds]
        for index in lines.rules:
            fold = self._fold(index, _NOTHING, origin, first, now, monotonic)
            fold.add(seen, lines.count, first, seen[-1].saying.record.end)
            for kind, one, count in kinds:
                fold.tell_apart(kind, count, one)
            for template, count in numbers:
                fold.of_template(template, count)
        if self._note_lines is not None:
            told = [self._rules[index] for index in lines.rules]
            captures = self._captures[self._naming(lines.rules)]
            self._note_lines(told, lines.count, lambda number: _said(saying(number), captures))

    def take(self) -> list[Finding]:
        """What was counted, in order of first appearance; it begins anew."""
        folds, self._folds = self._folds, {}
        files = {fold.origin.file_id: n for n, fold in reversed([*enumerate(folds.values())])}
        ordered = sorted(folds.values(), key=lambda one: (files[one.origin.file_id], one.start))
        return [self._finding(fold) for fold in ordered]

    @property
    def recovers(self) -> bool:
        """Whether some rule says that something is over."""
        return bool(self._recovering)

    @property
    def blocks(self) -> int:
        """How many blocks are kept for what was counted."""
        told = [
            seen
            for fold in self._folds.values()
            for seen in (*fold.newest, *(first for first, _ in fold.kinds.values()))
        ]
        return len({id(seen.spot) for seen in told})

    def _fold(
        self,
        index: int,
        what: tuple[str, Pairs, str],
        origin: Origin,
        first: Saying,
        now: datetime,
        monotonic: float,
    ) -> _Fold:
        """Where to count a record, by its exception, its labels and its template."""
        kind, labels, template = what
        thing = (origin.labels.get("service"), kind, labels, template)
        capped = not self._cap.admits(self._rules[index].name, thing, monotonic)
        if capped:
            kind, template = OTHER, ""
            labels = tuple((label, OTHER) for label, _ in labels)
        key = (index, kind, labels, template, origin.path, origin.file_id)
        fold = self._folds.get(key)
        if fold is None:
            fold = self._folds[key] = _Fold(
                rule=index,
                origin=origin,
                error_type=kind,
                labels=labels,
                start=first.record.offset,
                capped=capped,
                first_at=now,
                first=first,
                template=template,
            )
        return fold

    def _tell(self, saying: Saying, counting: Iterable[int]) -> None:
        """Whoever wants to know of every record that is counted."""
        if self._note is not None:
            for index in counting:
                says = partial(_said, saying, self._captures[index])
                self._note(saying.record.offset, says, self._rules[index])

    def _naming(self, counting: Sequence[int]) -> int:
        """Of several rules the one whose pattern names fields."""
        named = (index for index in counting if self._captures[index].names)
        return next(named, counting[0])

    def _template(self, index: int, record: Record) -> str:
        """The id of a record's template, "" for a rule that does not tell them apart."""
        if self._templates is None or not self._rules[index].per_template:
            return ""
        return self._templates.of(record).id

    def _labels(self, index: int, saying: Saying, *, over: bool = False) -> Pairs:
        """The labels of a rule that its records' fields make; none that nothing is known for."""
        made = self._made[index]
        if not made:
            return ()
        fields = saying.reading.fields if over else saying.fields(self._captures[index])
        found = ((label, filled(text, fields)) for label, text in made)
        return tuple(sorted((label, text) for label, text in found if text))

    def _recoveries(
        self,
        found: Iterable[tuple[int, Pairs]],
        recovered: Mapping[tuple[int, Pairs], Record],
        origin: Origin,
        now: datetime,
    ) -> list[Finding]:
        """What is over, said once until it is found again: such lines may come by the thousand."""
        where = tuple(sorted(origin.labels.items()))
        counted = {(rule, (*where, *labels)) for rule, labels in found}
        self._said_over = {
            one
            for one in self._said_over
            if not any(_covers(one, index, labels) for index, labels in counted)
        }
        fresh = {
            (index, labels): record
            for (index, labels), record in recovered.items()
            if (index, (*where, *labels)) not in self._said_over
        }
        if len(self._said_over) > _MOST_SAID_OVER:
            self._said_over.clear()
        self._said_over |= {(index, (*where, *labels)) for index, labels in fresh}
        return [
            self._recovery(index, labels, record, origin, now)
            for (index, labels), record in fresh.items()
        ]

    def _over(self, record: Record, origin: Origin) -> list[int]:
        """Indexes of the rules that a record says are over."""
        first = len(self._rules)
        last = first + len(self._recovering)
        over = [self._recovering[index - first] for index in record.rules if first <= index < last]
        return [index for index in over if self._applies(index, origin)]

    def _applies(self, index: int, origin: Origin) -> bool:
        if index not in self._bound:
            return True
        return self._rules[index].applies_to(origin.watch, origin.path)

    def _counting(self, saying: Saying, origin: Origin) -> list[int]:
        """Indexes of the rules that count a record."""
        record = saying.record
        matched = {index for index in record.rules if index < len(self._rules)}
        if not matched.isdisjoint(self._bound):
            matched = {index for index in matched if self._applies(index, origin)}
        if any(self._excludes[index] is not None for index in matched):
            text = b"\n".join(record.lines)
            matched = {i for i in matched if not _found(self._excludes[i], text)}
        if any(self._where[index] for index in matched):
            matched = {i for i in matched if not self._where[i] or self._fits(i, saying)}
        counting = [index for index in self._recording if index in matched]
        worst = next((index for index in self._alerting if index in matched), None)
        return counting if worst is None else [worst, *counting]

    def _fits(self, index: int, saying: Saying) -> bool:
        """Whether the fields of a record are what its rule wants."""
        fields = saying.fields(self._captures[index])
        return all(one.holds(fields) for one in self._where[index])

    def _all_labels(self, index: int, made: Pairs, origin: Origin) -> dict[str, str]:
        said = self._rules[index].labels.items()
        fixed = {label: text for label, text in said if not refers(text)}
        return {**origin.labels, **fixed, **dict(made)}

    def _finding(self, fold: _Fold) -> Finding:
        origin = fold.origin
        rule = self._rules[fold.rule]
        labels = self._all_labels(fold.rule, fold.labels, origin)
        if fold.error_type:
            labels["error_type"] = fold.error_type
        text: dict[str, str] = {}
        former: tuple[str, ...] = ()
        if fold.template and self._templates is not None:
            labels[TEMPLATE] = self._templates.current(fold.template)
            text = {TEMPLATE: self._templates.text(labels[TEMPLATE])}
            former = self._joins(rule.name, labels, self._templates.former(labels[TEMPLATE]))
        window = [self._agent, rule.name, sorted(labels.items()), origin.file_id]
        identity = json.dumps([*window, fold.start, fold.end])
        newest = fold.newest[-1].saying
        captures = self._captures[fold.rule]
        title = rule.title
        if refers(title):
            title = filled(title, newest.fields(captures))
        message = newest.record.lines[0].replace(b"\0", b"").decode("utf-8", "replace").strip()
        # What stands for many kinds counts as one; the others are said to be held back.
        count = 1 if fold.capped else fold.count
        # Of a few records all are shown.
        kinds = fold.kinds.values() if fold.count > len(fold.newest) else ()

        def sample(one: _Seen) -> Sample:
            return Sample(
                text=shown(one.saying.record),
                place=f"{origin.path}:{one.saying.record.offset}",
                at=one.at,
                spot=one.spot(one.saying.record, one.saying is newest),
                written_at=one.saying.written_at,
                fields=shown_fields(one.saying.fields(captures)),
            )

        return Finding(
            id=hashlib.blake2b(identity.encode("utf-8", "replace"), digest_size=16).hexdigest(),
            rule=rule.name,
            severity=rule.severity,
            labels=labels,
            title=title or fold.error_type or rule.name,
            first_at=fold.first_at,
            seen_at=fold.newest[-1].at,
            count=count,
            held_back=fold.count - count,
            samples=tuple(sample(one) for one in fold.newest),
            kinds=tuple((sample(one), count) for one, count in kinds),
            annotations={"file": origin.path, "message": message[:MESSAGE_CHARS], **text},
            responses=rule.wanted,
            watch=origin.watch,
            delay=rule.waits,
            formerly=tuple({**labels, TEMPLATE: one} for one in former),
            templates=self._templates.counted(fold.numbers) if self._templates is not None else (),
            first_written_at=fold.first.written_at,
            written_at=newest.written_at,
        )

    def _joins(
        self, rule: str, labels: Mapping[str, str], former: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Former templates, said once each time that there are more."""
        about = (("rule", rule), *sorted(labels.items()))
        if self._joined.get(about, 0) == len(former):
            return ()
        if len(self._joined) >= _MOST_JOINED:
            self._joined.clear()
        self._joined[about] = len(former)
        return former[-MOST_FORMER:]

    def _recovery(
        self, index: int, made: Pairs, record: Record, origin: Origin, now: datetime
    ) -> Finding:
        rule = self._rules[index]
        labels = self._all_labels(index, made, origin)
        identity = [self._agent, rule.name, sorted(labels.items()), origin.file_id, record.offset]
        text = json.dumps(["over", *identity]).encode("utf-8", "replace")
        return Finding(
            id=hashlib.blake2b(text, digest_size=16).hexdigest(),
            rule=rule.name,
            severity=rule.severity,
            labels=labels,
            title=rule.name if refers(rule.title) else rule.title or rule.name,
            first_at=now,
            seen_at=now,
            samples=(Sample(text=shown(record), place=f"{origin.path}:{record.offset}", at=now),),
            annotations={"file": origin.path},
            watch=origin.watch,
            recovers=True,
            delay=rule.waits,
        )


def _said(saying: Saying, captures: Captures) -> tuple[Mapping[str, Value], datetime | None]:
    return saying.fields(captures), saying.written_at


def _found(pattern: Any, text: bytes) -> bool:
    return pattern is not None and pattern.search(text) is not None


def _covers(over: tuple[int, Pairs], index: int, labels: Pairs) -> bool:
    """Whether what is said to be over takes in what a rule counted under these labels."""
    return over[0] == index and set(over[1]) <= set(labels)


def _kind(line: bytes) -> bytes:
    """What a line is but for its values."""
    return _VALUES.sub(b"0", line[:_SHAPED_BYTES])
