"""Findings into alerts: the first one, several as one, one more counted in."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.alert import MAX_SAMPLES, Alert, AlertState
from bot.core.changes import Occurred
from bot.core.flapping import CALM, DEFAULT_DELAY, down, returned
from watchers.delay import NOTHING, UNSAID
from watchers.finding import Finding, Severity

_NO_TEXT: Mapping[str, str] = {}


def fire(
    finding: Finding,
    fingerprint: str,
    now: datetime,
    *,
    agent: str = "",
    rule_text: Mapping[str, str] = _NO_TEXT,
    previous: int | None = None,
) -> Alert:
    """A new alert from its first finding; not stored yet.

    Args:
        finding: The first one.
        fingerprint: Of its rule and labels.
        now: By this host's clock.
        agent: Which agent found it.
        rule_text: How the rule is written now, empty when it is not of this configuration.
        previous: The alert of the same fingerprint before, None for the first.
    """
    delay = (finding.delay or UNSAID).over(DEFAULT_DELAY)
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
        agent=agent,
        watch=finding.watch,
        received_at=now,
        delay=delay,
        quiet_at=now + max(down(delay, CALM, now), finding.holds or NOTHING),
        tell_at=now + delay.up if delay.up else None,
        previous=previous,
        rule_text=rule_text,
        first_written_at=finding.first_written_at,
        written_at=finding.written_at,
    )


def same_again(latest: Alert, finding: Finding, reopen: timedelta, now: datetime) -> bool:
    """Whether a finding belongs to the newest alert of its fingerprint, or begins another one.

    What was resolved within `reopen` fires again; what happened before that only counts.
    """
    ended = latest.resolved_at
    if latest.state.open or ended is None:
        return True
    return now - ended < reopen or finding.seen_at < ended


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
        written_at=findings[-1].written_at,
    )


def counted(alert: Alert, change: Occurred, now: datetime) -> Alert:
    """With one more finding in its figures; what it returned from is settled by that."""
    finding = change.finding
    delay = finding.delay.over(alert.delay) if finding.delay else alert.delay
    flaps = alert.flaps
    if alert.recovered_at is not None or not alert.state.open:
        flaps = returned(flaps, delay, now)
    return replace(
        alert,
        count=alert.count + finding.records,
        held_back=alert.held_back + finding.held_back,
        # A figure in the title is that of now.
        title=alert.title if finding.value is None else finding.title,
        severity=severity_with(alert, finding),
        first_at=min(alert.first_at, finding.first_at),
        seen_at=max(alert.seen_at, finding.seen_at),
        written_at=finding.written_at if finding.seen_at >= alert.seen_at else alert.written_at,
        annotations={**alert.annotations, **finding.annotations},
        samples=(*alert.samples, *finding.samples)[-MAX_SAMPLES:],
        agent=change.agent or alert.agent,
        watch=finding.watch or alert.watch,
        received_at=now,
        delay=delay,
        flaps=flaps,
        quiet_at=now + max(down(delay, flaps, now), finding.holds or NOTHING),
        recovered_at=None,
    )


def severity_with(alert: Alert, finding: Finding) -> Severity:
    """How bad it is with this finding: the worse of both, unless a person said how bad."""
    if alert.severity_by is not None:
        return alert.severity
    return max(alert.severity, finding.severity, key=lambda severity: severity.rank)


def counted_late(alert: Alert, finding: Finding) -> Alert:
    """With records that happened before it was resolved: they only count."""
    return replace(
        alert,
        count=alert.count + finding.records,
        held_back=alert.held_back + finding.held_back,
        first_at=min(alert.first_at, finding.first_at),
        late=alert.late + finding.records,
    )
