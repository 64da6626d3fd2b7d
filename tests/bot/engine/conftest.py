"""What is tested here is tested over SQLite and over PostgreSQL."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bot.conftest import with_tables


@pytest.fixture(scope="session")
def postgresql_template(make_postgresql: Callable[..., str]) -> str:
    """Address of a database with all tables, for copies."""
    return with_tables(make_postgresql())


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of the test's database, of each kind in turn."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("template")
        return f"sqlite:///{shutil.copy(template, tmp_path / 'larkwatch.db')}"
    make: Callable[..., str] = request.getfixturevalue("make_postgresql")
    return make(request.getfixturevalue("postgresql_template"))
