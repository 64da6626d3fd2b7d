"""SQLite: one file, for one machine."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import ClassVar

from peewee import DatabaseError, SqliteDatabase

from bot.store.condition import WAITS, Condition, Trouble
from bot.store.database import Database, DatabaseUrlError

SCHEME = "sqlite:///"
BUSY_TIMEOUT_S = 10
PATIENCE_S = 600
MOST_CHECKED = 1 << 30
"""Bytes; to look through more for damage takes too long."""


class Sqlite(Database, SqliteDatabase):
    """SQLite in WAL mode: readers never wait, a writer waits for the writer before it."""

    words: ClassVar[dict[str, str]] = {
        "number": "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT",
        "without_rowid": " WITHOUT ROWID",
    }

    def begin_change(self) -> AbstractContextManager[object]:
        """A transaction that takes the write lock at once."""
        return self.atomic("IMMEDIATE")

    def snapshot(self) -> AbstractContextManager[object]:
        """A transaction that only reads; the first query fixes its moment."""
        return self.atomic("DEFERRED")

    @contextmanager
    def patiently(self) -> Iterator[None]:
        """Lets this thread wait for a lock for minutes."""
        self._wait_for_locks(PATIENCE_S)
        try:
            yield
        finally:
            self._wait_for_locks(BUSY_TIMEOUT_S)

    def only_read(self) -> None:
        """Refuse every change on this thread's connection from now on."""
        self.execute_sql("PRAGMA query_only = 1")

    def last_number(self, table: str) -> int | None:
        """From where SQLite keeps them; some tables of the first release have none there."""
        query = "SELECT seq FROM sqlite_sequence WHERE name = ?"
        found = self.execute_sql(query, (table,)).fetchone()
        if found is None and self.get_primary_keys(table) == ["id"]:
            highest = f'SELECT MAX(id) FROM "{table}"'  # noqa: S608 - our own name
            found = self.execute_sql(highest).fetchone()
        return None if found is None else found[0]

    def go_on_after(self, table: str, number: int) -> None:
        """Rows that come later raise it when their numbers are higher."""
        self.execute_sql("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        query = "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)"
        self.execute_sql(query, (table, number))

    def rollback(self) -> None:
        """Undo the change; a full disk made SQLite do that already, and a second one is refused."""
        if self.connection().in_transaction:
            super().rollback()

    def _wait_for_locks(self, seconds: int) -> None:
        self.execute_sql(f"PRAGMA busy_timeout = {seconds * 1000}")


def opened(url: str) -> Sqlite:
    """Open ``sqlite:///path/to/file``; the folder must exist.

    Every commit is synced to disk: a card that was promised must survive a pulled plug.

    Raises:
        DatabaseUrlError: If the file cannot be opened.
    """
    path = Path(url.removeprefix(SCHEME))
    if not url.startswith(SCHEME) or not path.name:
        raise DatabaseUrlError(f"found {url!r}, wanted {SCHEME}PATH, e.g. {SCHEME}larkwatch.db")
    if not path.parent.is_dir():
        raise DatabaseUrlError(
            f"the folder {path.parent} of the database does not exist: create it, or change "
            "[database] url"
        )
    database = Sqlite(
        str(path),
        pragmas={
            "journal_mode": "wal",
            "synchronous": "full",
            "foreign_keys": 1,
            "journal_size_limit": 16 * 1024 * 1024,
        },
        timeout=BUSY_TIMEOUT_S,
    )
    try:
        database.connect(reuse_if_open=True)
    except DatabaseError as error:
        raise DatabaseUrlError(
            f"cannot open the database {path}: {error}; check the path and its rights"
        ) from error
    return database


def condition(url: str) -> Condition:
    """Look at the file over a connection of its own, which makes no file."""
    path = Path(url.removeprefix(SCHEME))
    kind, place = "SQLite", str(path)
    try:
        size = path.stat().st_size + _log_of(path)
    except FileNotFoundError:
        return Condition(kind=kind, place=place, trouble=Trouble.ABSENT)
    except OSError as error:
        detail = error.strerror or ""
        return Condition(kind=kind, place=place, trouble=Trouble.UNREACHABLE, detail=detail)
    checked = size <= MOST_CHECKED
    trouble, detail = None, ""
    try:
        with closing(_only_if_there(path)) as connection:
            if checked:
                (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
                if found != "ok":
                    trouble, detail = Trouble.DAMAGED, str(found)
            if trouble is None:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("ROLLBACK")
    except sqlite3.DatabaseError as error:
        trouble, detail = _meant(error), str(error)
    return Condition(
        kind=kind, place=place, size=size, trouble=trouble, detail=detail, checked=checked
    )


def _log_of(path: Path) -> int:
    """Bytes of what was written and is not in the file itself yet."""
    try:
        return path.with_name(f"{path.name}-wal").stat().st_size
    except OSError:
        return 0


def _only_if_there(path: Path) -> sqlite3.Connection:
    """A connection that makes no file."""
    address = f"{path.absolute().as_uri()}?mode=rw"
    return sqlite3.connect(address, uri=True, timeout=WAITS.total_seconds(), isolation_level=None)


def _meant(error: sqlite3.DatabaseError) -> Trouble:
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    return {
        sqlite3.SQLITE_BUSY: Trouble.LOCKED,
        sqlite3.SQLITE_LOCKED: Trouble.LOCKED,
        sqlite3.SQLITE_READONLY: Trouble.UNWRITABLE,
        sqlite3.SQLITE_FULL: Trouble.UNWRITABLE,
        sqlite3.SQLITE_CORRUPT: Trouble.DAMAGED,
        sqlite3.SQLITE_NOTADB: Trouble.DAMAGED,
    }.get(code, Trouble.UNREACHABLE)
