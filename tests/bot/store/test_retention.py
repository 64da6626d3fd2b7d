"""What is long over is forgotten a little at a time, of every kind."""

from datetime import timedelta

import pytest

from bot.core.alert import AlertState
from bot.core.attempt import Attempt, Result
from bot.core.notification import Purpose, Receipt
from bot.engine.engine import Engine
from bot.store.database import FORGOTTEN_AT_ONCE, Database
from bot.store.store import Store
from tests.builders import LIN, NOW, chat, finding, later, notification, report

MANY = 2 * FORGOTTEN_AT_ONCE + 1
MONTHS_LATER = later(days=65)


def attempt(alert_id: int) -> Attempt:
    return Attempt(
        notification=1,
        alert_id=alert_id,
        target=chat(),
        purpose=Purpose.FIRST,
        at=NOW,
        ms=1,
        result=Result.SENT,
    )


def left(database: Database, table: str) -> int:
    query = f"SELECT COUNT(*) FROM {table}"  # noqa: S608 - names of tables stand above
    return int(database.execute_sql(query).fetchone()[0])


def all_forgotten(engine: Engine) -> list[int]:
    """What each call forgot, until nothing is left."""
    return list(iter(lambda: engine.prune(MONTHS_LATER), 0))


@pytest.mark.parametrize(
    "table", ["occurrences", "outbox", "attempts", "inbox", "minutes", "positions"]
)
def test_no_change_forgets_more_than_a_few_rows_of_a_table(
    database: Database, store: Store, engine: Engine, table: str
) -> None:
    with store.transaction():
        store.agents.heard(report(), NOW)
        match table:
            case "occurrences":
                store.alerts.count_in([finding(f"f{n}") for n in range(MANY)], NOW)
            case "minutes":
                store.series.add({f"k{n}": 1 for n in range(MANY)}, NOW)
            case "positions":
                store.agents.heard(report(positions={f"p{n}": "1" for n in range(MANY)}), NOW)
            case "attempts":
                for n in range(MANY):
                    store.attempts.note(attempt(n))
            case "inbox":
                for n in range(MANY):
                    store.inbox.add(f"e{n}", {}, NOW, pending=False)
            case _:
                for n in range(MANY):
                    store.outbox.owe(notification(target=chat(f"c{n}")))
                store._database.execute_sql(
                    "UPDATE outbox SET state = 'sent', finished_at = created_at"
                )
    assert left(database, table) == MANY
    steps = []
    while engine.prune(MONTHS_LATER):
        steps.append(left(database, table))
    assert steps[0] == MANY - FORGOTTEN_AT_ONCE
    assert steps[-1] == 0


def test_a_forgotten_alert_leaves_nothing_behind(
    database: Database, store: Store, engine: Engine
) -> None:
    engine.report(report(finding()), NOW)
    with store.transaction():
        store.outbox.sent(notification(id=1), Receipt(message_id="om_1"), NOW)
    engine.resolve(1, LIN, NOW)
    all_forgotten(engine)
    assert {name: left(database, name) for name in ("alerts", "transitions", "cards")} == {
        "alerts": 0,
        "transitions": 0,
        "cards": 0,
    }


def test_what_is_open_owed_or_lately_over_is_kept(
    database: Database, store: Store, engine: Engine
) -> None:
    engine.report(report(finding()), NOW)
    engine.report(report(finding("f2", rule="panic")), NOW)
    engine.resolve(2, LIN, MONTHS_LATER - timedelta(days=29))
    with store.transaction():
        store.inbox.add("waits", {}, NOW, pending=True)
        store.outbox.owe(notification())
        store.agents.heard(report(agent="host-2"), MONTHS_LATER)
    all_forgotten(engine)
    states = [one.state for one in map(store.alerts.get, (1, 2)) if one is not None]
    assert states == [AlertState.FIRING, AlertState.RESOLVED]
    assert len(store.alerts.transitions(2, 9)) == 2
    assert left(database, "inbox") == 1
    assert store.outbox.tally(NOW, NOW).waiting == 1
    assert [one.agent for one in store.agents.all()] == ["host-2"]
