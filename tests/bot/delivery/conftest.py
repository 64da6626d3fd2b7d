"""Post offices before a sandbox whose clock the test moves."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.server import Sandbox, Settings
from bot.store.store import Store
from tests.bot.delivery.office import Office
from tests.fakes import MovableClock


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def sandbox(clock: MovableClock) -> Iterator[Sandbox]:
    sandbox = Sandbox(Settings(), clock)
    sandbox.start()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def make_office(
    store: Store, sandbox: Sandbox, clock: MovableClock, tmp_path: Path
) -> Callable[..., Office]:
    """Builds an office on the test's store, with other terms than usual."""

    def make(**terms: Any) -> Office:
        return Office(store, sandbox, clock, tmp_path / "record.jsonl", **terms)

    return make


@pytest.fixture
def office(make_office: Callable[..., Office]) -> Office:
    return make_office()
