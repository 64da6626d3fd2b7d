"""Keyword rules: the records that match a pattern, folded into findings."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Literal

from watchers.conditions import condition, filled, refers
from watchers.detectors.base import (
    MESSAGE_CHARS,
    MOST_FORMER,
    OTHER,
    SAMPLES,
    TEMPLATE,
    KnowsTemplates,
    Note,
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


@dataclass(slots=True)
class _Fold:
    """The records of one block that make one finding."""

    rule: int
    error_type: str
    labels: Pairs
    start: int
    capped: bool
    first: Saying
    template: str = ""
    count: int = 0
    end: int = 0
    newest: list[Saying] = field(default_factory=list)


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
        """
        self._note = note
        self._templates = templates
        self._joined: dict[tuple[tuple[str, str], ...], int] = {}
        self._agent = agent
        self._cap = cap
        self._read = read
        self._said_over: set[tuple[int, Pairs]] = set()
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
        """Fold records into one finding per rule and label set, in order of first appearance.

        A rule whose last word is that it is over says so behind them.

        Args:
            records: In file order.
            origin: Where they stand.
            now: When they were read; aware, UTC.
            monotonic: The same moment in monotonic seconds.
            spot: Where a record stands, with the lines around it when they are wanted; asked
                only for the few records that a finding shows.
        """
        folds: dict[tuple[int, str, Pairs, str], _Fold] = {}
        recovered: dict[tuple[int, Pairs], Record] = {}
        for record in records:
            saying = Saying(record, self._read, now)
            over = self._over(record, origin)
            recovered |= {(i, self._labels(i, saying, over=True)): record for i in over}
            counting = [index for index in self._counting(saying, origin) if index not in over]
            if not counting:
                continue
            self._tell(saying, counting)
            raised = error_type(record)
            for index in counting:
                name, kind, capped = self._rules[index].name, raised, False
                labels, template = self._labels(index, saying), self._template(index, record)
                thing = (origin.labels.get("service"), raised, labels, template)
                if not self._cap.admits(name, thing, monotonic):
                    kind, capped, template = OTHER, True, ""
                    labels = tuple((label, OTHER) for label, _ in labels)
                for one in [one for one in recovered if _covers(one, index, labels)]:
                    del recovered[one]
                fold = folds.get((index, kind, labels, template))
                if fold is None:
                    fold = _Fold(
                        rule=index,
                        error_type=kind,
                        labels=labels,
                        start=record.offset,
                        capped=capped,
                        first=saying,
                        template=template,
                    )
                    folds[index, kind, labels, template] = fold
                fold.count += 1
                fold.end = record.end
                fold.newest.append(saying)
                if len(fold.newest) > SAMPLES:
                    del fold.newest[0]
        findings = [self._finding(fold, origin, spot, now) for fold in folds.values()]
        if self._recovering:
            findings += self._recoveries(folds.values(), recovered, origin, now)
        return findings

    def _tell(self, saying: Saying, counting: Iterable[int]) -> None:
        """Whoever wants to know of every record that is counted."""
        if self._note is not None:
            for index in counting:
                says = partial(_said, saying, self._captures[index])
                self._note(saying.record.offset, says, self._rules[index])

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
        folds: Iterable[_Fold],
        recovered: Mapping[tuple[int, Pairs], Record],
        origin: Origin,
        now: datetime,
    ) -> list[Finding]:
        """What is over, said once until it is found again: such lines may come by the thousand."""
        where = tuple(sorted(origin.labels.items()))
        counted = {(fold.rule, (*where, *fold.labels)) for fold in folds}
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

    def _finding(self, fold: _Fold, origin: Origin, spot: SpotOf, now: datetime) -> Finding:
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
        newest = fold.newest[-1]
        captures = self._captures[fold.rule]
        title = rule.title
        if refers(title):
            title = filled(title, newest.fields(captures))
        message = newest.record.lines[0].replace(b"\0", b"").decode("utf-8", "replace").strip()
        # What stands for many kinds counts as one; the others are said to be held back.
        count = 1 if fold.capped else fold.count
        return Finding(
            id=hashlib.blake2b(identity.encode("utf-8", "replace"), digest_size=16).hexdigest(),
            rule=rule.name,
            severity=rule.severity,
            labels=labels,
            title=title or fold.error_type or rule.name,
            first_at=now,
            seen_at=now,
            count=count,
            held_back=fold.count - count,
            samples=tuple(
                Sample(
                    text=shown(one.record),
                    place=f"{origin.path}:{one.record.offset}",
                    at=now,
                    spot=spot(one.record, one is newest),
                    written_at=one.reading.at,
                    fields=shown_fields(one.fields(captures)),
                )
                for one in fold.newest
            ),
            annotations={"file": origin.path, "message": message[:MESSAGE_CHARS], **text},
            responses=rule.wanted,
            watch=origin.watch,
            delay=rule.waits,
            formerly=tuple({**labels, TEMPLATE: one} for one in former),
            first_written_at=fold.first.reading.at,
            written_at=newest.reading.at,
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
    return saying.fields(captures), saying.reading.at


def _found(pattern: Any, text: bytes) -> bool:
    return pattern is not None and pattern.search(text) is not None


def _covers(over: tuple[int, Pairs], index: int, labels: Pairs) -> bool:
    """Whether what is said to be over takes in what a rule counted under these labels."""
    return over[0] == index and set(over[1]) <= set(labels)
