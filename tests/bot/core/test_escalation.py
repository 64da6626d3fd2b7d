"""Steps taken while nobody acknowledges."""

from dataclasses import replace
from datetime import timedelta

from bot.core.alert import AlertState, Lost
from bot.core.changes import Escalate, FailEscalation
from bot.core.escalation import (
    EscalationPlan,
    EscalationStep,
    Means,
    advance,
    begin,
    escalates,
    hurried,
    plan_for,
)
from bot.core.lifecycle import applies, step
from bot.core.mute import identity
from bot.core.why import Why
from tests.builders import LIN, NOW, alert, later, matchers
from watchers.finding import Severity

FIVE = timedelta(minutes=5)


def plan(*texts: str, **fields: object) -> EscalationPlan:
    steps = (
        EscalationStep(after=FIVE, means=Means.MENTION, rota="ops"),
        EscalationStep(after=2 * FIVE, means=Means.URGENT_PHONE, to=("ou_lin",)),
    )
    defaults: dict[str, object] = {
        "name": "pay",
        "least_severity": Severity.HIGH,
        "steps": steps,
    }
    return EscalationPlan(matchers=matchers(*texts), **{**defaults, **fields})  # type: ignore[arg-type]


def test_the_first_plan_that_takes_an_alert_is_its_plan() -> None:
    other, critical = plan("service=db"), plan(least_severity=Severity.CRITICAL)
    mine = plan("service=pay", name="mine")
    seen = identity(alert())
    assert plan_for(Severity.HIGH, seen, (other, critical, mine, plan())) is mine
    assert plan_for(Severity.HIGH, seen, (other, critical)) is None


def test_each_step_waits_since_the_one_before() -> None:
    run = begin(7, plan(), NOW)
    assert (run.alert_id, run.next_step_at) == (7, NOW + FIVE)
    assert run.next_step is not None
    assert run.next_step.means is Means.MENTION
    late = later(hours=1)
    run = advance(run, late)
    assert run.next_step is not None
    assert (run.next_step.means, run.next_step_at) == (Means.URGENT_PHONE, late + 2 * FIVE)
    run = advance(run, late)
    assert (run.next_step, run.next_step_at) == (None, None)


def test_a_plan_can_go_round_again() -> None:
    run = begin(1, plan(repeat=1), NOW)
    taken = []
    while (step := run.next_step) is not None:
        taken.append(step.means)
        run = advance(run, NOW)
    assert taken == [Means.MENTION, Means.URGENT_PHONE] * 2


def test_a_step_that_reached_nobody_is_followed_at_once_but_no_new_round_begins() -> None:
    run = advance(begin(1, plan(repeat=1), NOW), NOW)
    assert hurried(run, NOW).next_step_at == NOW
    assert hurried(run, later(days=1)).next_step_at == run.next_step_at
    whole = advance(run, NOW)
    assert hurried(whole, NOW) is whole
    over = advance(advance(whole, NOW), NOW)
    assert hurried(over, NOW) is over


def test_what_was_done_is_each_step_once() -> None:
    run = begin(1, plan(repeat=1), NOW)
    assert run.taken == ()
    for _ in range(3):
        run = advance(run, NOW)
    assert run.taken == plan().steps


def test_urgent_pushes_are_known_from_messages() -> None:
    urgent = [means for means in Means if means.urgent]
    assert urgent == [Means.URGENT_APP, Means.URGENT_SMS, Means.URGENT_PHONE]


def test_only_what_nobody_has_and_nothing_hides_escalates() -> None:
    assert escalates(alert(), muted=False)
    assert not escalates(alert(), muted=True)
    assert not escalates(alert(state=AlertState.RESOLVED), muted=False)
    taken = alert(state=AlertState.ACKNOWLEDGED, acknowledged_by=LIN)
    assert not escalates(taken, muted=False)
    assert not escalates(alert(tell_at=later(minutes=1)), muted=False)


def test_that_its_source_is_gone_is_no_excuse() -> None:
    lost = Lost(state=AlertState.FIRING, since=NOW)
    unknown = alert(state=AlertState.UNKNOWN, lost=lost)
    assert escalates(unknown, muted=False)
    assert not escalates(
        alert(state=AlertState.UNKNOWN, lost=lost, acknowledged_by=LIN), muted=False
    )


def test_steps_and_their_failures_are_recorded_with_what_they_say() -> None:
    firing = alert()
    taken = step(firing, Escalate(note="1/2 mention 林"), NOW)
    assert taken.transition is not None
    assert (taken.transition.why, taken.transition.note) == (Why.ESCALATED, "1/2 mention 林")
    assert taken.alert == replace(firing, version=2)
    failed = step(taken.alert, FailEscalation(note="mention 0 nobody"), NOW)
    assert failed.transition is not None
    assert failed.transition.why is Why.ESCALATION_FAILED
    assert failed.transition.note == "mention 0 nobody"


def test_no_step_is_taken_of_what_somebody_has_or_what_is_over() -> None:
    change = Escalate(note="1/2 mention 林")
    assert not applies(alert(state=AlertState.ACKNOWLEDGED, acknowledged_by=LIN), change, NOW)
    assert not applies(alert(state=AlertState.RESOLVED), change, NOW)
