"""Keyword rules: the records that match a pattern, folded into findings."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from watchers.detectors.base import (
    MESSAGE_CHARS,
    MOST_FORMER,
    OTHER,
    SAMPLES,
    TEMPLATE,
    KnowsTemplates,
    Origin,
    RuleSettings,
    SpotOf,
    error_type,
    nowhere,
    shown,
)
from watchers.finding import Finding, Response, Sample, Severity
from watchers.limits import DistinctCap
from watchers.matching.patterns import compiled
from watchers.record import Record

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
    start: int
    capped: bool
    template: str = ""
    count: int = 0
    end: int = 0
    newest: list[Record] = field(default_factory=list)


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
        templates: KnowsTemplates | None = None,
    ) -> None:
        """Prepare the rules.

        Args:
            agent: Part of the findings' ids.
            rules: In the order in which they were listed.
            cap: Bounds how many label sets a rule may make.
            templates: Those of the watch, for rules that tell them apart.
        """
        self._templates = templates
        self._joined: dict[tuple[tuple[str, str], ...], int] = {}
        self._agent = agent
        self._cap = cap
        self._said_over: set[tuple[int, tuple[tuple[str, str], ...]]] = set()
        self._prepare(rules)

    def _prepare(self, rules: Sequence[KeywordRule]) -> None:
        self._rules = rules
        self._bound = frozenset(i for i, rule in enumerate(rules) if rule.files)
        self._excludes = [compiled(rule.exclude) if rule.exclude else None for rule in rules]
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
        folds: dict[tuple[int, str, str], _Fold] = {}
        recovered: dict[int, Record] = {}
        for record in records:
            over = self._over(record, origin)
            recovered |= dict.fromkeys(over, record)
            counting = [index for index in self._counting(record, origin) if index not in over]
            for index in counting:
                recovered.pop(index, None)
            if not counting:
                continue
            raised = error_type(record)
            for index in counting:
                name, kind, capped = self._rules[index].name, raised, False
                template = self._template(index, record)
                thing = (origin.labels.get("service"), raised, template)
                if not self._cap.admits(name, thing, monotonic):
                    kind, capped, template = OTHER, True, ""
                fold = folds.get((index, kind, template))
                if fold is None:
                    fold = _Fold(rule=index, error_type=kind, start=record.offset, capped=capped)
                    fold.template = template
                    folds[index, kind, template] = fold
                fold.count += 1
                fold.end = record.end
                fold.newest.append(record)
                if len(fold.newest) > SAMPLES:
                    del fold.newest[0]
        findings = [self._finding(fold, origin, now, spot) for fold in folds.values()]
        if self._recovering:
            findings += self._recoveries(folds.values(), recovered, origin, now)
        return findings

    def _template(self, index: int, record: Record) -> str:
        """The id of a record's template, "" for a rule that does not tell them apart."""
        if self._templates is None or not self._rules[index].per_template:
            return ""
        return self._templates.of(record).id

    def _recoveries(
        self,
        folds: Iterable[_Fold],
        recovered: Mapping[int, Record],
        origin: Origin,
        now: datetime,
    ) -> list[Finding]:
        """What is over, said once until it is found again: such lines may come by the thousand."""
        labels = tuple(sorted(origin.labels.items()))
        self._said_over -= {(fold.rule, labels) for fold in folds}
        fresh = {i: one for i, one in recovered.items() if (i, labels) not in self._said_over}
        self._said_over |= {(index, labels) for index in fresh}
        return [self._recovery(index, one, origin, now) for index, one in fresh.items()]

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

    def _counting(self, record: Record, origin: Origin) -> list[int]:
        """Indexes of the rules that count a record."""
        matched = {index for index in record.rules if index < len(self._rules)}
        if not matched.isdisjoint(self._bound):
            matched = {index for index in matched if self._applies(index, origin)}
        if any(self._excludes[index] is not None for index in matched):
            text = b"\n".join(record.lines)
            matched = {i for i in matched if not _found(self._excludes[i], text)}
        counting = [index for index in self._recording if index in matched]
        worst = next((index for index in self._alerting if index in matched), None)
        return counting if worst is None else [worst, *counting]

    def _finding(self, fold: _Fold, origin: Origin, now: datetime, spot: SpotOf) -> Finding:
        rule = self._rules[fold.rule]
        labels = {**origin.labels, **rule.labels}
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
        message = newest.lines[0].replace(b"\0", b"").decode("utf-8", "replace").strip()
        # What stands for many kinds counts as one; the others are said to be held back.
        count = 1 if fold.capped else fold.count
        return Finding(
            id=hashlib.blake2b(identity.encode("utf-8", "replace"), digest_size=16).hexdigest(),
            rule=rule.name,
            severity=rule.severity,
            labels=labels,
            title=rule.title or fold.error_type or rule.name,
            first_at=now,
            seen_at=now,
            count=count,
            held_back=fold.count - count,
            samples=tuple(
                Sample(
                    text=shown(record),
                    place=f"{origin.path}:{record.offset}",
                    at=now,
                    spot=spot(record, record is newest),
                )
                for record in fold.newest
            ),
            annotations={"file": origin.path, "message": message[:MESSAGE_CHARS], **text},
            responses=rule.wanted,
            watch=origin.watch,
            delay=rule.waits,
            formerly=tuple({**labels, TEMPLATE: one} for one in former),
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

    def _recovery(self, index: int, record: Record, origin: Origin, now: datetime) -> Finding:
        rule = self._rules[index]
        labels = {**origin.labels, **rule.labels}
        identity = [self._agent, rule.name, sorted(labels.items()), origin.file_id, record.offset]
        text = json.dumps(["over", *identity]).encode("utf-8", "replace")
        return Finding(
            id=hashlib.blake2b(text, digest_size=16).hexdigest(),
            rule=rule.name,
            severity=rule.severity,
            labels=labels,
            title=rule.title or rule.name,
            first_at=now,
            seen_at=now,
            samples=(Sample(text=shown(record), place=f"{origin.path}:{record.offset}", at=now),),
            annotations={"file": origin.path},
            watch=origin.watch,
            recovers=True,
            delay=rule.waits,
        )


def _found(pattern: Any, text: bytes) -> bool:
    return pattern is not None and pattern.search(text) is not None
