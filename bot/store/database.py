"""Opens the database and brings its tables up to date."""

import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any, ClassVar, cast

import peewee
from peewee import Insert, OperationalError, Select

from bot.core.errors import BusyError, LarkwatchError
from bot.store import migrations
from bot.store.models import MigrationRow

SCHEMES = {
    "sqlite": "bot.store.sqlite",
    "postgresql": "bot.store.postgresql",
    "postgres": "bot.store.postgresql",
}
"""Where each kind of database is opened; imported at first use, since drivers are optional."""


class DatabaseUrlError(LarkwatchError):
    """The configured database cannot be opened; the text says what to write instead."""


class Database(peewee.Database):
    """What the store needs of a database, whichever kind it is.

    Every thread has its own connection. Changes happen one after the other: what is read inside a
    change still holds when it commits.
    """

    words: ClassVar[dict[str, str]]
    """What this kind of database says for the words in braces of a migration."""

    def begin_change(self) -> AbstractContextManager[object]:
        """An outermost transaction that holds the lock of all writers."""
        raise NotImplementedError

    def snapshot(self) -> AbstractContextManager[object]:
        """A transaction that reads one moment, however long it takes, and keeps nobody waiting."""
        raise NotImplementedError

    def patiently(self) -> AbstractContextManager[None]:
        """Lets this thread wait and work for as long as it takes."""
        raise NotImplementedError

    @contextmanager
    def change(self) -> Iterator[None]:
        """One atomic change; a nested one can fail alone, and commits with the outermost.

        Raises:
            BusyError: If another writer held the lock for too long, the disk is full, or the
                server is gone.
        """
        if self.in_transaction():
            with self.atomic():
                yield
            return
        try:
            with self.begin_change():
                yield
        except peewee.DatabaseError as error:
            if self.passes(error):
                raise BusyError(str(error)) from error
            raise

    def passes(self, error: peewee.DatabaseError) -> bool:
        """Whether the same could work later."""
        return isinstance(error, OperationalError)

    def define(self, *statements: str) -> None:
        """Run the statements of a migration, the words in braces filled in."""
        for statement in statements:
            text = statement
            for word, meant in self.words.items():
                text = text.replace(f"{{{word}}}", meant)
            self.execute_sql(text)

    def inserted(self, insert: Insert) -> bool:
        """Run an insert that ignores conflicts; whether it stored the row."""
        return bool(self.execute(insert).rowcount)

    def rows(self, query: Select) -> Iterator[tuple[Any, ...]]:
        """Bare columns of a query, past peewee's reading of rows: most of the time of many."""
        return iter(self.execute_sql(*self.get_sql_context().sql(query).query()))

    def answers(self) -> bool:
        """Whether a query gets through."""
        return self.execute_sql("SELECT 1").fetchone() is not None


def open_database(url: str) -> Database:
    """Open ``sqlite:///path/to/file``, whose folder must exist, or ``postgresql://…``.

    Raises:
        DatabaseUrlError: If the address is of another kind or cannot be opened.
    """
    scheme, found, _ = url.partition("://")
    if not found or scheme not in SCHEMES:
        # Only its beginning: what follows may hold a password.
        raise DatabaseUrlError(
            f"found {scheme + found!r}, wanted sqlite:///PATH, e.g. sqlite:///larkwatch.db, or "
            "postgresql://USER@HOST/DATABASE"
        )
    return cast("Database", importlib.import_module(SCHEMES[scheme]).opened(url))


def migrate(database: Database, now: datetime) -> tuple[str, ...]:
    """Apply the migrations that are not applied yet, each in a transaction; their names."""
    with database.patiently():
        with database.change():
            database.define(
                "CREATE TABLE IF NOT EXISTS migrations "
                "(name TEXT NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL)"
            )
        return tuple(name for name in known_migrations() if _applied(database, name, now))


def known_migrations() -> tuple[str, ...]:
    """Names of all migrations, in the order they apply."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(migrations.__path__)))


def _applied(database: Database, name: str, now: datetime) -> bool:
    """Whether this call applied it."""
    with database.change():
        query = MigrationRow.select().where(MigrationRow.name == name)
        if list(query.execute(database)):
            return False
        importlib.import_module(f"{migrations.__name__}.{name}").up(database)
        MigrationRow.insert(name=name, applied_at=now).execute(database)
        return True
