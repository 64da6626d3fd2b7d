"""When which chat gets its daily digest, and what became of alerts, in either database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import time

import pytest

from bot.core.alert import AlertState, Transition
from bot.core.tally_ports import DigestPlan
from bot.core.why import Why
from bot.store.database import Database, migrate, open_database
from bot.store.store import Store
from tests.builders import LIN, NOW, alert, chat, later


@pytest.fixture
def database(either_url: str) -> Iterator[Database]:
    database = open_database(either_url)
    migrate(database, NOW)
    yield database
    database.close()


PLAN = DigestPlan(
    target=chat(), clock=time(9, 30), zone="Asia/Tokyo", chosen=True, due_at=NOW, by=LIN
)


def test_plans_are_kept_changed_and_forgotten(store: Store) -> None:
    off = DigestPlan(target=chat("team"), clock=None, zone="UTC")
    with store.transaction():
        store.digests.save(replace(PLAN, clock=time(8)))
        store.digests.save(PLAN)
        store.digests.save(off)
    assert store.digests.get(chat()) == PLAN
    assert store.digests.all() == (PLAN, off)
    with store.transaction():
        store.digests.remove(chat())
    assert store.digests.get(chat()) is None


def test_a_due_digest_is_claimed_once(store: Store) -> None:
    with store.transaction():
        store.digests.save(PLAN)
    assert not store.digests.any_due(later(seconds=-1))
    (due,) = store.digests.due(NOW, 9)
    with store.transaction():
        assert store.digests.claim(due, later(days=1))
        assert not store.digests.claim(due, later(days=1))
    assert store.digests.due(NOW, 9) == ()
    assert store.digests.any_due(later(days=1))


def test_what_became_of_alerts_is_read_by_when(store: Store) -> None:
    firing, taken, over = AlertState.FIRING, AlertState.ACKNOWLEDGED, AlertState.RESOLVED
    with store.transaction():
        for number in (1, 2):
            labels = {"service": f"s{number}"}
            store.alerts.add(alert(0, fingerprint=f"1{number}", labels=labels))
            for source, target, why, minutes in (
                (None, firing, Why.FIRST_SEEN, 0),
                (firing, taken, Why.ACKNOWLEDGED, 10 * number),
                (taken, over, Why.RESOLVED, 100 * number),
                (over, firing, Why.RECURRED, 101 * number),
            ):
                at = later(minutes=minutes)
                store.alerts.record(
                    Transition(
                        alert_id=number, source=source, target=target, by=LIN, why=why, at=at
                    )
                )
    passages = store.passages
    fired = passages.openings(NOW, later(minutes=150))
    assert [(one.alert_id, one.why) for one in fired] == [
        (1, Why.FIRST_SEEN),
        (1, Why.RECURRED),
        (2, Why.FIRST_SEEN),
    ]
    assert fired[-1].identity["service"] == "s2"
    ended = passages.through(later(minutes=90), later(minutes=150))
    assert {one.alert_id for one in ended} == {1}
    assert [one.why for one in ended] == [
        Why.FIRST_SEEN,
        Why.ACKNOWLEDGED,
        Why.RESOLVED,
        Why.RECURRED,
    ]
    assert passages.through(later(days=1), later(days=2)) == ()
