"""The real SQLite database, one per test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.engine.terms import Terms
from bot.store.database import Database, migrate, open_database
from bot.store.store import Store
from tests.builders import NOW


def with_tables(url: str) -> str:
    """The same address, once its database has all tables."""
    database = open_database(url)
    migrate(database, NOW)
    database.close()
    return url


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with all tables: to copy it is ten times as fast as to make them."""
    file = tmp_path_factory.mktemp("template") / "larkwatch.db"
    with_tables(f"sqlite:///{file}")
    return file


@pytest.fixture
def url(tmp_path: Path, template: Path) -> str:
    """Address of the test's database."""
    return f"sqlite:///{shutil.copy(template, tmp_path / 'larkwatch.db')}"


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """The test's database, with all its tables."""
    database = open_database(url)
    migrate(database, NOW)
    yield database
    database.close()


@pytest.fixture
def store(database: Database) -> Store:
    """The test's store."""
    return Store(database)


@pytest.fixture
def rings() -> list[str]:
    """One entry for every time the engine woke the workers."""
    return []


@pytest.fixture
def engine(store: Store, rings: list[str]) -> Engine:
    """An engine over the test's store."""
    return Engine(store, Terms(), lambda: rings.append("ring"))


@pytest.fixture
def views(store: Store) -> Views:
    """What people see of the test's store."""
    return Views(store, (), NOW, "0")
