"""Every rule of the state machine answers something: none is hidden by those above it."""

from dataclasses import dataclass, replace

import pytest

from bot.core.alert import LARKWATCH, Alert, AlertState
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
from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.flapping import CALM, returned
from bot.core.lifecycle import TABLE, applies, first_transition, step
from bot.core.why import Why
from tests.builders import LIN, NOW, WANG, alert, finding, later
from watchers.delay import parse_delay
from watchers.finding import Severity

AT = later(minutes=5)
DELAY = parse_delay("up 0s down 10s x2 max 10m")
WILD = returned(returned(returned(CALM, DELAY, NOW), DELAY, NOW), DELAY, NOW)
ALMOST = returned(returned(CALM, DELAY, NOW), DELAY, NOW)

FREE = alert(delay=DELAY)
TAKEN = step(FREE, Acknowledge(by=LIN), NOW).alert
OVER = step(FREE, Resolve(by=WANG), NOW).alert
LOST = step(FREE, LoseSource(since=NOW), NOW).alert
LATE = step(OVER, Occurred(finding=finding(seen_at=later(minutes=-1))), NOW).alert
ENDING = replace(FREE, recovered_at=NOW)

AGAIN = Occurred(finding=finding(seen_at=AT))
EARLIER = Occurred(finding=finding(seen_at=later(minutes=-1)))
WORSE = Occurred(finding=finding(seen_at=AT, severity=Severity.CRITICAL))
MANY = Occurred(finding=finding(seen_at=AT, count=999))
ENDS = Recovered(finding=finding(seen_at=AT))

FIRING, ACKED = AlertState.FIRING, AlertState.ACKNOWLEDGED
RESOLVED, UNKNOWN = AlertState.RESOLVED, AlertState.UNKNOWN


@dataclass(frozen=True, slots=True)
class Case:
    """A change of an alert, and what is to come of it."""

    before: Alert
    change: Change
    why: Why | None
    after: AlertState
    note: str = ""


CASES = (
    # A finding comes in.
    Case(OVER, EARLIER, Why.LATE, RESOLVED),
    Case(LATE, EARLIER, None, RESOLVED),
    Case(replace(OVER, flaps=ALMOST), AGAIN, Why.FLAPPING, FIRING),
    Case(OVER, AGAIN, Why.RECURRED, FIRING),
    Case(TAKEN, WORSE, Why.SEVERITY_RAISED, FIRING, "high>critical"),
    Case(FREE, WORSE, Why.SEVERITY_RAISED, FIRING, "high>critical"),
    Case(TAKEN, MANY, Why.VOLUME_GREW, FIRING),
    Case(replace(ENDING, flaps=ALMOST), AGAIN, Why.FLAPPING, FIRING),
    Case(LOST, AGAIN, Why.SOURCE_BACK, FIRING),
    Case(TAKEN, AGAIN, None, ACKED),
    # A line says it is over.
    Case(replace(LOST, flaps=WILD), ENDS, Why.SOURCE_BACK, FIRING),
    Case(replace(FREE, flaps=WILD), ENDS, None, FIRING),
    Case(TAKEN, ENDS, Why.RECOVERED, RESOLVED),
    # Somebody acts.
    Case(FREE, Acknowledge(by=LIN), Why.ACKNOWLEDGED, ACKED),
    Case(TAKEN, Follow(by=WANG), Why.FOLLOWED, ACKED),
    Case(TAKEN, Unacknowledge(by=LIN), Why.UNACKNOWLEDGED, FIRING),
    Case(TAKEN, ExtendAck(by=LIN, expires_at=later(hours=1)), Why.ACK_EXTENDED, ACKED),
    Case(LOST, Resolve(by=LIN), Why.RESOLVED, RESOLVED),
    Case(FREE, Assign(by=LIN, to=WANG), Why.ASSIGNED, FIRING, WANG.id),
    Case(replace(FREE, assignee=WANG), Assign(by=LIN, to=None), Why.ASSIGNED, FIRING),
    Case(OVER, Comment(by=LIN, text="disk was full"), Why.COMMENTED, RESOLVED, "disk was full"),
    Case(TAKEN, SetSeverity(by=LIN, severity=Severity.LOW), Why.SEVERITY_SET, ACKED, "high>low"),
    # The clock moves.
    Case(TAKEN, RemindOfAck(), Why.ACK_REMINDED, ACKED),
    Case(TAKEN, ExpireAck(), Why.ACK_EXPIRED, FIRING),
    Case(ENDING, Quieten(), Why.RECOVERED, RESOLVED),
    Case(TAKEN, Quieten(), Why.QUIET, RESOLVED),
    Case(replace(FREE, tell_at=NOW), Ripen(), None, FIRING),
    Case(replace(FREE, flaps=WILD), Steady(), Why.STEADY, FIRING),
    # Nobody has it.
    Case(LOST, Escalate(note="mention ou_lin"), Why.ESCALATED, UNKNOWN, "mention ou_lin"),
    Case(
        OVER, FailEscalation(note="mail: refused"), Why.ESCALATION_FAILED, RESOLVED, "mail: refused"
    ),
    # What its severity asks for.
    Case(FREE, ApproveErrand(by=LIN, note="hook:up"), Why.ERRAND_APPROVED, FIRING, "hook:up"),
    Case(TAKEN, DeclineErrand(by=LIN, note="hook:up"), Why.ERRAND_DECLINED, ACKED, "hook:up"),
    Case(OVER, RunErrand(note="wecom:oncall"), Why.ERRAND_DONE, RESOLVED, "wecom:oncall"),
    Case(LOST, FailErrand(note="hook:up 500"), Why.ERRAND_FAILED, UNKNOWN, "hook:up 500"),
    # Sources and rules come and go.
    Case(TAKEN, LoseSource(since=NOW), Why.SOURCE_LOST, UNKNOWN),
    Case(LOST, RegainSource(), Why.SOURCE_BACK, FIRING),
    Case(TAKEN, RemoveRule(), Why.RULE_REMOVED, RESOLVED),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{type(case.change).__name__}-{case.why}")
def test_a_change_has_its_name_its_state_and_its_author(case: Case) -> None:
    stepped = step(case.before, case.change, AT)
    assert stepped.alert.state is case.after
    row = stepped.transition
    if case.why is None:
        assert row is None
        return
    assert row is not None
    assert (row.why, row.note, row.at) == (case.why, case.note, AT)
    assert (row.source, row.target) == (case.before.state, case.after)
    assert row.by == getattr(case.change, "by", LARKWATCH)


def test_each_rule_is_the_one_that_answers_some_change() -> None:
    answering = [
        next(row for row in TABLE if row.holds(case.before, case.change, AT)) for case in CASES
    ]
    assert [row for row in TABLE if row not in answering] == []


def test_the_first_record_of_an_alert_comes_from_no_state() -> None:
    row = first_transition(alert(7), AT)
    assert (row.alert_id, row.source, row.target) == (7, None, FIRING)
    assert (row.why, row.at, row.version) == (Why.FIRST_SEEN, AT, 1)


@pytest.mark.parametrize("note", ["mention: rota ops is empty", ""])
def test_a_failed_step_says_why_and_leaves_all_else(note: str) -> None:
    for before in (FREE, TAKEN, OVER, LOST):
        stepped = step(before, FailEscalation(note=note), AT)
        assert stepped.alert == replace(before, version=before.version + 1, changed_at=AT)
        assert stepped.transition is not None
        assert stepped.transition.note == note


def test_what_somebody_has_or_what_is_over_does_not_escalate() -> None:
    for before, reason in (
        (TAKEN, Refusal.NOTHING_CHANGES),
        (OVER, Refusal.ALREADY_RESOLVED),
    ):
        assert not applies(before, Escalate(note="mention"), AT)
        with pytest.raises(InvalidTransitionError) as refused:
            step(before, Escalate(note="mention"), AT)
        assert refused.value.reason is reason


def test_the_clock_has_nothing_to_do_with_what_is_over() -> None:
    waiting = replace(FREE, tell_at=AT, flaps=WILD)
    assert waiting.next_at == AT
    assert replace(waiting, state=RESOLVED).next_at is None
    assert FREE.next_at is None
