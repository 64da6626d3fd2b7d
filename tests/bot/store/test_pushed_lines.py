"""Lines that were pushed wait in their order, each for its watch."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.store.database import migrate, open_database
from bot.store.store import Store
from watchers.streams.pushed import PushedLine

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.fixture
def store(url: str) -> Store:
    database = open_database(url)
    migrate(database, NOW)
    return Store(database)


def line(text: str) -> PushedLine:
    labels = (("service", "pay"), ("host", "web1"))
    return PushedLine(path="otlp:pay/error", labels=labels, text=text, at=NOW, dated=True)


def test_lines_wait_in_order_for_their_watch_until_they_are_forgotten(store: Store) -> None:
    texts = [f"第{n}行\nmore" for n in range(450)]
    with store.transaction():
        store.pushed_lines.add("a", [line(text) for text in texts], NOW)
        store.pushed_lines.add("b", [line("other")], NOW)
    first = store.pushed_lines.after("a", 0, 300)
    rest = store.pushed_lines.after("a", first[-1].number, 300)
    assert [one.line for one in (*first, *rest)] == [line(text) for text in texts]
    assert store.pushed_lines.backlog("a") == 450
    with store.transaction():
        assert store.pushed_lines.forget("a", first[-1].number) == 300
        store.pushed_lines.add("a", [line("later")], NOW + timedelta(hours=1))
    assert store.pushed_lines.backlog("a") == 151
    assert store.pushed_lines.after("a", rest[-1].number, 9)[0].line.text == "later"
    with store.transaction():
        assert store.pushed_lines.forget_others(["a"], NOW) == 0
        assert store.pushed_lines.forget_others(["a"], NOW + timedelta(minutes=1)) == 1
        assert store.pushed_lines.forget_others([], NOW + timedelta(minutes=1)) == 150
    assert (store.pushed_lines.backlog("a"), store.pushed_lines.backlog("b")) == (1, 0)
    store.disconnect()
