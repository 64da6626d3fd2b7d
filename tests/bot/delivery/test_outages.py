"""Feishu is away, refuses the app, or has had enough calls for this month."""

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.core.notification import Purpose
from bot.core.quota import calls_key
from bot.delivery.terms import DeliveryTerms
from bot.engine.terms import Terms
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from tests.bot.delivery.office import ADMIN, LONG, MESSAGES, OPS, TEAM, TO_ADMIN, Office
from tests.builders import LIN, notification
from watchers.finding import Severity


def away(sandbox: Sandbox, *, active: bool = True) -> None:
    sandbox.faults.set(Fault.SERVER_ERROR, api="/open-apis", active=active)


def test_case_23_what_rings_goes_before_edits_and_critical_before_all(office: Office) -> None:
    office.subscribe()
    office.fire("old")
    office.run(seconds=2)
    office.engine.acknowledge(1, LIN, office.clock.now())
    office.clock.move(seconds=5)
    office.fire("high")
    office.fire("worst", severity=Severity.CRITICAL)
    office.run(seconds=3)
    order = [c for c in office.sandbox.calls(MESSAGES) if c.method in ("POST", "PATCH")]
    assert [call.method for call in order[-3:]] == ["POST", "POST", "PATCH"]
    assert ["worst" in card for card in office.said()[1:]] == [True, False]


def test_case_23_the_gateways_reset_holds_everything_for_as_long(
    office: Office, sandbox: Sandbox
) -> None:
    office.subscribe(OPS, TEAM)
    office.fire()
    sandbox.faults.set(Fault.RATE_LIMITED, api=MESSAGES, count=1)
    office.run()
    assert office.sends() == 1
    office.run(seconds=2)
    assert len(office.cards(OPS)) == len(office.cards(TEAM)) == 1
    posts = [call for call in sandbox.calls(MESSAGES) if call.method == "POST"]
    assert len(posts) == 3


def test_a_target_that_fails_again_and_again_is_left_alone_and_probed(
    office: Office, sandbox: Sandbox
) -> None:
    office.subscribe()
    for name in ("a", "b", "c", "d"):
        office.fire(name)
    away(sandbox)
    office.run(minutes=2)
    (breaker,) = office.store.breakers.all()
    assert breaker.tripped
    before = office.sends()
    office.run(minutes=5)
    assert office.sends() - before <= 6  # one probe a minute, however much waits
    away(sandbox, active=False)
    office.run(seconds=70)
    assert len(office.cards()) == 4
    assert office.store.breakers.all() == ()


def test_after_a_long_outage_what_is_over_is_one_digest_and_what_is_true_rings(
    office: Office, sandbox: Sandbox
) -> None:
    office.subscribe()
    away(sandbox)
    for n in range(30):
        office.fire(f"gone-{n}")
        office.clock.move(seconds=10)  # no storm, which would share one card
    office.run(seconds=5)
    for n in range(1, 31):
        office.engine.resolve(n, LIN, office.clock.now())
    office.clock.move(hours=6)
    office.fire("still")
    office.run(seconds=90)
    away(sandbox, active=False)
    office.run(minutes=3)
    assert len(office.cards()) == 2
    alert, digest = office.said()
    assert "still" in alert
    assert "30 alerts came and went" in digest
    assert "gone-0" in digest
    assert "18 more" in digest
    assert not office.store.outbox.queues()


def test_after_a_short_outage_everything_is_told_singly(office: Office, sandbox: Sandbox) -> None:
    office.subscribe()
    away(sandbox)
    office.fire("gone")
    office.run(seconds=2)
    office.engine.resolve(1, LIN, office.clock.now())
    office.clock.move(hours=5)
    away(sandbox, active=False)
    office.run(seconds=90)
    (card,) = office.cards()
    assert card.body["header"]["template"] == "green"


def test_case_28_an_expired_token_is_replaced_unseen(office: Office, sandbox: Sandbox) -> None:
    office.subscribe()
    office.fire()
    sandbox.faults.set(Fault.TOKEN_EXPIRED, api=MESSAGES, count=1)
    office.run()
    assert len(office.cards()) == 1
    assert office.cards(ADMIN) == []


def test_case_28_a_token_that_stays_refused_pauses_everything_and_admins_are_told(
    office: Office, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    office.subscribe(OPS, TEAM)
    office.fire()
    sandbox.faults.set(Fault.TOKEN_EXPIRED, api=MESSAGES)
    office.run(minutes=5)
    assert office.sends() <= 2 * 4  # twice each, at 0 s, 30 s, 1.5 min, 3.5 min
    sandbox.faults.set(Fault.TOKEN_EXPIRED, active=False)
    office.run(minutes=11)
    assert len(office.cards(OPS)) == len(office.cards(TEAM)) == 1
    (told,) = office.said(ADMIN)
    assert "99991663" in told
    tokens = {
        call.response["tenant_access_token"]
        for call in sandbox.calls("/open-apis/auth")
        if "***" not in str(call.response)
    }
    shown = "".join(f"{r.getMessage()} {r.__dict__}" for r in caplog.records)
    assert "Bearer" not in shown
    assert not any(token and token in shown for token in tokens if token)
    assert "t-" not in [word[:2] for word in shown.split()]


THRIFTY = DeliveryTerms(monthly_calls=1000)


def thrifty(make_office: Callable[..., Office], used: int) -> Office:
    terms = Terms(admins=(TO_ADMIN,), delay=LONG, monthly_calls=1000)
    office = make_office(terms=terms, delivery=THRIFTY)
    with office.store.transaction():
        office.store.counters.add({calls_key(office.clock.now()): used})
    return office


def test_calls_are_counted_by_month_and_admins_told_at_eighty_percent_once(
    make_office: Callable[..., Office],
) -> None:
    office = thrifty(make_office, 799)
    office.subscribe()
    office.fire()
    office.run()
    calls = office.meter.take()
    assert calls == 1
    office.engine.count_calls(calls, office.clock.now())
    office.engine.count_calls(1, office.clock.now())
    office.run(seconds=1)
    (told,) = office.said(ADMIN)
    assert "80 %" in told
    assert "800/1000" in told


def test_with_the_quota_nearly_gone_only_what_matters_is_sent(
    make_office: Callable[..., Office],
) -> None:
    office = thrifty(make_office, 960)
    office.subscribe()
    office.fire("one")
    office.run(seconds=1)
    office.engine.acknowledge(1, LIN, office.clock.now())
    office.run(seconds=5)  # the one edit that is spared
    before = office.sends()
    office.engine.resolve(1, LIN, office.clock.now())
    office.run(seconds=5)
    assert office.sends() == before
    office.fire("two")
    answer = {"card": office.cards()[0].body, "reply_to": ""}
    now = {"due_at": office.clock.now(), "created_at": office.clock.now()}
    office.engine.owe(
        notification(target=OPS, purpose=Purpose.ANSWER, alert_id=None, content=answer, **now)
    )
    office.run(seconds=2)
    assert office.sends() == before + 2
    office.clock.move(minutes=30)
    office.run(seconds=2)
    assert office.sends() == before + 3
    office.clock.move(days=31)  # a new month
    assert office.store.counters.get(calls_key(office.clock.now())) == 0


def test_an_answer_that_waited_too_long_is_not_sent_after_an_outage(office: Office) -> None:
    now = {"due_at": office.clock.now(), "created_at": office.clock.now()}
    owed = notification(target=OPS, purpose=Purpose.ANSWER, alert_id=None, **now)
    office.engine.owe(owed)
    office.clock.move(minutes=11)
    office.run()
    assert office.sends() == 0
    assert office.store.outbox.tally(office.clock.now() - timedelta(hours=1), office.clock.now())
