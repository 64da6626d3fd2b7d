"""What each rule of the state machine makes of an alert; version and record are the machine's."""

from dataclasses import replace
from datetime import datetime

from bot.core.alert import LARKWATCH, Alert, AlertState, Lost, Person, Promise
from bot.core.changes import (
    Acknowledge,
    Assign,
    ExtendAck,
    Follow,
    LoseSource,
    Occurred,
    Recovered,
    SetSeverity,
)
from bot.core.counting import counted
from bot.core.flapping import down, ended


def counted_back(alert: Alert, change: Occurred, now: datetime) -> Alert:
    """Counted; who is seen again is not lost."""
    return found(counted(alert, change, now), now)


def fires_again(alert: Alert, change: Occurred, now: datetime) -> Alert:
    """Counted, and nobody's: from resolved."""
    again = let_go(counted(alert, change, now))
    return replace(
        again,
        state=AlertState.FIRING,
        opened_at=now,
        reopened=alert.reopened + 1,
        resolved_by=None,
        resolved_at=None,
        late=0,
        tell_at=now + again.delay.up if again.delay.up else None,
        rule_text=change.rule_text or alert.rule_text,
    )


def rises(alert: Alert, change: Occurred, now: datetime) -> Alert:
    """Counted, and nobody's: worse than what somebody took on."""
    return let_go(counted_back(alert, change, now))


def recovering(alert: Alert, _change: Recovered, now: datetime) -> Alert:
    """Said to be over, and believed when it stays so for as long as it waits."""
    over = replace(found(alert, now), recovered_at=now)
    return replace(over, quiet_at=now + down(alert.delay, alert.flaps, now))


def taken(alert: Alert, change: Acknowledge, now: datetime) -> Alert:
    """Somebody's."""
    promise = Promise(
        severity=alert.severity,
        count=alert.count,
        expires_at=change.expires_at,
        remind_at=change.remind_at,
    )
    others = tuple(one for one in alert.followers if one.id != change.by.id)
    return replace(
        _in(alert, AlertState.ACKNOWLEDGED),
        acknowledged_by=change.by,
        acknowledged_at=now,
        promise=promise,
        followers=others,
        tell_at=None,
    )


def followed(alert: Alert, change: Follow, _now: datetime) -> Alert:
    """Wanted by one more."""
    return replace(alert, followers=(*alert.followers, change.by))


def let_go(alert: Alert) -> Alert:
    """Nobody's."""
    return replace(
        _in(alert, AlertState.FIRING), acknowledged_by=None, acknowledged_at=None, promise=None
    )


def extended(alert: Alert, change: ExtendAck, _now: datetime) -> Alert:
    """Somebody's until another time."""
    promise = alert.promise or Promise(severity=alert.severity, count=alert.count)
    return replace(
        alert,
        promise=replace(promise, expires_at=change.expires_at, remind_at=change.remind_at),
    )


def reminded(alert: Alert) -> Alert:
    """Its reminder is out."""
    promise = alert.promise
    return replace(alert, promise=replace(promise, remind_at=None) if promise else None)


def over(alert: Alert, by: Person, now: datetime) -> Alert:
    """Resolved; nothing waits any more."""
    return replace(
        alert,
        state=AlertState.RESOLVED,
        resolved_by=by,
        resolved_at=now,
        promise=None,
        quiet_at=None,
        tell_at=None,
        recovered_at=None,
        lost=None,
        flaps=ended(alert.flaps),
    )


def over_by_itself(alert: Alert, now: datetime) -> Alert:
    """Resolved by the machine."""
    return over(alert, LARKWATCH, now)


def steady(alert: Alert) -> Alert:
    """Flapping no more."""
    return replace(alert, flaps=ended(alert.flaps))


def told(alert: Alert) -> Alert:
    """It waited for long enough."""
    return replace(alert, tell_at=None)


def lost(alert: Alert, change: LoseSource, _now: datetime) -> Alert:
    """Nobody can say how it is."""
    return replace(
        alert, state=AlertState.UNKNOWN, lost=Lost(state=alert.state, since=change.since)
    )


def found(alert: Alert, now: datetime) -> Alert:
    """As before its source went away; its quiet begins anew, since nobody could listen."""
    if alert.lost is None:
        return alert
    quiet_at = now + down(alert.delay, alert.flaps, now)
    return replace(alert, state=alert.lost.state, lost=None, quiet_at=quiet_at)


def assigned(alert: Alert, change: Assign, _now: datetime) -> Alert:
    """To be seen to by somebody named."""
    return replace(alert, assignee=change.to)


def severity_set(alert: Alert, change: SetSeverity, _now: datetime) -> Alert:
    """As bad as a person says."""
    promise = alert.promise
    return replace(
        alert,
        severity=change.severity,
        severity_by=change.by,
        promise=replace(promise, severity=change.severity) if promise else None,
    )


def _in(alert: Alert, state: AlertState) -> Alert:
    """In this state, or to be in it once its source is back."""
    if alert.lost is not None:
        return replace(alert, lost=replace(alert.lost, state=state))
    return replace(alert, state=state)
