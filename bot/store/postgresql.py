"""PostgreSQL: one server, for any number of machines."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any, ClassVar

from peewee import (
    DatabaseError,
    ImproperlyConfigured,
    InternalError,
    OperationalError,
    PostgresqlDatabase,
)

from bot.core.errors import BusyError
from bot.store.condition import WAITS, Condition, Trouble
from bot.store.database import Database, DatabaseUrlError, selection

SCHEME = "postgresql://"
WRITERS = 0x6C61726B
"""The advisory lock that writers take in turn; another program's would have to be the same."""
LIMITS = {
    "lock_timeout": "10s",
    "statement_timeout": "30s",
    # A process that stopped in the middle of a change must not keep the others waiting for ever.
    "idle_in_transaction_session_timeout": "60s",
}
_PASSING_STATES = ("25006", "25P03")
"""A server that only reads (a standby, for now); a transaction that was idle for too long."""


class Postgresql(Database, PostgresqlDatabase):
    """PostgreSQL at READ COMMITTED, behind one lock of all writers.

    The lock gives what SQLite gives: a change sees what all changes before it committed, and
    nothing of it grows old before its own commit. A connection that died is made anew.
    """

    words: ClassVar[dict[str, str]] = {
        "number": "BIGSERIAL NOT NULL PRIMARY KEY",
        "without_rowid": "",
    }

    def begin_change(self) -> AbstractContextManager[object]:
        """A transaction with the lock of all writers."""
        return self.atomic()

    def snapshot(self) -> AbstractContextManager[object]:
        """A transaction that only reads; the first query fixes its moment."""
        return self.atomic("REPEATABLE READ")

    @contextmanager
    def patiently(self) -> Iterator[None]:
        """Lets this thread wait and work without limits."""
        self._limit(dict.fromkeys(LIMITS, "0"))
        try:
            yield
        finally:
            self._limit(LIMITS)

    def passes(self, error: DatabaseError) -> bool:
        """Whether the same could work later."""
        state = getattr(getattr(error, "orig", None), "sqlstate", None)
        refused = isinstance(error, InternalError) and state in _PASSING_STATES
        return refused or super().passes(error)

    def only_read(self) -> None:
        """Refuse every change on this thread's connection from now on."""
        self.execute_sql("SET default_transaction_read_only = on")

    def last_number(self, table: str) -> int | None:
        """From the table's sequence, which may be ahead of a snapshot."""
        sequence = self._sequence(table)
        if sequence is None:
            return None
        query = f"SELECT last_value, is_called FROM {sequence}"  # noqa: S608 - the server's name
        value, called = self.execute_sql(query).fetchone()
        return int(value) if called else None

    def go_on_after(self, table: str, number: int) -> None:
        """Rows that come later bring their numbers, which a sequence does not look at."""
        query = "SELECT setval(%s, %s, %s)"  # of a sequence nobody took from, the first is next
        self.execute_sql(query, (self._sequence(table), max(number, 1), number > 0))

    def stream(
        self, table: str, columns: list[str], limit: int | None = None
    ) -> Iterator[tuple[Any, ...]]:
        """Through a cursor on the server: without it all rows would come at once."""
        with self.connection().cursor(name="stream") as cursor:
            cursor.execute(selection(table, columns, limit))
            yield from cursor

    def _sequence(self, table: str) -> str | None:
        if "id" not in self.get_primary_keys(table):
            return None
        (name,) = self.execute_sql(
            "SELECT pg_get_serial_sequence(%s, 'id')", (f'"{table}"',)
        ).fetchone()
        return None if name is None else str(name)

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        """Run a query; outside a change, once more on a new connection if the old one is gone."""
        if self.in_transaction():
            return super().execute_sql(sql, params)
        try:
            try:
                return super().execute_sql(sql, params)
            except OperationalError:
                if not self._lost():
                    raise
                return super().execute_sql(sql, params)
        except OperationalError as error:
            raise BusyError(str(error)) from error

    def begin(self, isolation_level: str | None = None) -> None:
        """Begin, with the lock of all writers unless the transaction reads one moment."""
        try:
            super().begin(isolation_level)
        except OperationalError:
            if not self._lost():
                raise
            super().begin(isolation_level)
        if isolation_level is not None:
            return
        try:
            # Not through the method above: on another connection it would be no transaction.
            super().execute_sql("SELECT pg_advisory_xact_lock(%s)", (WRITERS,))
        except DatabaseError:
            self.rollback()
            raise

    def rollback(self) -> None:
        """Undo the change; of a connection that is gone the server undid it."""
        if not self._lost():
            super().rollback()

    def _lost(self) -> bool:
        """Whether the connection is gone; the next query opens one then."""
        if not self.is_closed() and not self.connection().closed:
            return False
        self.close()
        return True

    def _initialize_connection(self, conn: Any) -> None:
        with conn.cursor() as cursor:
            for name, value in LIMITS.items():
                cursor.execute("SELECT set_config(%s, %s, false)", (name, value))

    def _limit(self, limits: dict[str, str]) -> None:
        for name, value in limits.items():
            self.execute_sql("SELECT set_config(%s, %s, false)", (name, value))


def opened(url: str) -> Postgresql:
    """Open ``postgresql://…`` as libpq understands it; ``PGPASSWORD`` and ``~/.pgpass`` count too.

    Raises:
        DatabaseUrlError: If the driver is missing, or the server does not let us in.
    """
    database = Postgresql(
        SCHEME + url.partition("://")[2],
        prefer_psycopg3=True,
        application_name="larkwatch",
        connect_timeout=5,
        keepalives_idle=30,
        keepalives_interval=10,
        keepalives_count=3,
    )
    try:
        database.connect(reuse_if_open=True)
    except ImproperlyConfigured as error:
        raise DatabaseUrlError(
            "postgresql:// needs its driver: pip install 'larkwatch[postgres]'"
        ) from error
    except DatabaseError as error:
        raise DatabaseUrlError(
            f"cannot open the PostgreSQL database: {str(error).strip()}; check [database] url, "
            "and the password in PGPASSWORD or ~/.pgpass"
        ) from error
    return database


def condition(url: str) -> Condition:
    """Ask the server how it is; a password or an address is in none of the words."""
    kind = "PostgreSQL"
    try:
        database = opened(url)
    except DatabaseUrlError as error:
        return Condition(kind=kind, trouble=Trouble.UNREACHABLE, detail=type(error).__name__)
    try:
        (size,) = database.execute_sql("SELECT pg_database_size(current_database())").fetchone()
        (only_reads,) = database.execute_sql("SHOW transaction_read_only").fetchone()
        if only_reads == "on":
            detail = "the server only reads"
            return Condition(kind=kind, size=size, trouble=Trouble.UNWRITABLE, detail=detail)
        wait_ms = WAITS // timedelta(milliseconds=1)
        try:
            # Before the transaction, which waits for the lock of all writers at its beginning.
            database.execute_sql(f"SET lock_timeout = {wait_ms}")
            with database.atomic():
                pass
        except OperationalError:
            return Condition(kind=kind, size=size, trouble=Trouble.LOCKED)
        return Condition(kind=kind, size=size)
    except DatabaseError as error:
        return Condition(kind=kind, trouble=Trouble.UNREACHABLE, detail=type(error).__name__)
    finally:
        database.close()
