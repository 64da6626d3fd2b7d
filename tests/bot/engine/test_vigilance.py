"""No critical alert goes unheard."""

from datetime import timedelta

import pytest

from bot.core.escalation import EscalationPlan, EscalationStep, Means
from bot.core.notification import Purpose
from bot.core.routing import Route
from bot.core.subscription import Language, Target, TargetKind, Wish
from bot.engine.engine import Engine
from bot.engine.progress import stalled
from bot.engine.reading import Views
from bot.engine.terms import Terms
from bot.store.store import Store
from tests.bot.engine.test_engine import deliver_all, owed
from tests.builders import LIN, NOW, chat, finding, later, matchers, notification, progress, report
from watchers.delay import Delay
from watchers.finding import Finding, Severity

ADMIN = Target(kind=TargetKind.FEISHU_CHAT, address="ou_admin")
LONG = Delay(down=timedelta(days=1), limit=timedelta(days=1))


def engine_with(store: Store, *plans: EscalationPlan) -> Engine:
    admins = (Route(target=ADMIN, language=Language.EN, subscription_id=0),)
    return Engine(store, Terms(admins=admins, plans=plans, delay=LONG), lambda: None)


def critical(name: str = "f1") -> Finding:
    return finding(name, severity=Severity.CRITICAL)


def concerns(store: Store) -> list[int]:
    return [
        one.content["alert_id"]
        for one in owed(store, 99999)
        if one.purpose is Purpose.CONCERN and one.content["kind"] == "unheard"
    ]


@pytest.fixture
def engine(store: Store) -> Engine:
    return engine_with(store)


def test_case_48_admins_are_told_once_of_a_critical_alert_that_nobody_was_told_of(
    engine: Engine, store: Store, views: Views
) -> None:
    engine.report(report(critical()), NOW)
    engine.sweep(later(minutes=1))
    assert concerns(store) == []
    engine.sweep(later(minutes=3))
    assert concerns(store) == [1]
    assert views.delivering.figures(later(minutes=3)).unheard == 1
    engine.sweep(later(hours=3))
    assert concerns(store) == []


def test_what_has_a_card_or_is_less_than_critical_is_no_concern(
    engine: Engine, store: Store
) -> None:
    engine.report(report(finding()), NOW)
    engine.subscribe(chat(), Wish(matchers=matchers("service=db")), LIN, NOW)
    engine.report(report(finding("f2", severity=Severity.CRITICAL, labels={"service": "db"})), NOW)
    engine.sweep(later(minutes=5))  # its card waits in the outbox: that is for delivery to say
    deliver_all(store)
    engine.sweep(later(minutes=9))
    assert concerns(store) == []


def test_a_mute_or_somebody_who_has_it_is_an_answer(engine: Engine, store: Store) -> None:
    engine.report(report(critical()), NOW)
    engine.mute_alert(1, later(minutes=10), LIN, NOW)
    engine.sweep(later(minutes=5))
    assert concerns(store) == []
    engine.acknowledge(1, LIN, later(minutes=9))
    engine.sweep(later(minutes=20))
    assert concerns(store) == []


def test_a_next_step_in_time_is_enough_and_after_the_last_it_is_not(store: Store) -> None:
    step = EscalationStep(after=timedelta(minutes=10), means=Means.EMAIL, to=("a@b.example",))
    plan = EscalationPlan(
        name="all", matchers=(), least_severity=Severity.HIGH, steps=(step,), repeat=0
    )
    engine = engine_with(store, plan)
    engine.report(report(critical()), NOW)
    engine.sweep(later(minutes=9))
    assert concerns(store) == []
    engine.sweep(later(minutes=10))
    engine.sweep(later(minutes=12))
    assert concerns(store) == [1]


def test_all_goes_on_while_agents_are_heard_and_messages_leave(
    engine: Engine, store: Store
) -> None:
    assert stalled(store, NOW) == ()
    engine.report(report(), NOW)
    assert stalled(store, later(minutes=4)) == ()
    assert stalled(store, later(minutes=6)) == ("sources",)
    with store.transaction():
        store.outbox.owe(notification(due_at=NOW))
    engine.report(report(), later(minutes=11))
    assert stalled(store, later(minutes=9)) == ()
    assert stalled(store, later(minutes=11)) == ("delivery",)


def test_admins_are_told_once_a_day_of_a_rule_that_an_agent_gave_up(
    engine: Engine, store: Store
) -> None:
    def told() -> list[tuple[str, str]]:
        return [
            (one.content["subject"], one.content["detail"])
            for one in owed(store, 99999)
            if one.purpose is Purpose.CONCERN and one.content["kind"] == "rule_given_up"
        ]

    engine.report(report(given_up={"slow": "/var/log/pay.log"}), NOW)
    assert told() == [("slow", "/var/log/pay.log")]
    engine.report(report(given_up={"slow": "/var/log/cart.log"}), later(hours=1))
    engine.report(report(given_up={"other": "/var/log/cart.log"}), later(hours=1))
    assert told() == [("other", "/var/log/cart.log")]


def test_admins_are_told_once_a_day_of_lines_from_another_zone(
    engine: Engine, store: Store
) -> None:
    def told() -> list[tuple[str, str]]:
        return [
            (one.content["subject"], one.content["detail"])
            for one in owed(store, 99999)
            if one.purpose is Purpose.CONCERN and one.content["kind"] == "wrong_clock"
        ]

    engine.report(report(progress=(progress("pay"), progress("cart"))), NOW)
    assert told() == []
    wrong = report(progress=(progress("pay", clock_off_s=8 * 3600.0),))
    engine.report(wrong, later(minutes=1))
    assert told() == [("pay", "+8")]
    engine.report(wrong, later(hours=2))
    assert told() == []
    engine.report(wrong, later(hours=25, minutes=2))
    assert told() == [("pay", "+8")]
