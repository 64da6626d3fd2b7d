"""What people said of a kind of message: that it is noise, or that it matters; and what follows."""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.core.alert import Alert, Person
from watchers.finding import Finding, Response, Severity
from watchers.incidents.findings import JOINED
from watchers.incidents.findings import RULE as INCIDENT

_ROW = re.compile(r"[^\s.]\.{3,} ?<\*>$")
TEMPLATE = "template"
"""The label that names a kind of message, and the annotation that shows it."""
_WIDE = 3
"""An incident in so many services is graver than one that began alike in its own only."""


class Verdict(StrEnum):
    """What somebody thinks of a kind of message."""

    NOISE = "noise"
    """It is kept in the record, and nobody is told."""
    MATTERS = "matters"
    """It alerts, and is high at least, whatever its rule says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict that stands until there is another one.

    Attributes:
        subject: What it is about, see `subject_of`.
        template: The kind of message as people read it.
        at: Aware, UTC.
    """

    subject: str
    verdict: Verdict
    template: str
    by: Person
    at: datetime


Told = Finding | Alert
"""What a verdict may be about."""


class VerdictStore(Protocol):
    """What people said of kinds of messages."""

    def of(self, subjects: Collection[str]) -> Mapping[str, Judgement]:
        """The judgements on these, by subject; without one, it is left out."""
        ...

    def keep(self, judgement: Judgement) -> None:
        """Keep one; a former one on the same subject makes room."""
        ...

    def forget(self, subject: str) -> None:
        """Nothing was ever said of it."""
        ...


def named(template: str, service: str) -> str:
    """A kind of message within its service, as verdicts are kept."""
    return f"{template}/{service}"


def kin_of(text: str, service: str) -> str:
    """What a kind of message shares its verdict with, "" for most.

    Lines such as ``debug interrupt enable......0`` are rows of one table that is written out, say
    the registers behind a crash: whoever says of one row that it is noise says so of the table.
    """
    return named("rows", service) if _ROW.search(text) else ""


def verdict_on(finding: Finding, verdicts: Mapping[str, Verdict]) -> Verdict | None:
    """What was said of the kind of a finding, or else of the kinds of its records.

    One that matters makes all of it matter; only where all are noise it is noise. An incident is
    told by what it began with, but is never noise if something in it matters.
    """
    service = finding.labels.get("service", "")
    text = finding.annotations.get(TEMPLATE, "")
    own = verdicts.get(subject_of(finding)) or verdicts.get(kin_of(text, service))
    if own is not None and finding.rule != INCIDENT:
        return own
    said = [
        verdicts.get(named(one.id, service)) or verdicts.get(kin_of(one.text, service))
        for one in finding.templates
    ]
    if Verdict.MATTERS in said:
        return Verdict.MATTERS
    if own is not None:
        return own
    whole = sum(one.count for one in finding.templates) >= finding.records
    return Verdict.NOISE if said and whole and set(said) == {Verdict.NOISE} else None


def subject_of(told: Told) -> str:
    """A kind of message or of incident within its service; "" for what tells no kinds apart.

    Incidents are of a kind that begin with the same kind of line, and are as grave.
    """
    if told.rule != INCIDENT:
        return subject_by(told.labels)
    return _incident(told, grave=told.severity is Severity.CRITICAL or _services(told) >= _WIDE)


def subjects_of(told: Told, verdict: Verdict) -> tuple[str, ...]:
    """All that a verdict is about: of an incident, what is less grave is no more worth."""
    subject = subject_of(told)
    if told.rule != INCIDENT:
        return (subject,)
    mild, grave = (_incident(told, grave=one) for one in (False, True))
    return (mild,) if verdict is Verdict.NOISE and subject == mild else (mild, grave)


def subject_by(labels: Mapping[str, str]) -> str:
    """The same of labels, of which no incident is made."""
    template = labels.get(TEMPLATE, "")
    return named(template, labels.get("service", "")) if template else ""


def _incident(told: Told, *, grave: bool) -> str:
    began = told.labels.get("error_type", "")
    return named(f"incident{'!' if grave else ''} {began}", told.labels.get("service", ""))


def _services(told: Told) -> int:
    try:
        joined = json.loads(told.annotations.get(JOINED, "[]"))
    except ValueError:
        return 0
    return len(joined) if isinstance(joined, list) else 0


def judged(finding: Finding, verdict: Verdict | None) -> Finding:
    """The finding as the verdict on its kind would have it.

    What only counts, such as the findings of a rule in the shadow, stays that.
    """
    if verdict is None or finding.recovers or not finding.responses:
        return finding
    if verdict is Verdict.NOISE:
        return replace(finding, responses=frozenset({Response.RECORD}))
    severity = max(finding.severity, Severity.HIGH, key=lambda one: one.rank)
    return replace(finding, severity=severity, responses=finding.responses | {Response.ALERT})


def inherited(former: Iterable[Judgement]) -> Judgement | None:
    """Of judgements on kinds that became one, that which holds: the newest that says it matters.

    Without such, the newest.
    """
    return max(former, key=lambda one: (one.verdict is Verdict.MATTERS, one.at), default=None)
