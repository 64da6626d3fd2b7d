"""What is PostgreSQL's own."""

from collections.abc import Callable

import psycopg
import pytest

from bot.core.errors import BusyError
from bot.engine.engine import Engine
from bot.store.database import Database, DatabaseUrlError, open_database
from bot.store.postgresql import LIMITS, WRITERS
from bot.store.store import Store
from tests.builders import NOW, finding, report


@pytest.fixture
def url(make_postgresql: Callable[[], str]) -> str:
    """Address of the test's database."""
    return make_postgresql()


def cut(database: Database, url: str) -> None:
    """Let the server end this thread's connection."""
    (pid,) = database.execute_sql("SELECT pg_backend_pid()").fetchone()
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", (pid,))


def test_the_short_name_of_the_scheme_is_understood_too(url: str) -> None:
    database = open_database(url.replace("postgresql://", "postgres://"))
    assert database.answers()
    database.close()


def test_a_server_that_is_not_there_is_said_without_the_password() -> None:
    with pytest.raises(DatabaseUrlError, match="check \\[database\\] url") as refused:
        open_database("postgresql://me:secret@/x?host=/nowhere")
    assert "secret" not in str(refused.value)


def test_a_writer_that_waits_too_long_is_busy_and_loses_nothing(
    database: Database, engine: Engine, store: Store, url: str
) -> None:
    database.execute_sql("SET lock_timeout = '10ms'")
    with psycopg.connect(url) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", (WRITERS,))
        with pytest.raises(BusyError, match="lock timeout"):
            engine.report(report(finding()), NOW)
        assert store.alerts.get(1) is None
    engine.report(report(finding()), NOW)
    assert store.alerts.get(1) is not None


def test_a_connection_that_was_cut_is_made_anew(
    database: Database, engine: Engine, store: Store, url: str
) -> None:
    cut(database, url)
    engine.report(report(finding()), NOW)
    cut(database, url)
    assert store.alerts.get(1) is not None


def test_a_connection_cut_in_the_middle_is_busy_and_stores_nothing(
    database: Database, engine: Engine, store: Store, url: str
) -> None:
    def change() -> None:
        with store.transaction():
            engine.report(report(finding("f1")), NOW)
            cut(database, url)
            engine.report(report(finding("f2")), NOW)

    with pytest.raises(BusyError):
        change()
    assert store.alerts.get(1) is None
    engine.report(report(finding("f1")), NOW)
    assert [one.identity["rule"] for one in store.alerts.open_briefly()] == ["error"]


def test_a_server_that_only_reads_is_busy(database: Database, engine: Engine) -> None:
    database.execute_sql("SET default_transaction_read_only = on")
    with pytest.raises(BusyError, match="read-only"):
        engine.report(report(finding()), NOW)


def test_a_server_that_went_away_is_busy_also_for_readers(
    database: Database, store: Store, url: str
) -> None:
    name = url.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(url.replace(f"/{name}", "/postgres"), autocommit=True) as other:
        other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        cut(database, url.replace(f"/{name}", "/postgres"))
        with pytest.raises(BusyError):
            store.alerts.get(1)
        with pytest.raises(BusyError), store.transaction():
            pass
        other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert store.alerts.get(1) is None


def test_waits_are_limited_but_for_patient_work(database: Database) -> None:
    def limits() -> list[str]:
        return [database.execute_sql(f"SHOW {name}").fetchone()[0] for name in LIMITS]

    assert limits() == ["10s", "30s", "1min"]
    with database.patiently():
        assert limits() == ["0", "0", "0"]
    assert limits() == ["10s", "30s", "1min"]
