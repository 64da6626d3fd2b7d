"""Records by kind over time, in either kind of database."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from bot.core.kinds import Kind
from bot.store import tallies
from bot.store.database import Database, migrate, open_database
from bot.store.store import Store
from tests.builders import NOW, later
from watchers.finding import Severity


@pytest.fixture
def database(either_url: str) -> Iterator[Database]:
    database = open_database(either_url)
    migrate(database, NOW)
    yield database
    database.close()


def kind(template: str = "card * declined", **fields: object) -> Kind:
    usual: dict[str, object] = {
        "rule": "error",
        "severity": Severity.HIGH,
        "labels": {"service": "pay"},
        "example": f"ERROR {template}",
    }
    return Kind(template=template, **{**usual, **fields})  # type: ignore[arg-type]


def count(store: Store, at: datetime, *several: tuple[Kind, int]) -> None:
    with store.transaction():
        store.tallies.count(several, at)


def roll_all(store: Store, now: datetime) -> int:
    turns = 0
    while store.tallies.rolls(now):
        with store.transaction():
            store.tallies.roll(now)
        turns += 1
    return turns


def rows(database: Database) -> dict[int, int]:
    """How many rows there are of each length in minutes."""
    query = "SELECT minutes, COUNT(*) FROM tallies GROUP BY minutes"
    return {int(minutes): int(n) for minutes, n in database.execute_sql(query).fetchall()}


def test_kinds_are_compared_over_two_spans(store: Store) -> None:
    order = kind(labels={"service": "order"}, severity=Severity.CRITICAL)
    count(store, NOW, (kind(), 2))
    count(store, later(minutes=10), (kind(), 3), (order, 1))
    count(store, later(minutes=10, seconds=30), (kind(), 4))
    found = store.tallies.compare(NOW, later(minutes=10), later(minutes=20))
    assert {one.kind.labels["service"]: (one.records, one.before) for one in found} == {
        "pay": (7, 2),
        "order": (1, 0),
    }
    assert {one.kind.severity for one in found} == {Severity.HIGH, Severity.CRITICAL}
    assert store.tallies.compare(NOW, later(minutes=5), later(minutes=10))[0].records == 0
    numbers = [one.kind.id for one in found if one.kind.labels == {"service": "order"}]
    assert store.tallies.points(NOW, later(hours=1), numbers) == [(later(minutes=10), 1)]
    assert store.tallies.points(NOW, later(hours=1)) == [(NOW, 2), (later(minutes=10), 8)]
    assert store.tallies.examples(numbers) == {numbers[0]: "ERROR card * declined"}


def test_what_grows_old_becomes_coarser_and_no_record_is_lost(
    store: Store, database: Database
) -> None:
    total = 0
    for minute in range(0, 70 * 60, 7):
        total += minute
        count(store, later(minutes=minute), (kind(), minute), (kind("b"), 1))
        total += 1
    now = later(hours=70)
    assert roll_all(store, now) > 0
    assert sum(n for _, n in store.tallies.points(NOW - timedelta(hours=1), now)) == total
    found = rows(database)
    assert set(found) == {1, 5, 60}
    assert found[1] <= 2 * (3 * 60 // 7 + 2)
    assert found[60] == 2 * 10
    assert roll_all(store, now) == 0
    (first, second), *_ = zip(*store.tallies.points(NOW, later(hours=2)), strict=True)
    assert (first, second) == (NOW, later(hours=1))


def test_what_comes_late_to_a_coarse_row_is_added_to_it(store: Store) -> None:
    count(store, NOW, (kind(), 5))
    roll_all(store, later(days=3))
    count(store, later(minutes=1), (kind(), 2))
    roll_all(store, later(days=3))
    assert store.tallies.points(NOW, later(days=1)) == [(NOW, 7)]


def test_beyond_many_templates_new_ones_count_as_of_none(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tallies, "MOST_TEMPLATES", 2)
    count(store, NOW, *((kind(f"t{n}"), 1) for n in range(5)))
    count(store, NOW, (kind("t0"), 1), (kind("t9"), 1), (kind("", example="ERROR 9"), 1))
    found = store.tallies.compare(NOW, NOW, later(minutes=1))
    assert {one.kind.template: one.records for one in found} == {"t0": 2, "t1": 1, "": 5}


def test_figures_are_kept_since_the_table_was_made_or_what_a_backup_brought(store: Store) -> None:
    assert store.tallies.began() == NOW
    count(store, NOW - timedelta(days=2), (kind(), 1))
    assert store.tallies.began() == NOW - timedelta(days=2)


def test_an_example_is_of_lately(store: Store) -> None:
    count(store, NOW, (kind(example="ERROR old"), 1))
    count(store, later(hours=1), (kind(example="ERROR newer"), 1))
    (found,) = store.tallies.compare(NOW, NOW, later(days=3))
    assert store.tallies.examples([found.kind.id]) == {found.kind.id: "ERROR old"}
    count(store, later(days=2), (kind(example="ERROR new\0"), 1))
    assert store.tallies.examples([found.kind.id]) == {found.kind.id: "ERROR new�"}


def test_old_rows_and_kinds_are_forgotten(store: Store, database: Database) -> None:
    count(store, NOW, (kind(), 1))
    count(store, later(days=40), (kind("b"), 1))
    with store.transaction():
        assert store.tallies.prune(later(days=10)) == 2
        assert store.tallies.prune(later(days=10)) == 0
    assert rows(database) == {1: 1}
    assert database.execute_sql("SELECT template FROM kinds").fetchall() == [("b",)]
