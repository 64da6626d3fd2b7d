"""The alert state machine: a table of named rules, and the pure function that applies it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from bot.core import effects
from bot.core.alert import LARKWATCH, Alert, AlertState, Person, Transition, apart
from bot.core.changes import (
    Acknowledge,
    ApproveErrand,
    Assign,
    Change,
    Comment,
    DeclineErrand,
    Escalate,
    ExpireAck,
    ExtendAck,
    FailErrand,
    FailEscalation,
    Follow,
    LoseSource,
    Occurred,
    Quieten,
    Recovered,
    RegainSource,
    RemindOfAck,
    RemoveRule,
    Resolve,
    Ripen,
    RunErrand,
    SetSeverity,
    Steady,
    Unacknowledge,
)
from bot.core.counting import counted_late, severity_with
from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.flapping import starts
from bot.core.why import Why

GROWTH_FROM = 10
"""Fewer records than these at the acknowledgement count as these: three are not a flood of one."""

_FIRING, _TAKEN = AlertState.FIRING, AlertState.ACKNOWLEDGED
_OVER, _UNKNOWN = AlertState.RESOLVED, AlertState.UNKNOWN
_OPEN = (_FIRING, _TAKEN, _UNKNOWN)
_KNOWN = (_FIRING, _TAKEN)
_ANY = tuple(AlertState)

_C = TypeVar("_C")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a change made of an alert.

    Attributes:
        alert: The alert after it, version raised by one.
        transition: The change to record, None when only figures changed.
    """

    alert: Alert
    transition: Transition | None


@dataclass(frozen=True, slots=True)
class Row(Generic[_C]):
    """One rule of the table.

    Attributes:
        why: Its name; None when only figures change, which nobody is told.
        on: The kind of change it answers.
        states: Those of the alert that it holds in.
        when: What must hold besides.
        then: The alert after it, but for its version.
        note: What is recorded with it.
    """

    why: Why | None
    on: type[_C]
    states: tuple[AlertState, ...]
    then: Callable[[Alert, _C, datetime], Alert]
    when: Callable[[Alert, _C, datetime], bool] = lambda _alert, _change, _now: True
    note: Callable[[Alert, _C], str] = lambda _alert, _change: ""

    def holds(self, alert: Alert, change: _C, now: datetime) -> bool:
        """Whether it is this rule that answers."""
        return (
            isinstance(change, self.on)
            and alert.state in self.states
            and self.when(alert, change, now)
        )


def _late(alert: Alert, change: Occurred, now: datetime) -> bool:
    """What happened before it was resolved is no return, whenever it came in."""
    ended = alert.resolved_at
    return ended is not None and min(change.finding.seen_at, now) < ended


def _first_late(alert: Alert, change: Occurred, now: datetime) -> bool:
    return not alert.late and _late(alert, change, now)


def _flaps(alert: Alert, change: Occurred, now: datetime) -> bool:
    finding = change.finding
    delay = finding.delay.over(alert.delay) if finding.delay else alert.delay
    returns = alert.recovered_at is not None or not alert.state.open
    return returns and starts(alert.flaps, delay, now)


def _worse(alert: Alert, change: Occurred, _now: datetime) -> bool:
    return severity_with(alert, change.finding) is not alert.severity


def _worse_than_taken(alert: Alert, change: Occurred, now: datetime) -> bool:
    return alert.promise is not None and _worse(alert, change, now)


def _grew(alert: Alert, change: Occurred, _now: datetime) -> bool:
    """Whether it is many times what somebody took on."""
    if alert.promise is None or not change.growth:
        return False
    then = max(alert.promise.count, GROWTH_FROM)
    return alert.count + change.finding.records >= change.growth * then


def _newer(alert: Alert, change: Recovered, _now: datetime) -> bool:
    return change.finding.seen_at >= alert.seen_at


def _waits(alert: Alert, change: Recovered, now: datetime) -> bool:
    """Whether a recovery is not believed at once: while it flaps, it would be one of many."""
    return alert.flaps.since is not None and _newer(alert, change, now)


def _free(alert: Alert, _change: object, _now: datetime) -> bool:
    return alert.acknowledged_by is None


def _held(alert: Alert, _change: object, _now: datetime) -> bool:
    return alert.acknowledged_by is not None


def _anothers(alert: Alert, change: Follow, _now: datetime) -> bool:
    first = alert.acknowledged_by
    known = {one.id for one in alert.followers} | ({first.id} if first else set())
    return first is not None and change.by.id not in known


def _by_a_line(alert: Alert, _change: object, _now: datetime) -> bool:
    return alert.recovered_at is not None


def _to_another(alert: Alert, change: Assign, _now: datetime) -> bool:
    return change.to != alert.assignee


def _to_other_severity(alert: Alert, change: SetSeverity, _now: datetime) -> bool:
    return alert.severity_by is None or change.severity is not alert.severity


def _rise(alert: Alert, change: Occurred) -> str:
    return f"{alert.severity.value}>{change.finding.severity.value}"


def _written(_alert: Alert, change: Occurred) -> str:
    return _other_time(change.finding.first_written_at, change.finding.seen_at)


def _other_time(written: datetime | None, read: datetime) -> str:
    """When something was written, where that is not just when it was read."""
    return written.isoformat() if written is not None and apart(written, read) else ""


def _noted(
    _alert: Alert, change: FailEscalation | ApproveErrand | DeclineErrand | RunErrand | FailErrand
) -> str:
    return change.note


TABLE: tuple[Row[Any], ...] = (
    # A finding comes in.
    Row(Why.LATE, Occurred, (_OVER,), lambda a, c, _: counted_late(a, c.finding), _first_late),
    Row(None, Occurred, (_OVER,), lambda a, c, _: counted_late(a, c.finding), _late),
    Row(Why.FLAPPING, Occurred, (_OVER,), effects.fires_again, _flaps),
    Row(Why.RECURRED, Occurred, (_OVER,), effects.fires_again, note=_written),
    Row(Why.SEVERITY_RAISED, Occurred, _OPEN, effects.rises, _worse_than_taken, _rise),
    Row(Why.SEVERITY_RAISED, Occurred, _OPEN, effects.counted_back, _worse, _rise),
    Row(Why.VOLUME_GREW, Occurred, _OPEN, effects.rises, _grew),
    Row(Why.FLAPPING, Occurred, _OPEN, effects.counted_back, _flaps),
    Row(Why.SOURCE_BACK, Occurred, (_UNKNOWN,), effects.counted_back),
    Row(None, Occurred, _KNOWN, effects.counted_back),
    # A line says it is over.
    Row(Why.SOURCE_BACK, Recovered, (_UNKNOWN,), effects.recovering, _waits),
    Row(None, Recovered, _KNOWN, effects.recovering, _waits),
    Row(Why.RECOVERED, Recovered, _OPEN, lambda a, _, now: effects.over_by_itself(a, now), _newer),
    # Somebody acts.
    Row(Why.ACKNOWLEDGED, Acknowledge, _OPEN, effects.taken, _free),
    Row(Why.FOLLOWED, Follow, _OPEN, effects.followed, _anothers),
    Row(Why.UNACKNOWLEDGED, Unacknowledge, _OPEN, lambda a, _c, _n: effects.let_go(a), _held),
    Row(Why.ACK_EXTENDED, ExtendAck, _OPEN, effects.extended, _held),
    Row(Why.RESOLVED, Resolve, _OPEN, lambda a, c, now: effects.over(a, c.by, now)),
    Row(
        Why.ASSIGNED,
        Assign,
        _OPEN,
        effects.assigned,
        _to_another,
        lambda _, c: c.to.id if c.to else "",
    ),
    Row(Why.COMMENTED, Comment, _ANY, lambda a, _c, _n: a, note=lambda _, c: c.text),
    Row(
        Why.SEVERITY_SET,
        SetSeverity,
        _OPEN,
        effects.severity_set,
        _to_other_severity,
        lambda a, c: f"{a.severity.value}>{c.severity.value}",
    ),
    # The clock moves.
    Row(Why.ACK_REMINDED, RemindOfAck, _OPEN, lambda a, _c, _n: effects.reminded(a), _held),
    Row(Why.ACK_EXPIRED, ExpireAck, _OPEN, lambda a, _c, _n: effects.let_go(a), _held),
    Row(Why.RECOVERED, Quieten, _KNOWN, lambda a, _, n: effects.over_by_itself(a, n), _by_a_line),
    Row(Why.QUIET, Quieten, _KNOWN, lambda a, _, now: effects.over_by_itself(a, now)),
    Row(None, Ripen, _OPEN, lambda a, _c, _n: effects.told(a)),
    Row(Why.STEADY, Steady, _OPEN, lambda a, _c, _n: effects.steady(a)),
    # Nobody has it.
    Row(Why.ESCALATED, Escalate, _OPEN, lambda a, _c, _n: a, _free, lambda _, c: c.note),
    Row(Why.ESCALATION_FAILED, FailEscalation, _ANY, lambda a, _c, _n: a, note=_noted),
    # What its severity asks for.
    Row(Why.ERRAND_APPROVED, ApproveErrand, _ANY, lambda a, _c, _n: a, note=_noted),
    Row(Why.ERRAND_DECLINED, DeclineErrand, _ANY, lambda a, _c, _n: a, note=_noted),
    Row(Why.ERRAND_DONE, RunErrand, _ANY, lambda a, _c, _n: a, note=_noted),
    Row(Why.ERRAND_FAILED, FailErrand, _ANY, lambda a, _c, _n: a, note=_noted),
    # Sources and rules come and go.
    Row(Why.SOURCE_LOST, LoseSource, _KNOWN, effects.lost),
    Row(Why.SOURCE_BACK, RegainSource, (_UNKNOWN,), lambda a, _, now: effects.found(a, now)),
    Row(Why.RULE_REMOVED, RemoveRule, _OPEN, lambda a, _, now: effects.over_by_itself(a, now)),
)
"""Read from the top: the first rule that holds answers a change. No rule, no change."""


def step(alert: Alert, change: Change, now: datetime) -> Step:
    """Apply one change.

    Raises:
        InvalidTransitionError: If the alert cannot take this change, e.g. an acknowledgement of a
            resolved alert; it names who was first and when.
    """
    row = _row(alert, change, now)
    if row is None:
        raise _refusal(alert, change)
    after = replace(row.then(alert, change, now), version=alert.version + 1)
    if row.why is None:
        return Step(alert=after, transition=None)
    after = replace(after, changed_at=now)
    transition = Transition(
        alert_id=alert.id,
        source=alert.state,
        target=after.state,
        by=_who(change),
        why=row.why,
        at=now,
        version=after.version,
        note=row.note(alert, change),
    )
    return Step(alert=after, transition=transition)


def applies(alert: Alert, change: Change, now: datetime) -> bool:
    """Whether `step` would take the change."""
    return _row(alert, change, now) is not None


def first_transition(alert: Alert, now: datetime) -> Transition:
    """The record of a new, stored alert."""
    return Transition(
        alert_id=alert.id,
        source=None,
        target=alert.state,
        by=LARKWATCH,
        why=Why.FIRST_SEEN,
        at=now,
        version=alert.version,
        note=_other_time(alert.first_written_at, alert.first_at),
    )


def _row(alert: Alert, change: Change, now: datetime) -> Row[Any] | None:
    return next((row for row in TABLE if row.holds(alert, change, now)), None)


def _who(change: Change) -> Person:
    by: Person = getattr(change, "by", LARKWATCH)
    return by


def _refusal(alert: Alert, change: Change) -> InvalidTransitionError:
    if not alert.state.open:
        by = alert.resolved_by
        return InvalidTransitionError(
            Refusal.ALREADY_RESOLVED, by.name if by else "", alert.resolved_at
        )
    match change:
        case Acknowledge() | Follow():
            first = alert.acknowledged_by
            return InvalidTransitionError(
                Refusal.ALREADY_ACKNOWLEDGED, first.name if first else "", alert.acknowledged_at
            )
        case Unacknowledge() | ExtendAck() | RemindOfAck() | ExpireAck():
            return InvalidTransitionError(Refusal.NOT_ACKNOWLEDGED)
        case _:
            return InvalidTransitionError(Refusal.NOTHING_CHANGES)
