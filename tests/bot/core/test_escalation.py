"""Steps taken while nobody acknowledges."""

from datetime import timedelta

from bot.core.alert import AlertState
from bot.core.escalation import (
    EscalationPlan,
    EscalationStep,
    Means,
    advance,
    begin,
    escalates,
    plan_for,
)
from tests.builders import NOW, alert, later, matchers
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
    assert plan_for(alert(), (other, critical, mine, plan())) is mine
    assert plan_for(alert(), (other, critical)) is None


def test_each_step_waits_since_the_one_before() -> None:
    run = begin(alert(7), plan(), NOW)
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
    run = begin(alert(), plan(repeat=1), NOW)
    taken = []
    while (step := run.next_step) is not None:
        taken.append(step.means)
        run = advance(run, NOW)
    assert taken == [Means.MENTION, Means.URGENT_PHONE] * 2


def test_only_what_fires_unhidden_escalates() -> None:
    assert escalates(alert(), muted=False)
    assert not escalates(alert(), muted=True)
    assert not escalates(alert(state=AlertState.ACKNOWLEDGED), muted=False)
