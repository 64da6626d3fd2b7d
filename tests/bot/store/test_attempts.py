"""Attempts to deliver are kept, a few of each kind; what became of a notification is read."""

from typing import Any

from bot.core.attempt import KEPT_EACH, LONGEST_DETAIL, Attempt, Dropped, Result
from bot.core.errors import Fault
from bot.core.notification import DeliveryState, Purpose, Receipt
from bot.store.store import Store
from tests.builders import NOW, chat, later, notification


def attempt(**fields: Any) -> Attempt:
    defaults: dict[str, Any] = {
        "notification": 1,
        "alert_id": 1,
        "target": chat(),
        "purpose": Purpose.FIRST,
        "at": NOW,
        "ms": 12,
        "result": Result.SENT,
    }
    return Attempt(**{**defaults, **fields})


def test_an_attempt_is_read_as_it_was_noted(store: Store) -> None:
    failed = attempt(result=Result.FAILED, code=230020, fault=Fault.THROTTLED, detail="slow down")
    with store.transaction():
        store.attempts.note(failed)
        store.attempts.note(attempt(at=later(seconds=5)))
        store.attempts.note(attempt(alert_id=2))
    assert store.attempts.of(1, 9) == (failed, attempt(at=later(seconds=5)))
    assert store.attempts.of(1, 1) == (attempt(at=later(seconds=5)),)


def test_of_each_alert_target_and_purpose_only_the_newest_few_are_kept(store: Store) -> None:
    with store.transaction():
        store.attempts.note(attempt(notification=7))
        store.attempts.note(attempt(target=chat("team"), purpose=Purpose.REFRESH))
        for n in range(3 * KEPT_EACH):
            store.attempts.note(attempt(purpose=Purpose.REFRESH, notification=100 + n))
    numbers = [one.notification for one in store.attempts.of(1, 999)]
    assert numbers == [7, 1, *range(100 + 2 * KEPT_EACH, 100 + 3 * KEPT_EACH)]


def test_the_platforms_words_are_cut(store: Store) -> None:
    with store.transaction():
        store.attempts.note(attempt(detail="x" * 5000))
    assert store.attempts.of(1, 1)[0].detail == "x" * LONGEST_DETAIL


def test_what_became_of_each_notification_is_told_oldest_first(store: Store) -> None:
    with store.transaction():
        for purpose in (Purpose.REOPENED, Purpose.WORSE, Purpose.STEADY, Purpose.FLAPPING):
            store.outbox.owe(notification(purpose=purpose, alert_id=1))
        store.outbox.owe(notification(purpose=Purpose.REOPENED, alert_id=2))
        store.outbox.sent(notification(id=1, purpose=Purpose.REOPENED), Receipt(), later(seconds=1))
        store.outbox.skip(notification(id=2, purpose=Purpose.WORSE), Dropped.NOTHING_TO_TELL, NOW)
        store.outbox.give_up(notification(id=3, code=230002), "target_lost: 230002", NOW)
        store.outbox.claim(NOW, later(seconds=30), "me", ())
    found = store.outbox.became(1, 9, NOW)
    assert [(one.purpose, one.state, one.reason, one.code) for one in found] == [
        (Purpose.REOPENED, DeliveryState.SENT, "", 0),
        (Purpose.WORSE, DeliveryState.SKIPPED, "nothing to tell", 0),
        (Purpose.STEADY, DeliveryState.GIVEN_UP, "target_lost: 230002", 230002),
        (Purpose.FLAPPING, DeliveryState.WAITING, "", 0),
    ]
    assert [one.claimed for one in found] == [False, False, False, True]
    assert found[0].finished_at == later(seconds=1)
