"""A backup is whole, of one moment, and fits either kind of database."""

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.subscription import Wish
from bot.engine.engine import Engine, Terms
from bot.store.backup import BackupError, back_up, restore
from bot.store.database import Database, migrate, open_database
from bot.store.store import Store
from tests.bot.store import released
from tests.builders import LIN, NOW, chat, finding, later, report


def lines_of(file: Path) -> list[Any]:
    found = file.read_bytes()
    text = gzip.decompress(found) if file.suffix == ".gz" else found
    return [json.loads(line) for line in text.splitlines()]


def rows_of(file: Path) -> list[str]:
    """The rows in any order; a flag is a number in SQLite."""
    rows = [line for line in lines_of(file) if isinstance(line, list)]
    return sorted(json.dumps([int(v) if isinstance(v, bool) else v for v in row]) for row in rows)


def engine_over(database: Database) -> Engine:
    return Engine(Store(database), Terms(), lambda: None)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backup.jsonl.gz"


@pytest.fixture
def other(url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database of the other kind."""
    there = f"sqlite:///{tmp_path}/other.db"
    if url.startswith("sqlite"):
        make: Callable[[], str] = request.getfixturevalue("make_postgresql")
        there = make()
    with closing(open_database(there)) as database:
        yield database


@pytest.fixture
def old(url: str) -> Iterator[Database]:
    """A database as the first release left it."""
    with closing(open_database(url)) as database:
        released.build(database)
        yield database


def test_it_goes_to_the_other_kind_and_is_the_same_there(
    old: Database, other: Database, file: Path, tmp_path: Path
) -> None:
    migrate(old, NOW)
    counts = back_up(old, file, NOW)
    assert counts["alerts"] == 2
    assert restore(other, file, NOW) == counts
    again = tmp_path / "again.jsonl"
    assert back_up(other, again, NOW) == counts
    assert rows_of(again) == rows_of(file)
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_an_old_version_backed_up_is_restored_up_to_date(
    old: Database, other: Database, file: Path
) -> None:
    back_up(old, file, NOW)
    restore(other, file, NOW)
    assert migrate(other, NOW) == ()
    engine_over(other).report(report(finding("f9", rule="fresh")), NOW)
    found = Store(other).alerts.get(3)
    assert found is not None
    assert found.rule == "fresh"


def test_numbers_given_and_forgotten_are_not_given_again(
    database: Database, other: Database, file: Path
) -> None:
    first = engine_over(database)
    for name in ("a", "b"):
        first.subscribe(chat(name), Wish(), LIN, NOW)
    database.execute_sql("DELETE FROM subscriptions WHERE id = 2")
    back_up(database, file, NOW)
    restore(other, file, NOW)
    assert engine_over(other).subscribe(chat("c"), Wish(), LIN, NOW).id == 3


def test_it_is_of_one_moment_while_others_write(
    database: Database, engine: Engine, other: Database, file: Path, url: str
) -> None:
    """Every report writes an occurrence and counts it on its alert: both or neither are there."""
    stop, wrote = threading.Event(), threading.Semaphore(0)

    def write() -> None:
        mine = open_database(url)
        writing = engine_over(mine)
        number = 0
        while not stop.is_set():
            number += 1
            writing.report(report(finding(f"f{number}", rule=f"r{number % 5}")), NOW)
            wrote.release()
        mine.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for turn in range(3):
            wrote.acquire()
            back_up(database, file, NOW)
            found = other if turn == 0 else None
            if found is not None:
                restore(found, file, NOW)
                counted = "SELECT COALESCE(SUM(count), 0) FROM "
                (alerts,) = found.execute_sql(counted + "alerts").fetchone()
                (occurrences,) = found.execute_sql(counted + "occurrences").fetchone()
                assert alerts == occurrences > 0
    finally:
        stop.set()
        writer.join()


def test_a_database_that_is_not_empty_is_left_alone(
    database: Database, engine: Engine, store: Store, file: Path
) -> None:
    engine.report(report(finding()), NOW)
    back_up(database, file, NOW)
    with pytest.raises(BackupError, match="not empty"):
        restore(database, file, NOW)
    assert store.alerts.get(1) is not None


def test_a_database_on_which_larkwatch_runs_is_left_alone(
    database: Database, store: Store, file: Path
) -> None:
    back_up(database, file, NOW)
    store.leases.take("backstage", "db-1/pid:[1]|7|8|9", NOW, timedelta(seconds=10))
    with pytest.raises(BackupError, match=r"runs on this database \(on db-1\): stop it"):
        restore(database, file, NOW)
    assert restore(database, file, later(seconds=11))["alerts"] == 0


def test_tables_of_others_are_left_alone(database: Database, file: Path) -> None:
    back_up(database, file, NOW)
    database.define("CREATE TABLE theirs (id INTEGER)")
    with pytest.raises(BackupError, match="'theirs' of others"):
        restore(database, file, NOW)


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9])
def test_half_a_file_restores_nothing(
    old: Database, other: Database, file: Path, tmp_path: Path, kept: float
) -> None:
    migrate(old, NOW)
    back_up(old, file, NOW)
    half = tmp_path / "half.gz"
    half.write_bytes(file.read_bytes()[: int(file.stat().st_size * kept)])
    lines = gzip.decompress(file.read_bytes()).splitlines(keepends=True)
    short = tmp_path / "short.jsonl"
    short.write_bytes(b"".join(lines[: int(len(lines) * kept)]))
    for damaged in (half, short):
        with pytest.raises(BackupError, match="not whole"):
            restore(other, damaged, NOW)
        assert "alerts" not in other.get_tables()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no backup"),
        ("{}", "is no backup"),
        ("\x1f\x8b\x00", "cannot read"),
        ('{"larkwatch": "backup"}', "or damaged"),
        ("no backup at all", "or damaged"),
        (
            '{"larkwatch":"backup","format":1,"migrations":["m9999_later"]}',
            "newer Larkwatch .it knows m9999_later.",
        ),
    ],
)
def test_what_is_no_backup_is_said_to_be_none(
    database: Database, tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "x.jsonl"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(BackupError, match=said):
        restore(database, file, NOW)


def test_a_file_that_is_not_there_or_cannot_be_written_is_said_so(
    database: Database, tmp_path: Path
) -> None:
    with pytest.raises(BackupError, match=r"cannot read .*: No such file"):
        restore(database, tmp_path / "gone", NOW)
    with pytest.raises(BackupError, match=r"cannot write .*: No such file"):
        back_up(database, tmp_path / "gone" / "x.gz", NOW)


def test_a_database_without_tables_cannot_be_backed_up(url: str, file: Path) -> None:
    empty = closing(open_database(url))
    with empty as database, pytest.raises(BackupError, match="holds no tables of Larkwatch"):
        back_up(database, file, NOW)
    assert not file.exists()
