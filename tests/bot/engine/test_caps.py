"""Nothing floods a chat or keeps the write lock, however many alerts are open."""

from datetime import timedelta

from bot.core.grouping import GroupKind
from bot.core.noise import StormTerms
from bot.core.subscription import Wish
from bot.engine.engine import Engine
from bot.engine.listening import RESOLVED_AT_ONCE
from bot.engine.telling import TOLD_AT_ONCE
from bot.store.store import Store
from tests.builders import LIN, NOW, chat, finding, report
from watchers.finding import Finding, Severity

OPS = chat()


def many(count: int, severity: Severity = Severity.HIGH, start: int = 0) -> list[Finding]:
    return [
        finding(f"f{n}", labels={"service": f"s{n}"}, severity=severity)
        for n in range(start, start + count)
    ]


def test_a_chat_that_joins_on_the_worst_day_is_told_of_the_worst_alerts_only(
    engine: Engine, store: Store
) -> None:
    engine.report(report(*many(TOLD_AT_ONCE)), NOW)
    engine.report(report(*many(1, Severity.CRITICAL, start=900)), NOW)

    engine.subscribe(OPS, Wish(least_severity=Severity.LOW), LIN, NOW)

    singly = StormTerms().alerts
    assert store.outbox.tally(NOW, NOW).waiting == singly + 1
    storm = store.groups.going(GroupKind.STORM, {}, OPS)
    assert storm is not None
    assert storm.held == TOLD_AT_ONCE - singly
    first = store.outbox.claim(NOW, NOW + timedelta(seconds=9), "me", ())
    assert first is not None
    alert = store.alerts.get(first.alert_id or 0)
    assert alert is not None
    assert alert.severity is Severity.CRITICAL


def test_quiet_alerts_resolve_some_at_a_time(engine: Engine, store: Store) -> None:
    engine.report(report(*many(RESOLVED_AT_ONCE + 3)), NOW)
    later = NOW + timedelta(minutes=16)
    engine.report(report(), later)

    engine.sweep(later)
    assert len(store.alerts.open_briefly()) == 3

    engine.sweep(later)
    assert not store.alerts.open_briefly()


def test_the_same_wish_again_is_the_subscription_that_stands(engine: Engine, store: Store) -> None:
    first = engine.subscribe(OPS, Wish(), LIN, NOW)
    again = engine.subscribe(OPS, Wish(), LIN, NOW + timedelta(minutes=1))
    engine.subscribe(OPS, Wish(least_severity=Severity.LOW), LIN, NOW)

    assert again == first
    assert len(store.subscriptions.of(OPS)) == 2
