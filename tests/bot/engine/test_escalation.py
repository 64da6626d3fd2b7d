"""Steps that are taken while nobody acknowledges."""

from datetime import timedelta
from typing import Any

import pytest

from bot.core.alert import Alert, AlertState
from bot.core.errors import DeliveryError, Fault
from bot.core.escalation import EscalationPlan, EscalationStep, Means
from bot.core.notification import Notification, Purpose
from bot.core.ports import Calendar
from bot.core.rota import Rota, Shift
from bot.core.routing import Route
from bot.core.subscription import Language, Target, TargetKind, Wish
from bot.core.why import Why
from bot.engine.engine import Engine
from bot.engine.terms import Terms
from bot.store.store import Store
from tests.bot.engine.test_engine import deliver_all, owed
from tests.builders import LIN, NOW, WANG, chat, finding, later, matchers, report, seen
from watchers.delay import Delay
from watchers.finding import Severity

FIVE = timedelta(minutes=5)
LONG = Delay(down=timedelta(days=1), limit=timedelta(days=1))
ADMIN = Target(kind=TargetKind.FEISHU_CHAT, address="ou_admin")
PHONE = Target(kind=TargetKind.FEISHU_URGENT, address="urgent_phone")
BOSS = Target(kind=TargetKind.EMAIL, address="boss@example.com")


def step(means: Means, **fields: Any) -> EscalationStep:
    return EscalationStep(means=means, **{"after": FIVE, **fields})


STEPS = (
    step(Means.MENTION, rota="ops"),
    step(Means.URGENT_PHONE, rota="ops"),
    step(Means.EMAIL, to=(BOSS.address,)),
)


def engine_with(store: Store, *steps: EscalationStep, **fields: Any) -> Engine:
    plan = EscalationPlan(
        name="all", matchers=matchers(), least_severity=Severity.HIGH, steps=steps or STEPS
    )
    shift = Shift(person=LIN, starts_at=NOW, ends_at=later(days=1))
    admins = (Route(target=ADMIN, language=Language.EN, subscription_id=0),)
    defaults: dict[str, Any] = {
        "plans": (plan,),
        "rotas": (Rota(name="ops", shifts=(shift,)),),
        "admins": admins,
        "fallback": admins,
        "delay": LONG,
    }
    return Engine(store, Terms(**{**defaults, **fields}), lambda: None)


@pytest.fixture
def told(store: Store) -> Engine:
    """One subscribed chat, one alert, its card sent, its escalation begun."""
    engine = engine_with(store)
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.report(report(finding()), NOW)
    deliver_all(store, 0)
    return engine


def rung(store: Store, minutes: float) -> list[Notification]:
    """What is owed by then but cards and their edits."""
    silent = (Purpose.REFRESH, Purpose.FIRST)
    return [one for one in owed(store, minutes * 60) if one.purpose not in silent]


def alert_of(store: Store) -> Alert:
    alert = store.alerts.get(1)
    assert alert is not None
    return alert


def steps_in(store: Store) -> list[tuple[Why, str]]:
    kinds = (Why.ESCALATED, Why.ESCALATION_FAILED)
    return [(one.why, one.note) for one in store.alerts.transitions(1, 99) if one.why in kinds]


def test_each_step_owes_its_message_and_stands_in_the_timeline(told: Engine, store: Store) -> None:
    told.sweep(later(minutes=4))
    assert rung(store, 4) == []
    told.sweep(later(minutes=5))
    (mention,) = rung(store, 5)
    assert (mention.purpose, mention.target) == (Purpose.ESCALATED, chat())
    assert mention.content["people"] == [{"id": LIN.id, "name": LIN.name}]
    told.sweep(later(minutes=9))
    assert rung(store, 9) == []
    told.sweep(later(minutes=10))
    assert [one.target for one in rung(store, 10)] == [PHONE]
    told.sweep(later(minutes=15))
    assert [one.target for one in rung(store, 15)] == [BOSS]
    told.sweep(later(hours=9))
    assert rung(store, 999) == []
    assert steps_in(store) == [
        (Why.ESCALATED, "1/3 mention 林"),
        (Why.ESCALATED, "2/3 urgent_phone 林"),
        (Why.ESCALATED, "3/3 email boss@example.com"),
    ]


def test_an_acknowledgement_stops_it_and_its_end_begins_it_anew(told: Engine, store: Store) -> None:
    told.acknowledge(1, WANG, later(minutes=4), timedelta(hours=1))
    told.sweep(later(minutes=30))
    assert steps_in(store) == []
    told.sweep(later(minutes=64))
    assert alert_of(store).state is AlertState.FIRING
    told.sweep(later(minutes=68))
    assert steps_in(store) == []
    told.sweep(later(minutes=69))
    assert steps_in(store) == [(Why.ESCALATED, "1/3 mention 林")]


def test_whoever_was_mailed_is_told_that_somebody_has_it(told: Engine, store: Store) -> None:
    for minutes in (5, 10, 15):
        told.sweep(later(minutes=minutes))
    rung(store, 15)
    told.acknowledge(1, WANG, later(minutes=16))
    assert [(one.purpose, one.target) for one in rung(store, 17)] == [(Purpose.STOOD_DOWN, BOSS)]


def test_case_04_steps_stop_under_a_mute_and_begin_anew_when_it_ends(
    told: Engine, store: Store
) -> None:
    told.sweep(later(minutes=5))
    told.mute_alert(1, later(minutes=30), LIN, later(minutes=6))
    told.sweep(later(minutes=29))
    assert steps_in(store) == [(Why.ESCALATED, "1/3 mention 林")]
    told.sweep(later(minutes=30))
    told.sweep(later(minutes=34))
    assert len(steps_in(store)) == 1
    told.sweep(later(minutes=35))
    assert steps_in(store)[1:] == [(Why.ESCALATED, "1/3 mention 林")]


def test_what_fires_under_a_mute_escalates_when_the_mute_ends(store: Store) -> None:
    engine = engine_with(store)
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.mute(matchers("service=pay"), later(minutes=30), LIN, NOW)
    engine.report(report(seen("f1", minutes=1)), later(minutes=1))
    engine.sweep(later(minutes=29))
    assert store.escalations.get(1) is None
    engine.sweep(later(minutes=30))
    run = store.escalations.get(1)
    assert run is not None
    assert run.next_step_at == later(minutes=35)


def test_a_resolved_alert_escalates_no_more_and_one_that_returns_does(
    told: Engine, store: Store
) -> None:
    told.resolve(1, LIN, later(minutes=1))
    assert store.escalations.get(1) is None
    told.report(report(seen("f2", minutes=3)), later(minutes=3))
    run = store.escalations.get(1)
    assert run is not None
    assert (run.number, run.next_step_at) == (0, later(minutes=8))


def test_a_later_edit_of_the_configuration_does_not_change_a_run(
    told: Engine, store: Store
) -> None:
    told.sweep(later(minutes=5))
    edited = engine_with(store, step(Means.WEBHOOK, to=("pager",)))
    edited.sweep(later(minutes=10))
    assert steps_in(store)[-1] == (Why.ESCALATED, "2/3 urgent_phone 林")
    without = engine_with(store, plans=())
    without.sweep(later(minutes=15))
    assert steps_in(store)[-1] == (Why.ESCALATED, "3/3 email boss@example.com")


def test_after_a_standstill_one_step_is_taken_and_the_next_waits(
    told: Engine, store: Store
) -> None:
    told.sweep(later(hours=3))
    told.sweep(later(hours=3))
    assert len(steps_in(store)) == 1
    told.sweep(later(hours=3, minutes=5))
    assert len(steps_in(store)) == 2


def test_a_step_that_reached_nobody_says_so_and_the_next_comes_at_once(
    told: Engine, store: Store
) -> None:
    told.sweep(later(minutes=5))
    told.sweep(later(minutes=10))
    (phone,) = (one for one in rung(store, 10) if one.target == PHONE)
    refusal = DeliveryError(Fault.MISCONFIGURED, code=230024, detail="no quota")
    told.unreached(phone, refusal, later(minutes=11))
    assert steps_in(store)[-1] == (Why.ESCALATION_FAILED, "urgent_phone 230024 no quota")
    told.sweep(later(minutes=11))
    assert steps_in(store)[-1] == (Why.ESCALATED, "3/3 email boss@example.com")


def test_case_48_when_nobody_is_on_call_admins_stand_in_and_are_told(store: Store) -> None:
    engine = engine_with(store, rotas=(Rota(name="ops"),))
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.report(report(finding()), NOW)
    deliver_all(store, 0)
    engine.sweep(later(minutes=5))
    found = rung(store, 5)
    concerns = [one for one in found if one.purpose is Purpose.CONCERN]
    assert [(one.target, one.content["kind"]) for one in concerns] == [(ADMIN, "nobody_on_call")]
    steps = [one for one in found if one.purpose is Purpose.ESCALATED]
    assert {one.target for one in steps} == {chat()}
    assert steps[0].content["people"][0]["id"] == ADMIN.address
    engine.sweep(later(minutes=10))
    (pushed,) = (one for one in rung(store, 10) if one.target == PHONE)
    assert [one["id"] for one in pushed.content["people"]] == [ADMIN.address]


def test_case_48_without_admins_a_mention_of_nobody_goes_to_the_fallback(store: Store) -> None:
    group = Route(target=chat("all"), language=Language.ZH, subscription_id=0)
    engine = engine_with(store, rotas=(), admins=(), fallback=(group,))
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.report(report(finding()), NOW)
    deliver_all(store, 0)
    engine.sweep(later(minutes=5))
    steps = [one for one in rung(store, 5) if one.purpose is Purpose.ESCALATED]
    assert {one.target for one in steps} == {chat(), chat("all")}
    engine.sweep(later(minutes=10))
    assert steps_in(store)[-1] == (Why.ESCALATION_FAILED, "urgent_phone 0 nobody to reach")
    engine.sweep(later(minutes=10))
    assert steps_in(store)[-1] == (Why.ESCALATED, "3/3 email boss@example.com")


def test_a_mention_without_any_card_goes_to_people_in_private(store: Store) -> None:
    engine = engine_with(store, fallback=())
    engine.report(report(finding()), NOW)
    engine.sweep(later(minutes=5))
    (mention,) = rung(store, 5)
    assert mention.target == Target(kind=TargetKind.FEISHU_CHAT, address=LIN.id)


def test_a_step_can_bring_the_card_to_one_more_chat(store: Store) -> None:
    engine = engine_with(store, step(Means.CHAT, to=("oc_boss",)), step(Means.CHAT, to=("oc_ops",)))
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.report(report(finding()), NOW)
    deliver_all(store, 0)
    engine.sweep(later(minutes=5))
    firsts = [one for one in owed(store, 300) if one.purpose is Purpose.FIRST]
    assert [one.target for one in firsts] == [chat("boss")]
    engine.sweep(later(minutes=10))
    assert [(one.purpose, one.target) for one in rung(store, 10)] == [
        (Purpose.ESCALATED, chat("ops"))
    ]


def test_steps_count_from_when_an_alert_is_told_not_from_when_it_waited(store: Store) -> None:
    engine = engine_with(store, delay=Delay(up=timedelta(minutes=2)).over(LONG))
    engine.report(report(finding()), NOW)
    assert store.escalations.get(1) is None
    engine.sweep(later(minutes=2))
    run = store.escalations.get(1)
    assert run is not None
    assert run.next_step_at == later(minutes=7)


def test_what_a_calendar_says_goes_before_the_turns(told: Engine, store: Store) -> None:
    shift = Shift(person=WANG, starts_at=later(minutes=1), ends_at=later(hours=2))
    with store.transaction():
        store.calendars.save("ops", Calendar(shifts=(shift,), read_at=NOW))
    told.sweep(later(minutes=5))
    assert steps_in(store) == [(Why.ESCALATED, "1/3 mention 王")]
