"""Opens the database and brings its tables up to date."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any, ClassVar, cast

import peewee
from peewee import (
    Expression,
    Field,
    Insert,
    Model,
    OperationalError,
    Query,
    Select,
    Tuple,
)

from bot.core.errors import BusyError, LarkwatchError
from bot.store import migrations
from bot.store.models import MigrationRow

SCHEMES = {
    "sqlite": "bot.store.sqlite",
    "postgresql": "bot.store.postgresql",
    "postgres": "bot.store.postgresql",
}
"""Where each kind of database is opened; imported at first use, since drivers are optional."""
FORGOTTEN_AT_ONCE = 1000


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

    def only_read(self) -> None:
        """Refuse every change on this thread's connection from now on."""
        raise NotImplementedError

    def last_number(self, table: str) -> int | None:
        """The number given last in a table whose key counts up, None in another."""
        raise NotImplementedError

    def go_on_after(self, table: str, number: int) -> None:
        """Let a table's key count on from there; the table is filled with its numbers later."""
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
        return iter(self.run(*self.text_of(query)))

    def text_of(self, query: Query) -> tuple[str, list[Any]]:
        """A query as this kind of database takes it, and the values for its places."""
        text, values = self.get_sql_context().sql(query).query()
        return text, values

    def run(self, text: str, values: list[Any]) -> Any:
        """The cursor over what a written query comes to."""
        return self.execute_sql(text, values)

    def run_many(self, text: str, rows: Iterable[list[Any]]) -> None:
        """Run a written query with each of several rows of values; only inside a change."""
        with peewee.__exception_wrapper__:  # type: ignore[attr-defined] # its stubs lack it
            self.cursor().executemany(text, list(rows))

    def forget(self, model: type[Model], where: Expression, oldest: Field) -> int:
        """Delete the oldest few of these rows; how many.

        Few, so that a click need not wait: whoever wants all gone asks again, in changes apart.
        """
        key = model._meta.get_primary_keys()  # noqa: SLF001 - peewee's documented way
        doomed = model.select(*key).where(where).order_by(oldest).limit(FORGOTTEN_AT_ONCE)
        gone = model.delete().where(Tuple(*key).in_(doomed)).execute(self)
        return int(gone)

    def stream(
        self, table: str, columns: list[str], limit: int | None = None
    ) -> Iterator[tuple[Any, ...]]:
        """Rows of a table, a few in memory at a time; only inside a transaction."""
        return iter(self.execute_sql(selection(table, columns, limit)))

    def load(self, table: str, columns: list[str], rows: list[list[Any]]) -> None:
        """Insert bare rows; a flag may be a number, as another kind of database keeps it."""
        kinds = {column.name: column.data_type for column in self.get_columns(table)}
        flags = {at for at, name in enumerate(columns) if kinds.get(name) == "boolean"}
        names = ", ".join(f'"{name}"' for name in columns)
        marks = ", ".join([f"({', '.join([self.param] * len(columns))})"] * len(rows))
        values = [bool(v) if at in flags else v for row in rows for at, v in enumerate(row)]
        query = f'INSERT INTO "{table}" ({names}) VALUES {marks}'  # noqa: S608 - our own names
        self.execute_sql(query, values)

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


def migrate(
    database: Database, now: datetime, names: Iterable[str] | None = None
) -> tuple[str, ...]:
    """Apply the migrations that are not applied yet, each in a transaction; their names.

    All that are known, or only these.
    """
    with database.patiently():
        with database.change():
            database.define(
                "CREATE TABLE IF NOT EXISTS migrations "
                "(name TEXT NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL)"
            )
        wanted = known_migrations() if names is None else sorted(names)
        return tuple(name for name in wanted if _applied(database, name, now))


def missing_migrations(database: Database) -> tuple[str, ...]:
    """Names of those that a database has not had yet; all of them for one that is empty."""
    if not database.table_exists("migrations"):
        return known_migrations()
    had = {row.name for row in MigrationRow.select().execute(database)}
    return tuple(name for name in known_migrations() if name not in had)


def known_migrations() -> tuple[str, ...]:
    """Names of all migrations, in the order they apply."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(migrations.__path__)))


def selection(table: str, columns: list[str], limit: int | None) -> str:
    """A query of some columns of a table, names as they stand."""
    names = ", ".join(f'"{name}"' if name.isidentifier() else name for name in columns)
    few = "" if limit is None else f" LIMIT {limit}"
    return f'SELECT {names} FROM "{table}"{few}'  # noqa: S608 - our own names


def _applied(database: Database, name: str, now: datetime) -> bool:
    """Whether this call applied it."""
    with database.change():
        query = MigrationRow.select().where(MigrationRow.name == name)
        if list(query.execute(database)):
            return False
        importlib.import_module(f"{migrations.__name__}.{name}").up(database)
        MigrationRow.insert(name=name, applied_at=now).execute(database)
        return True
