"""The alert state machine: a pure function from change to step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from bot.core.alert import LARKWATCH, MAX_SAMPLES, Alert, AlertState, Person, Transition
from bot.core.errors import InvalidTransitionError, Refusal
from watchers.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurred:
    """A finding of the alert's fingerprint came in."""

    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge:
    """Somebody takes it on."""

    by: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve:
    """Somebody, or the quiet period, ends it."""

    by: Person
    why: str = "resolved"


Change = Occurred | Acknowledge | Resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a change made of an alert.

    Attributes:
        alert: The alert after it, version raised by one.
        transition: The state change to record, None when only figures changed.
    """

    alert: Alert
    transition: Transition | None


def fire(finding: Finding, fingerprint: str, now: datetime) -> Alert:
    """A new alert from its first finding; not stored yet."""
    return Alert(
        fingerprint=fingerprint,
        rule=finding.rule,
        severity=finding.severity,
        labels=dict(finding.labels),
        annotations=dict(finding.annotations),
        title=finding.title,
        state=AlertState.FIRING,
        first_at=finding.first_at,
        seen_at=finding.seen_at,
        opened_at=now,
        changed_at=now,
        count=finding.records,
        held_back=finding.held_back,
        samples=finding.samples[-MAX_SAMPLES:],
    )


def folded(findings: Sequence[Finding]) -> Finding:
    """Several findings of one fingerprint as one, oldest first; counts like all of them."""
    return replace(
        findings[0],
        severity=max((one.severity for one in findings), key=lambda severity: severity.rank),
        count=sum(one.count for one in findings),
        held_back=sum(one.held_back for one in findings),
        first_at=min(one.first_at for one in findings),
        seen_at=max(one.seen_at for one in findings),
        annotations={key: text for one in findings for key, text in one.annotations.items()},
        samples=tuple(sample for one in findings for sample in one.samples)[-MAX_SAMPLES:],
    )


def step(alert: Alert, change: Change, now: datetime) -> Step:
    """Apply one change.

    Raises:
        InvalidTransitionError: If the alert cannot take this change, e.g. an acknowledgement of a
            resolved alert; it names who was first and when.
    """
    match change:
        case Occurred(finding=finding):
            return _occurred(alert, finding, now)
        case Acknowledge(by=by):
            return _acknowledge(alert, by, now)
        case Resolve(by=by, why=why):
            return _resolve(alert, by, why, now)
        case _:
            assert_never(change)


def _occurred(alert: Alert, finding: Finding, now: datetime) -> Step:
    counted = replace(
        alert,
        version=alert.version + 1,
        count=alert.count + finding.records,
        held_back=alert.held_back + finding.held_back,
        severity=max(alert.severity, finding.severity, key=lambda severity: severity.rank),
        first_at=min(alert.first_at, finding.first_at),
        seen_at=max(alert.seen_at, finding.seen_at),
        annotations=_merged(alert.annotations, finding.annotations),
        samples=(*alert.samples, *finding.samples)[-MAX_SAMPLES:],
    )
    if alert.state is not AlertState.RESOLVED:
        return Step(alert=counted, transition=None)
    reopened = replace(
        counted,
        state=AlertState.FIRING,
        opened_at=now,
        changed_at=now,
        reopened=alert.reopened + 1,
        acknowledged_by=None,
        acknowledged_at=None,
        resolved_by=None,
        resolved_at=None,
    )
    return Step(alert=reopened, transition=_transition(alert, reopened, LARKWATCH, "recurred", now))


def _acknowledge(alert: Alert, by: Person, now: datetime) -> Step:
    if alert.state is AlertState.RESOLVED:
        raise _resolved_already(alert)
    if alert.state is AlertState.ACKNOWLEDGED:
        first = alert.acknowledged_by
        raise InvalidTransitionError(
            Refusal.ALREADY_ACKNOWLEDGED, first.name if first else "", alert.acknowledged_at
        )
    taken = replace(
        alert,
        version=alert.version + 1,
        state=AlertState.ACKNOWLEDGED,
        changed_at=now,
        acknowledged_by=by,
        acknowledged_at=now,
    )
    return Step(alert=taken, transition=_transition(alert, taken, by, "acknowledged", now))


def _resolve(alert: Alert, by: Person, why: str, now: datetime) -> Step:
    if alert.state is AlertState.RESOLVED:
        raise _resolved_already(alert)
    ended = replace(
        alert,
        version=alert.version + 1,
        state=AlertState.RESOLVED,
        changed_at=now,
        resolved_by=by,
        resolved_at=now,
    )
    return Step(alert=ended, transition=_transition(alert, ended, by, why, now))


def _resolved_already(alert: Alert) -> InvalidTransitionError:
    by = alert.resolved_by
    return InvalidTransitionError(
        Refusal.ALREADY_RESOLVED, by.name if by else "", alert.resolved_at
    )


def _transition(before: Alert, after: Alert, by: Person, why: str, now: datetime) -> Transition:
    return Transition(
        alert_id=before.id, source=before.state, target=after.state, by=by, why=why, at=now
    )


def _merged(old: Mapping[str, str], new: Mapping[str, str]) -> Mapping[str, str]:
    return {**old, **new}
