"""Verdicts on kinds of messages: remembered, inherited, and what is told after them."""

from typing import Any

import pytest

from bot.core.alert import AlertState
from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.notification import Purpose
from bot.core.subscription import Wish
from bot.core.verdict import Verdict
from bot.engine.engine import Engine
from bot.store.store import Store
from tests.bot.engine.test_engine import owed
from tests.builders import LIN, NOW, WANG, chat, finding, later, report
from watchers.finding import Finding, Response, Severity

OLD = {"service": "pay", "template": "t1"}
NEW = {"service": "pay", "template": "t2"}


def of(name: str, labels: dict[str, str], hours: float = 0, **fields: Any) -> Finding:
    at, text = later(hours=hours), {"template": "pool of <*> full"}
    return finding(name, labels=labels, annotations=text, first_at=at, seen_at=at, **fields)


@pytest.fixture
def judged(engine: Engine, store: Store) -> Store:
    """One alert, told to one chat and called noise."""
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.report(report(of("a", OLD)), NOW)
    engine.judge(1, Verdict.NOISE, LIN, later(seconds=1))
    return store


def test_noise_is_over_and_nobody_is_told_of_it_again(engine: Engine, judged: Store) -> None:
    alert = judged.alerts.get(1)
    assert alert is not None
    assert alert.state is AlertState.RESOLVED
    engine.report(report(of("b", OLD, 1)), later(hours=1))
    assert judged.alerts.get(2) is None
    records = [one for one in owed(judged) if one.purpose is Purpose.RECORD]
    assert len(records) == 1  # held back, not lost


def test_the_same_message_elsewhere_is_noise_too_but_not_of_another_service(
    engine: Engine, judged: Store
) -> None:
    engine.report(report(of("b", OLD | {"host": "web-2"}, 1)), later(hours=1))
    assert judged.alerts.get(2) is None
    engine.report(report(of("c", OLD | {"service": "cart"}, 1)), later(hours=1))
    assert judged.alerts.get(2) is not None


def test_noise_ends_the_other_open_alerts_of_its_kind(engine: Engine, store: Store) -> None:
    engine.report(report(of("a", OLD), of("b", OLD | {"host": "web-2"}), of("c", NEW)), NOW)
    engine.judge(1, Verdict.NOISE, LIN, NOW)
    states = [alert.state for n in (1, 2, 3) if (alert := store.alerts.get(n)) is not None]
    assert states == [AlertState.RESOLVED, AlertState.RESOLVED, AlertState.FIRING]


def test_what_matters_after_all_is_told_again_and_high_at_least(
    engine: Engine, judged: Store
) -> None:
    engine.judge(1, Verdict.MATTERS, WANG, later(hours=1))
    record = of("b", OLD, 2, severity=Severity.LOW, responses=frozenset({Response.RECORD}))
    engine.report(report(record), later(hours=2))
    alert = judged.alerts.get(2)
    assert alert is not None
    assert alert.severity is Severity.HIGH


def test_an_open_alert_that_matters_becomes_high_at_once(engine: Engine, store: Store) -> None:
    engine.report(report(of("a", OLD, severity=Severity.LOW)), NOW)
    changed = engine.judge(1, Verdict.MATTERS, LIN, NOW)
    assert (changed.severity, changed.severity_by) == (Severity.HIGH, LIN)


def test_a_template_that_became_one_with_noise_is_noise(engine: Engine, judged: Store) -> None:
    engine.report(report(of("b", NEW, 1, formerly=(OLD,))), later(hours=1))
    engine.report(report(of("c", NEW, 2)), later(hours=2))
    assert judged.alerts.get(2) is None
    kept = judged.verdicts.of(("t2/pay",))["t2/pay"]
    assert (kept.verdict, kept.by) == (Verdict.NOISE, LIN)


def test_who_said_it_is_in_the_audit(judged: Store) -> None:
    (entry,) = [one for one in judged.audit.since(NOW, 0, 20) if one.action == "judged"]
    assert (entry.actor.id, entry.after["verdict"]) == (LIN.id, "noise")


def test_the_same_again_changes_nothing(engine: Engine, judged: Store) -> None:
    with pytest.raises(InvalidTransitionError) as raised:
        engine.judge(1, Verdict.NOISE, WANG, NOW)
    assert raised.value.reason is Refusal.NOTHING_CHANGES


def test_an_alert_that_tells_no_kinds_apart_cannot_be_judged(engine: Engine, store: Store) -> None:
    engine.report(report(finding("a")), NOW)
    with pytest.raises(InvalidTransitionError) as raised:
        engine.judge(1, Verdict.NOISE, LIN, NOW)
    assert raised.value.reason is Refusal.NO_TEMPLATE
    with pytest.raises(InvalidTransitionError):
        engine.judge(2, Verdict.NOISE, LIN, NOW)


def test_an_incident_called_noise_on_its_card_is_told_no_more_until_it_is_critical(
    engine: Engine, store: Store
) -> None:
    def burns(name: str, minutes: int, **fields: Any) -> None:
        labels = {"service": "pay", "error_type": "pool of <*> full"}
        at = later(minutes=minutes)
        fields = {"rule": "incident", "labels": labels, "first_at": at, "seen_at": at, **fields}
        engine.report(report(finding(name, **fields)), at)

    engine.subscribe(chat(), Wish(), LIN, NOW)
    burns("a", 0)
    engine.judge(1, Verdict.NOISE, LIN, later(minutes=1))
    burns("b", 2)
    burns("c", 90)
    assert store.alerts.get(2) is None
    burns("d", 91, severity=Severity.CRITICAL)
    alert = store.alerts.get(2)
    assert alert is not None
    assert alert.state is AlertState.FIRING
