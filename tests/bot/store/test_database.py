import sqlite3
from pathlib import Path

import pytest

from bot.core.errors import BusyError
from bot.engine.engine import Engine
from bot.store import database as module
from bot.store.database import Database, DatabaseUrlError, known_migrations, migrate, open_database
from bot.store.store import Store
from tests.builders import NOW, finding, report


def test_migrations_apply_once(url: str) -> None:
    database = open_database(url)
    assert migrate(database, NOW) == known_migrations()
    assert migrate(database, NOW) == ()
    database.close()


@pytest.mark.parametrize("url", ["mysql://x", "larkwatch.db", "", "sqlite:///missing/folder/x.db"])
def test_an_address_that_cannot_be_opened_says_what_to_write(
    url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DatabaseUrlError, match=r"wanted sqlite:///|create it"):
        open_database(url)


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUrlError, match="check the path and its rights"):
        open_database(f"{module.SCHEME}{tmp_path}")


def test_a_file_that_is_no_database_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(DatabaseUrlError):
        open_database(f"{module.SCHEME}{tmp_path}/x.db")


def test_a_database_locked_by_another_process_is_busy_and_loses_nothing(
    database: Database, engine: Engine, store: Store, tmp_path: Path
) -> None:
    database.execute_sql("PRAGMA busy_timeout = 10")
    other = sqlite3.connect(tmp_path / "larkwatch.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(BusyError):
        engine.report(report(finding()), NOW)
    assert store.alerts.get(1) is None
    other.execute("ROLLBACK")
    other.close()
    engine.report(report(finding()), NOW)
    assert store.alerts.get(1) is not None


def test_a_full_disk_is_busy_and_loses_nothing(
    database: Database, engine: Engine, store: Store
) -> None:
    engine.report(report(finding()), NOW)
    (pages,) = database.execute_sql("PRAGMA page_count").fetchone()
    database.execute_sql(f"PRAGMA max_page_count = {pages}")
    many = report(*[finding(f"g{n}") for n in range(2000)], positions={"a": "1"})
    with pytest.raises(BusyError, match="full"):
        engine.report(many, NOW)
    alert = store.alerts.get(1)
    assert alert is not None
    assert alert.count == 1
    assert store.agents.positions("host-1") == {}
    database.execute_sql("PRAGMA max_page_count = 1000000")
    engine.report(many, NOW)
    assert store.agents.positions("host-1") == {"a": "1"}


def test_a_read_only_database_is_busy(database: Database, engine: Engine, store: Store) -> None:
    database.execute_sql("PRAGMA query_only = 1")
    with pytest.raises(BusyError, match="readonly"):
        engine.report(report(finding()), NOW)
    assert store.alerts.get(1) is None


def test_it_is_opened_for_many_readers_and_synced_commits(database: Database) -> None:
    asked = [
        database.execute_sql(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous")
    ]
    assert asked == ["wal", 2]


def test_a_reachable_store_answers_and_can_be_left(store: Store) -> None:
    assert store.reachable()
    store.disconnect()
    store.disconnect()
    assert store.reachable()
