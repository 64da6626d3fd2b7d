"""Escalations before the sandbox: what Feishu is asked to push, and what it refuses."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.core.escalation import EscalationPlan, EscalationStep, Means
from bot.core.why import Why
from bot.engine.terms import Terms
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from bot.sandbox.town import OWNER
from bot.sandbox.wire import stable_id
from tests.bot.delivery.office import ADMIN, ADMINS_CHAT, LONG, OPS, TO_ADMIN, Office
from tests.builders import LIN
from watchers.finding import Severity

ONE = timedelta(minutes=1)
OWN = stable_id("ou_", OWNER)
STRANGER = "ou_stranger"


def paging(make_office: Callable[..., Office], people: tuple[str, ...], *means: Means) -> Office:
    steps = tuple(EscalationStep(after=ONE, means=one, to=people) for one in means)
    plan = EscalationPlan(name="all", matchers=(), least_severity=Severity.HIGH, steps=steps)
    terms = Terms(admins=(TO_ADMIN,), delay=LONG, ack_timeout={}, plans=(plan,))
    return make_office(terms=terms)


@pytest.fixture
def office(make_office: Callable[..., Office]) -> Office:
    """Everybody is called: in the chat, in the app, by SMS, by phone."""
    office = paging(
        make_office,
        (OWN,),
        Means.MENTION,
        Means.URGENT_APP,
        Means.URGENT_SMS,
        Means.URGENT_PHONE,
    )
    office.subscribe()
    office.fire()
    office.run(seconds=5)
    return office


def pushed(office: Office) -> list[tuple[str, str]]:
    """Who was pushed the alert's card, and how."""
    return [one for card in office.cards() for one in card.urgent]


def happened(office: Office) -> list[Why]:
    return [one.why for one in office.store.alerts.transitions(1, 99)]


def test_while_nobody_acknowledges_people_are_called_louder_and_louder(office: Office) -> None:
    office.run(minutes=1)
    assert "Nobody has acknowledged for 1 min" in office.said()[-1]
    assert f"<at id={OWN}></at>" in str(office.cards()[-1].body)
    office.run(minutes=1)
    assert pushed(office) == [(OWN, "app")]
    office.run(minutes=2)
    assert pushed(office) == [(OWN, "app"), (OWN, "sms"), (OWN, "phone")]
    office.run(minutes=9)
    assert len(pushed(office)) == 3
    assert happened(office).count(Why.ESCALATED) == 4


def test_an_acknowledgement_calls_it_off(office: Office) -> None:
    office.run(minutes=2)
    office.engine.acknowledge(1, LIN, office.clock.now())
    office.run(minutes=9)
    assert pushed(office) == [(OWN, "app")]


def test_a_push_that_waits_is_not_made_when_somebody_took_the_alert(
    office: Office, sandbox: Sandbox
) -> None:
    office.run(minutes=1)
    office.clock.move(minutes=1)
    office.engine.sweep(office.clock.now())
    office.engine.acknowledge(1, LIN, office.clock.now())
    office.run(minutes=1)
    assert pushed(office) == []


def test_without_quota_the_next_step_comes_at_once_and_admins_are_told(
    office: Office, sandbox: Sandbox
) -> None:
    office.run(minutes=2)
    sandbox.faults.set(Fault.URGENT_QUOTA, count=1)
    office.run(minutes=1)
    office.run(seconds=3)
    assert pushed(office) == [(OWN, "app"), (OWN, "phone")]
    assert Why.ESCALATION_FAILED in happened(office)
    (told,) = (one for one in office.said(ADMIN) if "reached nobody" in one)
    assert "urgent push by SMS" in told
    assert "quota of urgent messages" in told


def test_who_is_not_in_the_group_is_pushed_a_private_message(
    make_office: Callable[..., Office], sandbox: Sandbox
) -> None:
    office = paging(make_office, (OWN,), Means.URGENT_APP)
    office.fire()  # no chat is subscribed: there is no card to push
    office.run(minutes=1)
    office.run(seconds=2)
    (message,) = (one for one in office.cards(ADMIN) if one.urgent)
    assert message.urgent == ((OWN, "app"),)
    own = office.store.outbox.own_message(message.message_id)
    assert own is not None
    assert (own.address, own.alert_id) == (OWN, 1)
    assert message.chat_id == ADMINS_CHAT


def test_a_step_that_reaches_nobody_at_all_is_said(make_office: Callable[..., Office]) -> None:
    office = paging(make_office, (STRANGER,), Means.URGENT_APP, Means.URGENT_PHONE)
    office.subscribe()
    office.fire()
    office.run(minutes=1)
    office.run(seconds=3)
    assert happened(office).count(Why.ESCALATION_FAILED) == 2
    assert any("reached nobody" in one for one in office.said(ADMIN))
    card: Any = office.cards(OPS)[0]
    assert "reached nobody: urgent push in the app" in str(card.body)
