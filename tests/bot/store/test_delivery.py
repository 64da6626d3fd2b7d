"""What delivery keeps: breakers, counters, digests, renewals."""

from datetime import timedelta

from bot.core.alert import AlertState
from bot.core.breaker import Breaker, failed
from bot.core.notification import RENEW_AFTER, Purpose, Receipt
from bot.core.ports import Held
from bot.core.subscription import Language, TargetKind
from bot.core.urgency import Urgency
from bot.store.store import Store
from tests.builders import NOW, alert, chat, later, notification
from watchers.finding import Severity


def test_a_breaker_is_kept_until_something_gets_through(store: Store) -> None:
    breaker: Breaker | None = None
    for _ in range(6):
        with store.transaction():
            breaker = failed(store.breakers.get(chat()), chat(), "timeout", NOW)
            store.breakers.save(breaker)
    assert store.breakers.all() == (breaker,)
    assert breaker is not None
    assert breaker.faults == 6
    with store.transaction():
        store.breakers.clear(chat("other"))
        store.breakers.clear(chat())
    assert store.breakers.get(chat()) is None


def test_counters_only_grow(store: Store) -> None:
    for _ in range(2):
        with store.transaction():
            store.counters.add({"a:b": 2, "a:c": 1, "d": 0})
    assert store.counters.get("a:b") == 4
    assert store.counters.get("d") == 0
    assert store.counters.under("a:") == {"b": 4, "c": 2}


def test_what_is_held_is_not_claimed(store: Store) -> None:
    with store.transaction():
        store.alerts.add(alert(0, severity=Severity.CRITICAL))
        store.outbox.owe(notification())
        store.outbox.owe(notification(purpose=Purpose.REFRESH, target=chat("b")))

    def claim(held: Held) -> Purpose | None:
        with store.transaction():
            one = store.outbox.claim(NOW, later(seconds=9), "me", (), held)
        return one.purpose if one else None

    assert claim(Held(kinds=frozenset({TargetKind.FEISHU_CHAT}))) is None
    assert claim(Held(beyond=Urgency.CRITICAL)) is Purpose.FIRST
    assert claim(Held(beyond=Urgency.NOTICE)) is None
    assert claim(Held()) is Purpose.REFRESH


def test_stale_notifications_fold_into_one_digest_that_grows_while_it_waits(store: Store) -> None:
    resolved = {"state": AlertState.RESOLVED, "resolved_at": NOW}
    with store.transaction():
        for n in range(3):
            store.alerts.add(alert(0, labels={"service": f"{n}"}, **resolved))
        store.alerts.add(alert(0, labels={"service": "open"}))
        for n in (1, 2, 4):
            store.outbox.owe(notification(alert_id=n, created_at=later(hours=-n)))
        store.outbox.fold(chat(), Language.EN, NOW)
    (queue,) = store.outbox.queues()
    assert queue.waiting == 2
    assert store.outbox.waits_since(chat()) == later(hours=-4)
    with store.transaction():
        store.outbox.owe(notification(alert_id=3))
        store.outbox.fold(chat(), Language.EN, NOW)
        store.outbox.fold(chat(), Language.EN, NOW)
        first = store.outbox.claim(NOW, later(seconds=1), "me", ())
    assert first is not None
    assert first.alert_id == 4
    with store.transaction():
        store.outbox.skip(first, "", NOW)
        digest = store.outbox.claim(NOW, later(seconds=1), "me", ())
    assert digest is not None
    assert digest.purpose is Purpose.DIGEST
    assert digest.content["alerts"] == [2, 1, 3]
    assert digest.created_at == later(hours=-2)


def test_a_card_is_renewed_in_time_and_remembers_what_it_follows(store: Store) -> None:
    with store.transaction():
        store.alerts.add(alert(0))
        first = notification()
        store.outbox.owe(first)
        store.outbox.sent(first, Receipt(message_id="om_1"), NOW)
    assert store.outbox.renewals(NOW + RENEW_AFTER - timedelta(seconds=1), 9) == ()
    (old,) = store.outbox.renewals(NOW + RENEW_AFTER, 9)
    assert old.message_id == "om_1"
    with store.transaction():
        store.outbox.renewed(1, chat())
        again = notification(purpose=Purpose.CONTINUED)
        store.outbox.sent(again, Receipt(message_id="om_2", follows="om_1"), later(days=14))
    assert store.outbox.renewals(later(days=27), 9) == ()
    card = store.outbox.card(1, chat())
    assert card is not None
    assert (card.message_id, card.follows) == ("om_2", "om_1")


def test_what_was_owed_about_something_is_remembered_for_a_while(store: Store) -> None:
    owed = notification(purpose=Purpose.CONCERN, alert_id=None, about="refused:1")
    with store.transaction():
        store.outbox.owe(owed)
    assert store.outbox.owed_since("refused:1", later(hours=-1))
    assert not store.outbox.owed_since("refused:1", NOW)
    assert not store.outbox.owed_since("refused:2", later(hours=-1))
