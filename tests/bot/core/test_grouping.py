"""What people are told of a group of alerts, case by case."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alert import AlertState
from bot.core.grouping import (
    Decision,
    Group,
    GroupKind,
    GroupTerms,
    Member,
    Reason,
    Silence,
    decide,
    group_key,
)
from bot.core.subscription import Language
from tests.builders import NOW, chat, later
from watchers.finding import Severity

FIRING, TAKEN, OVER = AlertState.FIRING, AlertState.ACKNOWLEDGED, AlertState.RESOLVED
HIGH, CRITICAL = Severity.HIGH, Severity.CRITICAL
MINUTE = timedelta(minutes=1)
TERMS = GroupTerms(
    by=("service",),
    wait=30 * MINUTE / 60,
    interval=5 * MINUTE,
    repeat=240 * MINUTE,
    repeat_from=CRITICAL,
    dedup={HIGH: 5 * MINUTE, CRITICAL: MINUTE},
)


def group(kind: GroupKind = GroupKind.LABELS, **fields: object) -> Group:
    base = Group(id=1, kind=kind, target=chat(), language=Language.ZH, created_at=NOW)
    return replace(base, **fields)  # type: ignore[arg-type]


def rung(at: datetime = NOW, reason: Reason = Reason.FIRST) -> Group:
    return group(rung_at=at, reason=reason)


def one(number: int = 1, state: AlertState = FIRING, **fields: object) -> Member:
    base = Member(alert_id=number, severity=HIGH, state=state, opened_at=NOW)
    return replace(base, **fields)  # type: ignore[arg-type]


def told(number: int = 1, at: datetime = NOW, **fields: object) -> Member:
    return one(number, told_at=at, **fields)


def yes(reason: Reason, *alerts: int, look_at: datetime | None = None) -> Decision:
    return Decision(reason=reason, alerts=alerts, look_at=look_at)


def no(why: Silence, *alerts: int, look_at: datetime | None = None) -> Decision:
    return Decision(reason=Reason.NOTHING, why=why, alerts=alerts, look_at=look_at)


CRIT = {"severity": CRITICAL}
AGAIN = later(hours=4)
TABLE = {
    "the first card goes out at once": (group(), [one()], NOW, yes(Reason.FIRST, 1)),
    "of a critical alert it is said again later": (
        group(),
        [one(**CRIT)],
        NOW,
        yes(Reason.FIRST, 1, look_at=AGAIN),
    ),
    "a new group waits for more alerts": (
        group(due_at=later(seconds=30)),
        [one()],
        NOW,
        no(Silence.GROUP_WAIT, 1, look_at=later(seconds=30)),
    ),
    "then one card tells of all": (
        group(due_at=later(seconds=30)),
        [one(), one(2)],
        later(seconds=30),
        yes(Reason.FIRST, 1, 2),
    ),
    "what was over before its card is not told": (
        group(due_at=later(seconds=30)),
        [one(state=OVER)],
        later(seconds=30),
        no(Silence.NO_NEWS),
    ),
    "but what a limit held back is": (
        group(GroupKind.LIMITED, due_at=later(seconds=30)),
        [one(state=OVER)],
        later(seconds=30),
        yes(Reason.FIRST, 1),
    ),
    "and not before the limit allows it": (
        group(GroupKind.LIMITED, due_at=later(seconds=30)),
        [one(state=OVER)],
        NOW,
        no(Silence.LIMITED, 1, look_at=later(seconds=30)),
    ),
    "a backlog is told when it is read": (
        group(GroupKind.AWAY, due_at=later(minutes=2)),
        [one(), one(2, state=OVER)],
        NOW,
        no(Silence.AWAY, 1, look_at=later(minutes=2)),
    ),
    "a new alert waits for the interval": (
        rung(),
        [told(), one(2)],
        later(minutes=1),
        no(Silence.GROUP_INTERVAL, 2, look_at=later(minutes=5)),
    ),
    "after it the new ones are told": (
        rung(),
        [told(), one(2), one(3)],
        later(minutes=5),
        yes(Reason.NEW_ALERTS, 2, 3),
    ),
    "an alert that is back waits for its own window": (
        rung(),
        [told(opened_at=later(minutes=2))],
        later(minutes=2),
        no(Silence.DEDUP, 1, look_at=later(minutes=5)),
    ),
    "which is shorter the worse it is": (
        rung(),
        [told(opened_at=later(minutes=2), **CRIT)],
        later(minutes=2),
        yes(Reason.REOPENED, 1, look_at=later(minutes=242)),
    ),
    "and does not wait for the group": (
        rung(later(minutes=4)),
        [told(opened_at=later(minutes=6)), told(2, at=later(minutes=4))],
        later(minutes=6),
        yes(Reason.REOPENED, 1),
    ),
    "who waits besides is looked at then": (
        rung(later(minutes=4)),
        [told(opened_at=later(minutes=6)), one(2)],
        later(minutes=6),
        yes(Reason.REOPENED, 1, look_at=later(minutes=9)),
    ),
    "new and back together are news": (
        rung(),
        [told(opened_at=later(minutes=6)), one(2)],
        later(minutes=6),
        yes(Reason.NEW_ALERTS, 1, 2),
    ),
    "nothing new rings nothing": (rung(), [told()], later(hours=9), no(Silence.NO_NEWS)),
    "a critical one waits for its repetition": (
        rung(),
        [told(**CRIT)],
        later(hours=3),
        no(Silence.REPEAT_INTERVAL, 1, look_at=AGAIN),
    ),
    "and is repeated then, without the others": (
        rung(),
        [told(**CRIT), told(2)],
        AGAIN,
        yes(Reason.REPEATED, 1, look_at=later(hours=8)),
    ),
    "a muted one rings nothing": (rung(), [told(muted=True)], AGAIN, no(Silence.MUTED, 1)),
    "nor does one that flaps": (rung(), [told(damped=True)], AGAIN, no(Silence.DAMPED, 1)),
    "one that may only not ring gets its card": (
        group(),
        [one(muted=True)],
        NOW,
        yes(Reason.FIRST, 1),
    ),
    "one that is hidden gets none": (
        group(),
        [one(muted=True, hidden=True)],
        NOW,
        no(Silence.MUTED, 1),
    ),
    "one of two is muted": (
        group(),
        [one(muted=True, hidden=True), one(2)],
        NOW,
        yes(Reason.FIRST, 2),
    ),
    "what somebody has taken on rings nothing": (
        rung(),
        [told(state=TAKEN, **CRIT)],
        AGAIN,
        no(Silence.TAKEN_ON, 1),
    ),
    "nor what nobody can tell": (
        rung(),
        [told(state=AlertState.UNKNOWN)],
        AGAIN,
        no(Silence.SOURCE_LOST, 1),
    ),
    "all over is said once": (rung(), [told(state=OVER)], NOW, yes(Reason.RESOLVED, 1)),
    "and not twice": (
        rung(reason=Reason.RESOLVED),
        [told(state=OVER)],
        NOW,
        no(Silence.NO_NEWS),
    ),
    "an empty group rings nothing": (rung(), [], NOW, yes(Reason.RESOLVED)),
}


@pytest.mark.parametrize(("standing", "members", "at", "decided"), TABLE.values(), ids=TABLE.keys())
def test_what_is_decided(
    standing: Group, members: list[Member], at: datetime, decided: Decision
) -> None:
    assert decide(standing, members, TERMS, at) == decided


def test_without_repetition_nothing_is_repeated() -> None:
    terms = replace(TERMS, repeat=None)
    assert decide(rung(), [told(**CRIT)], terms, AGAIN) == no(Silence.NO_NEWS)


def test_without_a_window_an_alert_that_is_back_rings_at_once() -> None:
    back = told(opened_at=later(seconds=1))
    assert decide(rung(), [back], GroupTerms(), later(seconds=1)) == yes(Reason.REOPENED, 1)


def test_a_group_is_made_of_the_labels_that_an_alert_has() -> None:
    labels = {"service": "pay", "host": "", "env": "prod"}
    assert group_key(labels, ("service", "host", "zone")) == {"service": "pay"}
    assert group_key(labels, ()) == {}


MEMBERS = st.builds(
    one,
    st.integers(1, 9),
    st.sampled_from(AlertState),
    severity=st.sampled_from(Severity),
    opened_at=st.integers(0, 600).map(lambda minutes: later(minutes=minutes)),
    told_at=st.none() | st.integers(0, 600).map(lambda minutes: later(minutes=minutes)),
    muted=st.booleans(),
    hidden=st.booleans(),
    damped=st.booleans(),
)
GROUPS = st.builds(
    group,
    st.sampled_from(GroupKind),
    rung_at=st.none() | st.integers(0, 600).map(lambda minutes: later(minutes=minutes)),
    due_at=st.none() | st.integers(0, 600).map(lambda minutes: later(minutes=minutes)),
    reason=st.none() | st.sampled_from(Reason),
)


@given(GROUPS, st.lists(MEMBERS, max_size=4, unique_by=lambda one: one.alert_id))
def test_what_is_put_off_is_decided_when_it_is_looked_at_and_never_before(
    standing: Group, members: list[Member]
) -> None:
    at = later(minutes=300)
    decided = decide(standing, members, TERMS, at)
    assert (decided.reason is Reason.NOTHING) == (decided.why is not Silence.SAID)
    assert decided.look_at is None or decided.look_at > at
    if decided.why in (Silence.GROUP_WAIT, Silence.GROUP_INTERVAL, Silence.DEDUP):
        assert decided.look_at is not None
        before = decide(standing, members, TERMS, decided.look_at - timedelta(microseconds=1))
        assert before.reason is Reason.NOTHING
        assert decide(standing, members, TERMS, decided.look_at).reason is not Reason.NOTHING
