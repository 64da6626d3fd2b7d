"""Traces decisions: the same pure functions that decide, asked for their reasons."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from bot.core.alert import Alert, AlertState
from bot.core.attempt import Owed
from bot.core.escalation import EscalationPlan
from bot.core.grouping import GroupKind
from bot.core.grouping import Reason as Ring
from bot.core.matcher import all_take
from bot.core.mute import Effect, Mute, mute_over
from bot.core.noise_ports import Decided
from bot.core.notification import DeliveryState, Purpose
from bot.core.routing import Route, Verdict, route_on, verdict_on
from bot.core.subscription import Subscription
from bot.core.trace import Fact, Reason, Stage, Step, Told
from watchers.finding import Severity

_VERDICTS = {
    Verdict.TAKEN: Reason.TAKES,
    Verdict.SUSPENDED: Reason.SUSPENDED,
    Verdict.TOO_LOW: Reason.TOO_LOW,
    Verdict.NO_MATCH: Reason.NO_MATCH,
    Verdict.OUT_OF_HOURS: Reason.OUT_OF_HOURS,
}
_RINGING = frozenset({Purpose.FIRST, Purpose.AFTER_HOURS, Purpose.DIGEST})


def counted_steps(alert: Alert) -> tuple[Step, ...]:
    """How findings became this alert, and what its state means for who is told."""
    steps = [
        Step(
            stage=Stage.DEDUP,
            reason=Reason.COUNTED,
            passed=True,
            facts={
                "number": alert.id,
                "fingerprint": alert.fingerprint,
                "count": alert.count,
                "first_at": alert.first_at,
                "seen_at": alert.seen_at,
            },
        )
    ]
    if alert.reopened:
        steps.append(_noted(Stage.DEDUP, Reason.REOPENS, {"times": alert.reopened}))
    elif alert.previous is not None:
        steps.append(_noted(Stage.DEDUP, Reason.NEW_AGAIN, {"number": alert.previous}))
    return (*steps, *state_steps(alert))


def state_steps(alert: Alert) -> tuple[Step, ...]:
    """What keeps an alert quiet, or ends it, as it stands."""
    steps = []
    if alert.flaps.since is not None:
        facts: dict[str, Fact] = {"times": alert.flaps.count, "at": alert.flaps.since}
        steps.append(Step(stage=Stage.STATE, reason=Reason.FLAPS, passed=False, facts=facts))
    if alert.tell_at is not None:
        facts = {"at": alert.tell_at}
        steps.append(Step(stage=Stage.STATE, reason=Reason.WAITS, passed=False, facts=facts))
    if alert.state is AlertState.ACKNOWLEDGED:
        who = alert.acknowledged_by
        at = alert.acknowledged_at or alert.changed_at
        facts = {"name": who.name if who else "", "at": at}
        steps.append(_noted(Stage.STATE, Reason.TAKEN_ON, facts))
    elif alert.state is AlertState.RESOLVED:
        at = alert.resolved_at or alert.changed_at
        steps.append(_noted(Stage.STATE, Reason.OVER, {"at": at}))
    elif alert.state is AlertState.UNKNOWN:
        at = alert.lost.since if alert.lost is not None else alert.changed_at
        steps.append(_noted(Stage.STATE, Reason.SOURCE_LOST, {"at": at}))
    return tuple(steps)


def mute_steps(
    seen: Mapping[str, str], mutes: Collection[Mute], now: datetime, fired_at: datetime
) -> tuple[Step, ...]:
    """What hides it now, and what hid it when it fired."""
    hiding, then = mute_over(seen, mutes, now), mute_over(seen, mutes, fired_at)
    steps = []
    if then is not None and (hiding is None or hiding.id != then.id):
        steps.append(_mute_step(then, Reason.MUTED_THEN, {"fired_at": fired_at}))
    if hiding is not None:
        rings = hiding.effect is Effect.NOTIFY_ONLY
        steps.append(_mute_step(hiding, Reason.MUTED_RINGS if rings else Reason.MUTED, {}))
    else:
        steps.append(Step(stage=Stage.MUTE, reason=Reason.NOT_MUTED, passed=True))
    return tuple(steps)


def group_steps(decisions: Iterable[Decided]) -> tuple[Step, ...]:
    """Whose card tells of it in each target, and what was decided about ringing there."""
    found = tuple(decisions)
    groups = {one.group.target: one.group for one in found}
    shared = [
        Step(
            stage=Stage.GROUP,
            reason=Reason.SHARES,
            facts={"group": group.kind.value, "key": _written(group.key)},
            target=target,
        )
        for target, group in groups.items()
        if group.kind is not GroupKind.ALONE
    ]
    return (*shared, *(_decision(one) for one in found))


def escalation_step(
    plan: EscalationPlan, number: int, next_at: datetime | None, reason: Reason
) -> Step:
    """How far an escalation is, after so many steps."""
    facts: dict[str, Fact] = {
        "plan": plan.name,
        "number": number,
        "means": plan.steps[number % len(plan.steps)].means.value,
    }
    if next_at is not None:
        facts["at"] = next_at
    return _noted(Stage.ESCALATION, reason, facts)


def subscription_steps(
    severity: Severity,
    seen: Mapping[str, str],
    subscriptions: Iterable[Subscription],
    fallback: Iterable[Route],
    at: datetime,
) -> tuple[Step, ...]:
    """Each subscription with its verdict; then who stands in when none takes it."""
    wishes, stand_ins = tuple(subscriptions), tuple(fallback)
    steps = [_wish_step(severity, seen, one, at) for one in wishes]
    if not route_on(severity, seen, wishes, at):
        steps += [
            Step(stage=Stage.SUBSCRIPTION, reason=Reason.FALLBACK, passed=True, target=one.target)
            for one in stand_ins
        ]
        if not stand_ins:
            steps.append(Step(stage=Stage.SUBSCRIPTION, reason=Reason.NOBODY, passed=False))
    return tuple(steps)


def told(became: Collection[Owed], steps: Collection[Step], *, stands: bool, kept: bool) -> Told:
    """What came of a stored alert.

    Args:
        became: What became of its notifications.
        steps: What was decided about it.
        stands: Whether a card tells of it, maybe one that it shares.
        kept: Whether it waits for the hours of a chat.
    """
    if stands:
        return Told.TOLD
    states = {one.state for one in became if one.purpose in _RINGING}
    for state, found in _OUTCOMES:
        if state in states:
            return found
    if kept:
        return Told.LATER
    reasons = {step.reason for step in steps}
    for reason, found in _KEPT_QUIET:
        if reason in reasons:
            return found
    return Told.UNTOLD


def would_tell(steps: Collection[Step]) -> Told:
    """What would come of a finding, from all that would be decided about it."""
    reasons = {step.reason for step in steps}
    for reason, found in _STOPS:
        if reason in reasons:
            return found
    if reasons & {Reason.TAKES, Reason.FALLBACK}:
        return Told.TOLD
    return Told.LATER if Reason.OUT_OF_HOURS in reasons else Told.NOBODY


_OUTCOMES = (
    (DeliveryState.SENT, Told.TOLD),
    (DeliveryState.WAITING, Told.WAITING),
    (DeliveryState.GIVEN_UP, Told.FAILED),
)
"""What became of the messages that would have rung, the best first."""
_KEPT_QUIET = (
    (Reason.WAITS, Told.NOT_YET),
    (Reason.MUTED, Told.MUTED),
    (Reason.MUTED_THEN, Told.MUTED),
    (Reason.NOBODY, Told.NOBODY),
    (Reason.HELD, Told.HELD),
)
_STOPS = (
    (Reason.RULE_NONE, Told.NOTHING),
    (Reason.COUNTS_IN, Told.SILENT),
    (Reason.COMES_LATE, Told.SILENT),
    (Reason.WAITS, Told.NOT_YET),
    (Reason.MUTED, Told.MUTED),
)
"""What ends the way of a finding, whatever comes after."""


def _decision(one: Decided) -> Step:
    silent = one.reason is Ring.NOTHING
    facts: dict[str, Fact] = {
        "at": one.at,
        "times": one.times,
        "silence": one.why.value,
        "ring": one.reason.value,
    }
    return Step(
        stage=Stage.GROUP,
        reason=Reason.HELD if silent else Reason.RANG,
        passed=not silent,
        facts=facts,
        target=one.group.target,
    )


def _written(key: Mapping[str, str]) -> str:
    return " ".join(f"{name}={value}" for name, value in key.items())


def _wish_step(
    severity: Severity, seen: Mapping[str, str], one: Subscription, at: datetime
) -> Step:
    found = verdict_on(severity, seen, one, at)
    facts: dict[str, Fact] = {"subscription": one.id}
    if found is Verdict.SUSPENDED:
        facts["why"] = one.suspended
    elif found is Verdict.TOO_LOW:
        facts |= {"severity": severity.value, "least": one.least_severity.value}
    elif found is Verdict.NO_MATCH:
        missed = next(m for m in one.matchers if not all_take((m,), seen))
        facts |= {"matcher": str(missed), "found": seen.get(missed.label, "")}
    elif found is Verdict.OUT_OF_HOURS:
        facts["hours"] = str(one.ways.hours)
    return Step(
        stage=Stage.SUBSCRIPTION,
        reason=_VERDICTS[found],
        passed=found is Verdict.TAKEN,
        facts=facts,
        target=one.target,
    )


def _mute_step(mute: Mute, reason: Reason, more: Mapping[str, Fact]) -> Step:
    facts: dict[str, Fact] = {
        "mute": mute.id,
        "by": mute.by.name,
        "matchers": " ".join(map(str, mute.matchers)),
        "since": mute.starts_at,
        "until": mute.ends_at,
        "reason": mute.reason,
        **more,
    }
    return Step(stage=Stage.MUTE, reason=reason, passed=False, facts=facts)


def _noted(stage: Stage, reason: Reason, facts: Mapping[str, Fact]) -> Step:
    return Step(stage=stage, reason=reason, facts=facts)
