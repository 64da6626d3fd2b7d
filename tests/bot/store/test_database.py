"""What holds for every kind of database."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.core.errors import ConflictError
from bot.store.database import Database, DatabaseUrlError, known_migrations, migrate, open_database
from bot.store.store import Store
from bot.store.tables import TABLES
from tests.builders import NOW, alert, finding, later, report


def test_migrations_apply_once(url: str) -> None:
    database = open_database(url)
    assert migrate(database, NOW) == known_migrations()
    assert migrate(database, NOW) == ()
    database.close()


def test_processes_that_start_together_migrate_one_after_the_other(url: str) -> None:
    start = threading.Barrier(2)

    def work(_: int) -> tuple[str, ...]:
        database = open_database(url)
        start.wait()
        try:
            return migrate(database, NOW)
        finally:
            database.close()

    with ThreadPoolExecutor(2) as pool:
        applied = [name for some in pool.map(work, range(2)) for name in some]
    assert sorted(applied) == list(known_migrations())


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_the_tables_are_what_the_models_say(database: Database, model: type) -> None:
    meta = model._meta
    found = {one.name: one.null for one in database.get_columns(meta.table_name)}
    assert found == {field.column_name: field.null for field in meta.sorted_fields}
    keys = database.get_primary_keys(meta.table_name)
    assert sorted(keys) == sorted(field.column_name for field in meta.get_primary_keys())


def test_every_table_has_a_model(database: Database) -> None:
    known = {model._meta.table_name for model in TABLES} | {"migrations", "sqlite_sequence"}
    assert set(database.get_tables()) <= known


@pytest.mark.parametrize(
    "address", ["mysql://me:secret@x", "larkwatch.db", "", "sqlite:///missing/folder/x.db"]
)
def test_an_address_that_cannot_be_opened_says_what_to_write(
    address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DatabaseUrlError, match=r"wanted sqlite:///|create it") as refused:
        open_database(address)
    assert "secret" not in str(refused.value)


def test_at_most_one_alert_of_a_fingerprint_is_open(store: Store) -> None:
    with store.transaction():
        store.alerts.add(alert(0))
        with pytest.raises(ConflictError):
            store.alerts.add(alert(0))
        found = store.alerts.add(alert(0, rule="panic"))  # what stands beside it is not lost
    assert store.alerts.get(found.id) is not None


def test_a_number_is_never_given_again(store: Store) -> None:
    with store.transaction():
        first = store.alerts.add(alert(0))
        store._database.execute_sql("DELETE FROM alerts")
        assert store.alerts.add(alert(0)).id > first.id


def test_words_that_no_database_takes_are_stored_in_others(store: Store) -> None:
    odd = "half \ud800 and nothing \0"
    told = report(finding(odd, title=odd, labels={"service": odd}), positions={"a": odd})
    with store.transaction():
        assert store.alerts.count_in(told.findings, NOW)
        assert store.alerts.count_in(told.findings, NOW) == ()
        store.alerts.add(alert(0, title=odd, labels={"service": odd}))
        store.agents.heard(told, NOW)
    kept = "half ? and nothing \N{REPLACEMENT CHARACTER}"
    found = store.alerts.get(1)
    assert found is not None
    assert found.title == kept
    assert found.labels["service"] in (kept, odd.replace("\ud800", "?"))
    assert store.alerts.services() == (kept,)
    assert store.agents.positions("host-1") == {"a": kept}


def test_a_change_that_fails_inside_another_is_undone_alone(store: Store) -> None:
    with store.transaction():
        store.alerts.add(alert(0))
        with contextlib.suppress(ZeroDivisionError), store.transaction():
            store.alerts.add(alert(0, rule="panic"))
            raise ZeroDivisionError
    assert [one.identity["rule"] for one in store.alerts.open_briefly()] == ["error"]


def test_changes_happen_one_after_the_other(store: Store, url: str) -> None:
    with store.transaction():
        store.alerts.add(alert(0))
    start = threading.Barrier(4)

    def count(_: int) -> None:
        mine = Store(open_database(url))
        start.wait()
        for _ in range(10):
            with mine.transaction():
                found = mine.alerts.get(1)
                assert found is not None
                mine.alerts.save(alert(1, count=found.count + 1, version=found.version + 1))
        mine.disconnect()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(4)))
    found = store.alerts.get(1)
    assert found is not None
    assert found.count == 41


def test_a_reader_sees_only_what_was_committed_and_does_not_wait(store: Store, url: str) -> None:
    other = Store(open_database(url))
    with store.transaction():
        store.alerts.add(alert(0))
        assert other.alerts.get(1) is None
    assert other.alerts.get(1) is not None
    other.disconnect()


def test_a_reachable_store_answers_and_can_be_left(store: Store) -> None:
    assert store.reachable()
    store.disconnect()
    store.disconnect()
    assert store.reachable()


def test_quiet_alerts_come_longest_quiet_first(store: Store) -> None:
    with store.transaction():
        for minute, rule in enumerate(("b", "a", "c")):
            found = alert(0, rule=rule, agent="x", watch="w", quiet_at=later(minutes=-minute))
            store.alerts.add(found)
        store.alerts.add(alert(0, rule="d", agent="y", quiet_at=NOW))
    assert [one.rule for one in store.alerts.quiet("x", "w", NOW, 2)] == ["c", "a"]
    assert sorted(store.alerts.quiet_sources(NOW)) == [("x", "w"), ("y", "")]
