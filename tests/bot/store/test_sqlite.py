"""What is SQLite's own."""

import sqlite3
from pathlib import Path

import pytest

from bot.core.errors import BusyError
from bot.engine.engine import Engine
from bot.store.database import Database, DatabaseUrlError, open_database
from bot.store.sqlite import SCHEME
from bot.store.store import Store
from tests.builders import NOW, finding, report


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Address of the test's database."""
    return f"{SCHEME}{tmp_path}/larkwatch.db"


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUrlError, match="check the path and its rights"):
        open_database(f"{SCHEME}{tmp_path}")


def test_a_file_that_is_no_database_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(DatabaseUrlError):
        open_database(f"{SCHEME}{tmp_path}/x.db")


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
        for name in ("journal_mode", "synchronous", "busy_timeout")
    ]
    assert asked == ["wal", 2, 10_000]
