"""What is tested here is tested over SQLite and over PostgreSQL."""

import shutil
from pathlib import Path

import pytest

from tests.bot.conftest import with_tables
from tests.postgres import Server


@pytest.fixture(scope="session")
def postgresql_template(postgresql: Server) -> str:
    """Address of a database with all tables, for copies."""
    return with_tables(postgresql.create())


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of the test's database, of each kind in turn."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("template")
        return f"sqlite:///{shutil.copy(template, tmp_path / 'larkwatch.db')}"
    make = request.getfixturevalue("make_postgresql")
    return str(make(request.getfixturevalue("postgresql_template")))
