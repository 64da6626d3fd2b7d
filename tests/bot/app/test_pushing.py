"""What is pushed is kept until it was read for good, once, whatever process reads it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app.pushing import PushedHere, Pushing
from bot.config.schema import Config
from bot.core.errors import BusyError
from bot.store.database import migrate, open_database
from bot.store.store import Store
from tests.fakes import MovableClock
from watchers.finding import Report
from watchers.opening import source_of
from watchers.record import Block
from watchers.streams.pushed import PushedLine
from watchers.streams.source import StreamSource

APPS = {"token_file": "token", "records_per_minute": 1500, "most_waiting": 1000}
CONFIG = Config.model_validate(
    {"agent": {"name": "a"}, "watch": [{"name": "apps", "otlp": APPS}], "default_rules": False}
)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def store(tmp_path: Path, clock: MovableClock) -> Iterator[Store]:
    database = open_database(f"sqlite:///{tmp_path}/db")
    migrate(database, clock.now())
    store = Store(database)
    yield store
    store.disconnect()


def lines(clock: MovableClock, count: int, name: str = "x") -> list[PushedLine]:
    return [
        PushedLine(path="otlp:p/e", labels=(), text=f"{name}{n}", at=clock.now(), dated=False)
        for n in range(count)
    ]


def read(source: StreamSource) -> list[str]:
    blocks = [one for one in source.read() if isinstance(one, Block)]
    for one in blocks:
        source.position(one.key, one.end)
    return [text for one in blocks for text in one.data.decode().split()]


def opened(here: PushedHere, store: Store, clock: MovableClock) -> StreamSource:
    found = source_of(CONFIG.watch[0], store.agents.positions("a"), clock, here)
    assert isinstance(found, StreamSource)
    return found


def test_a_token_opens_one_watch_and_old_and_new_ones_do_while_they_change(
    store: Store, clock: MovableClock
) -> None:
    pushing = Pushing(CONFIG, {"apps": ("old", "new")}, store, clock)
    assert [pushing.who(one) for one in ("old", "new", "", "else")] == ["apps", "apps", None, None]


def test_lines_are_read_once_and_then_forgotten(store: Store, clock: MovableClock) -> None:
    pushing = Pushing(CONFIG, {}, store, clock)
    here = PushedHere(CONFIG, store, clock, lambda: None)
    assert pushing.take("apps", lines(clock, 3)) == 0.0
    source = opened(here, store, clock)
    assert read(source) == ["x0", "x1", "x2"]
    stored = source.take_settled()
    pushing.take("apps", lines(clock, 2, "y"))
    assert read(source) == ["y0", "y1"]
    here.step()
    assert store.pushed_lines.backlog("apps") == 5, "nothing is read for good yet"
    with store.transaction():
        store.agents.keep(Report(agent="a", positions=stored))
    here.step()
    assert store.pushed_lines.backlog("apps") == 2
    source.close()
    assert read(opened(here, store, clock)) == ["y0", "y1"], "after a crash from there on"


def test_too_many_at_once_or_unread_are_told_to_come_later(
    store: Store, clock: MovableClock
) -> None:
    pushing = Pushing(CONFIG, {}, store, clock)
    assert pushing.take("apps", lines(clock, 1000)) == 0.0
    with pytest.raises(BusyError):
        pushing.take("apps", lines(clock, 1))
    with store.transaction():
        store.pushed_lines.forget("apps", 1_000_000)
    assert pushing.take("apps", lines(clock, 600)) > 0.0
    clock.move(minutes=1)
    assert pushing.take("apps", lines(clock, 600)) == 0.0


def test_a_process_that_nobody_pushes_to_says_so(clock: MovableClock) -> None:
    source = source_of(CONFIG.watch[0], {}, clock)
    assert list(source.read()) == []
    assert "larkwatch serve" in source.troubles()[0].text
