"""What the first release stored is read, and goes on, after all migrations."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.core.alert import AlertState
from bot.core.notification import Purpose, Receipt
from bot.core.subscription import Language
from bot.engine.engine import Engine, Terms
from bot.store.database import Database, known_migrations, migrate, open_database
from bot.store.store import Store
from tests.bot.store import released
from tests.builders import LIN, NOW, WANG, chat, finding, later, matchers, report, sample
from watchers.finding import Severity


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """The database of the first release, brought up to date."""
    database = open_database(url)
    released.build(database)
    assert migrate(database, NOW) == known_migrations()[len(released.FIRST_RELEASE) :]
    yield database
    database.close()


def test_alerts_and_their_history_are_read(store: Store) -> None:
    one, two = store.alerts.get(1), store.alerts.get(2)
    assert one is not None
    assert two is not None
    assert (one.state, one.count, one.acknowledged_by) == (AlertState.ACKNOWLEDGED, 3, LIN)
    assert one.samples == (sample(),)
    assert (two.state, two.title, two.resolved_by) == (
        AlertState.RESOLVED,
        "ÄÖ 恐慌 '引号'",
        WANG,
    )
    assert two.labels == {"service": "pay", "host": "支付一"}
    assert [(one.source, one.target) for one in store.alerts.transitions(1, 9)] == [
        (None, AlertState.FIRING),
        (AlertState.FIRING, AlertState.ACKNOWLEDGED),
    ]
    assert store.alerts.open_tally() == {Severity.HIGH: 1}


def test_wishes_mutes_chats_and_what_is_around_are_read(store: Store) -> None:
    ops, team = store.subscriptions.all()
    assert (ops.matchers, ops.suspended) == (matchers("service=pay"), "")
    assert (team.language, team.suspended) == (Language.EN, "the bot was removed")
    (mute,) = store.mutes.active(later(minutes=1))
    assert (mute.by, mute.reason, mute.ends_at) == (WANG, "deploy", later(hours=1))
    assert store.agents.positions("host-1") == {"/var/log/pay.log": "1024"}
    assert store.agents.all()[0].host is not None
    known = store.chats.get("oc_ops")
    assert known is not None
    assert (known.name, known.managers) == ("运维", frozenset({"ou_wang"}))
    assert store.chats.language("oc_team") is Language.EN
    assert store.series.total("alert:1", NOW) == (3, NOW)
    assert store.leases.holder("backstage", later(seconds=9)) == "host|1|2|3"
    (event,) = store.inbox.pending(NOW, 9)
    assert event.envelope == {"text": "/status"}


def test_what_was_owed_is_delivered(store: Store) -> None:
    card = store.outbox.card(1, chat())
    assert card is not None
    assert card.message_id == "om_1"
    owed = []
    with store.transaction():
        while one := store.outbox.claim(later(minutes=1), later(minutes=2), "me", ()):
            store.outbox.sent(one, Receipt(message_id=f"om_{one.id}"), later(minutes=1))
            owed.append((one.purpose, one.alert_id))
    assert sorted(owed) == [(Purpose.FIRST, 2), (Purpose.REFRESH, 1)]


def test_the_engine_goes_on_from_there(store: Store) -> None:
    engine = Engine(store, Terms(), lambda: None)
    now = later(seconds=20)
    engine.report(report(finding("f1")), now)  # counted by the release already
    engine.report(report(finding("f3"), finding("f4", rule="fresh")), now)
    one, three = store.alerts.get(1), store.alerts.get(3)
    assert one is not None
    assert three is not None
    assert (one.count, three.rule) == (4, "fresh")
    engine.resolve(1, WANG, now)
    long_after = now + timedelta(hours=2)
    engine.report(report(), long_after)
    engine.sweep(long_after)
    assert store.alerts.open_tally() == {}
