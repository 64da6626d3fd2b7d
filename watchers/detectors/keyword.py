"""Keyword rules: the records that match a pattern, folded into findings."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from watchers.errors import PatternError
from watchers.finding import Finding, Response, Sample, Severity
from watchers.limits import DistinctCap
from watchers.matching.patterns import compiled
from watchers.record import Record

SAMPLES = 5
_MESSAGE_CHARS = 300
_OTHER = "other"
_TYPE = re.compile(
    rb"(?<![\w$])(?:[A-Za-z_$][\w$]*\.)*([A-Z][\w$]{0,80}(?:Exception|Error|Throwable|Interrupt))"
    rb"(?![\w$])"
)
_INDENTED = (b" ", b"\t")


class KeywordRule(BaseModel):
    """Every record with a line that matches a pattern.

    Attributes:
        name: Unique among the rules.
        pattern: Regular expression in RE2's syntax, run on single lines, as written: begin it
            with ``(?i)`` to ignore case.
        severity: How bad a match is.
        responses: ``alert`` and ``record``, or only one of them.
        title: Title of the findings; the exception's name or the rule's without one.
        exclude: A record with a line that matches this is left out.
        labels: Constant labels of the findings.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    pattern: str = Field(min_length=1)
    severity: Severity
    responses: tuple[Response, ...] = Field(default=(Response.ALERT,), min_length=1)
    title: str = ""
    exclude: str = ""
    labels: dict[str, str] = Field(default_factory=dict)

    @field_validator("pattern", "exclude")
    @classmethod
    def _usable(cls, pattern: str) -> str:
        if pattern:
            try:
                compiled(pattern)
            except PatternError as error:
                raise ValueError(error.reason) from None  # what pydantic collects with the rest
        return pattern


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where records come from.

    Attributes:
        path: The file's path.
        file_id: Stable identity of its content.
        labels: What its findings are labelled with, beside their rule's own labels.
    """

    path: str
    file_id: str
    labels: Mapping[str, str]


@dataclass(slots=True)
class _Fold:
    """The records of one block that make one finding."""

    rule: int
    error_type: str
    start: int
    capped: bool
    count: int = 0
    end: int = 0
    newest: list[Record] = field(default_factory=list)


class KeywordDetector:
    """All keyword rules of one agent, applied to the records of one watch; not thread-safe.

    Of the rules with an alert that match a record only the most severe counts it, the first
    listed of equals; rules that only record count every record they match.
    """

    def __init__(self, agent: str, rules: Sequence[KeywordRule], cap: DistinctCap) -> None:
        """Prepare the rules.

        Args:
            agent: Part of the findings' ids.
            rules: In the order in which they were listed.
            cap: Bounds how many label sets a rule may make.
        """
        self._agent = agent
        self._rules = rules
        self._cap = cap
        self._excludes = [compiled(rule.exclude) if rule.exclude else None for rule in rules]
        alerting = [i for i, rule in enumerate(rules) if Response.ALERT in rule.responses]
        self._alerting = sorted(alerting, key=lambda i: -rules[i].severity.rank)
        self._recording = [i for i in range(len(rules)) if i not in alerting]

    def detect(
        self, records: Iterable[Record], origin: Origin, now: datetime, monotonic: float
    ) -> list[Finding]:
        """Fold records into one finding per rule and label set, in order of first appearance.

        Args:
            records: In file order.
            origin: Where they stand.
            now: When they were read; aware, UTC.
            monotonic: The same moment in monotonic seconds.
        """
        folds: dict[tuple[int, str], _Fold] = {}
        for record in records:
            counting = self._counting(record)
            if not counting:
                continue
            error_type = _error_type(record)
            for index in counting:
                name, kind, capped = self._rules[index].name, error_type, False
                thing = (origin.labels.get("service"), error_type)
                if not self._cap.admits(name, thing, monotonic):
                    kind, capped = _OTHER, True
                fold = folds.get((index, kind))
                if fold is None:
                    fold = _Fold(rule=index, error_type=kind, start=record.offset, capped=capped)
                    folds[index, kind] = fold
                fold.count += 1
                fold.end = record.end
                fold.newest.append(record)
                if len(fold.newest) > SAMPLES:
                    del fold.newest[0]
        return [self._finding(fold, origin, now) for fold in folds.values()]

    def _counting(self, record: Record) -> list[int]:
        """Indexes of the rules that count a record."""
        matched = set(record.rules)
        if any(self._excludes[index] is not None for index in matched):
            text = b"\n".join(record.lines)
            matched = {i for i in matched if not _found(self._excludes[i], text)}
        counting = [index for index in self._recording if index in matched]
        worst = next((index for index in self._alerting if index in matched), None)
        return counting if worst is None else [worst, *counting]

    def _finding(self, fold: _Fold, origin: Origin, now: datetime) -> Finding:
        rule = self._rules[fold.rule]
        labels = {**origin.labels, **rule.labels}
        if fold.error_type:
            labels["error_type"] = fold.error_type
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
                Sample(text=_shown(record), place=f"{origin.path}:{record.offset}", at=now)
                for record in fold.newest
            ),
            annotations={"file": origin.path, "message": message[:_MESSAGE_CHARS]},
            responses=frozenset(rule.responses),
        )


def _found(pattern: Any, text: bytes) -> bool:
    return pattern is not None and pattern.search(text) is not None


def _error_type(record: Record) -> str:
    """Short name of the exception that a record is about, "" when none is named."""
    lines = (record.raised,) if record.raised else record.lines
    for line in lines:
        if not line.startswith(_INDENTED) and (found := _TYPE.search(line)):
            return found.group(1).decode("ascii", "replace")
    return ""


def _shown(record: Record) -> str:
    text = b"\n".join(record.lines).replace(b"\0", b"").decode("utf-8", "replace")
    return text + (f"\n… {record.omitted} lines omitted" if record.omitted else "")
