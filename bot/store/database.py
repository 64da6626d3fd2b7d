"""Opens the database and brings its tables up to date."""

import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from peewee import DatabaseError, Insert, OperationalError, Select, SqliteDatabase

from bot.core.errors import BusyError, LarkwatchError
from bot.store import migrations
from bot.store.models import MigrationRow

BUSY_TIMEOUT_S = 10
SCHEME = "sqlite:///"


class DatabaseUrlError(LarkwatchError):
    """The configured database cannot be opened; the text says what to write instead."""


class Database(SqliteDatabase):
    """SQLite in WAL mode: readers never wait, a writer waits for the writer before it."""

    @contextmanager
    def change(self) -> Iterator[None]:
        """One atomic change; a nested one can fail alone, and commits with the outermost.

        The write lock is taken at once, so that what is read inside still holds at the commit.

        Raises:
            BusyError: If another writer held the lock for too long, or the disk is full.
        """
        if self.in_transaction():
            with self.atomic():
                yield
            return
        try:
            with self.atomic("IMMEDIATE"):
                yield
        except OperationalError as error:
            raise BusyError(str(error)) from error

    def rollback(self) -> None:
        """Undo the change; a full disk made SQLite do that already, and a second one is refused."""
        if self.connection().in_transaction:
            super().rollback()

    def inserted(self, insert: Insert) -> bool:
        """Run an insert that ignores conflicts; whether it stored the row."""
        return bool(super().execute(insert).rowcount)

    def rows(self, query: Select) -> Iterator[tuple[Any, ...]]:
        """Bare columns of a query, past peewee's reading of rows: most of the time of many."""
        return iter(super().execute_sql(*self.get_sql_context().sql(query).query()))

    def answers(self) -> bool:
        """Whether a query gets through."""
        return super().execute_sql("SELECT 1").fetchone() is not None


def open_database(url: str) -> Database:
    """Open ``sqlite:///path/to/file``; the folder must exist.

    Every commit is synced to disk: a card that was promised must survive a pulled plug.

    Raises:
        DatabaseUrlError: If the address is of another kind or cannot be opened.
    """
    if not url.startswith(SCHEME):
        raise DatabaseUrlError(f"found {url!r}, wanted {SCHEME}PATH, e.g. {SCHEME}larkwatch.db")
    path = Path(url.removeprefix(SCHEME))
    if not path.parent.is_dir():
        raise DatabaseUrlError(
            f"the folder {path.parent} of the database does not exist: create it, or change "
            "[database] url"
        )
    database = Database(
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


def migrate(database: Database, now: datetime) -> tuple[str, ...]:
    """Apply the migrations that are not applied yet, each in a transaction; their names."""
    with database.change(), database.bind_ctx([MigrationRow]):
        database.create_tables([MigrationRow], safe=True)
    applied = []
    for name in known_migrations():
        with database.change():
            query = MigrationRow.select().where(MigrationRow.name == name)
            if list(query.execute(database)):
                continue
            importlib.import_module(f"{migrations.__name__}.{name}").up(database)
            MigrationRow.insert(name=name, applied_at=now).execute(database)
            applied.append(name)
    return tuple(applied)


def known_migrations() -> tuple[str, ...]:
    """Names of all migrations, in the order they apply."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(migrations.__path__)))
