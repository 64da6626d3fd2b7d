"""Fields of records and numbers over time, in either kind of database."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from bot.core.fields import SERIES_LEFT_OUT, FieldSeries, NumberStep, ValueStep
from bot.engine.engine import Engine
from bot.store import fields
from bot.store.database import Database, migrate, open_database
from bot.store.store import Store
from tests.builders import NOW, later, report
from watchers.fields.merging import together
from watchers.fields.tallied import FieldCounts, FieldReport, Numbers, Tallied


@pytest.fixture
def database(either_url: str) -> Iterator[Database]:
    database = open_database(either_url)
    migrate(database, NOW)
    yield database
    database.close()


def numbers(*found: float) -> Numbers:
    return Numbers(count=len(found), total=sum(found), low=min(found), high=max(found))


def tallied(
    at: datetime = NOW,
    *,
    others: int = 0,
    took: Numbers | None = None,
    service: str = "pay",
    read: int | None = None,
    **values: int,
) -> Tallied:
    whole = sum(values.values()) + others
    counts = FieldCounts(name="user", values=values, others=others)
    more = (FieldCounts(name="took", values={}, others=1, numbers=took),) if took else ()
    return Tallied(
        at=at,
        rules=("login",),
        severity="high",
        labels={"service": service},
        records=whole,
        read=whole if read is None else read,
        fields=(counts, *more),
    )


def add(store: Store, *some: Tallied, now: datetime = NOW) -> None:
    with store.transaction():
        store.fields.add(some, now)


def ids(store: Store, name: str = "user") -> list[int]:
    return [one.id for one in store.fields.series([name], later(days=-1))]


def top(store: Store, since: datetime, until: datetime, limit: int = 9) -> dict[str, int]:
    found, _whole, _known = store.fields.values(ids(store), since, until, limit)
    return {one.value: one.records for one in found}


def test_values_add_up_over_spans_and_places(store: Store) -> None:
    add(store, tallied(lin=2, wang=1), tallied(later(minutes=10), lin=1, others=4))
    add(store, tallied(later(minutes=10), service="cart", wang=5))
    assert top(store, NOW, later(hours=1)) == {"wang": 6, "lin": 3}
    assert top(store, later(minutes=10), later(hours=1)) == {"wang": 5, "lin": 1}
    found, whole, known = store.fields.values(ids(store), NOW, later(hours=1), 1)
    assert ([one.value for one in found], whole.records, whole.looked_at, known) == (
        ["wang"],
        13,
        13,
        2,
    )
    assert top(store, later(days=-3), later(hours=1)) == {"wang": 6, "lin": 3}, "by the hour"


def test_of_a_sample_it_is_known_how_many_were_looked_at(store: Store) -> None:
    add(store, tallied(lin=90, wang=10, read=10))
    _, whole, _ = store.fields.values(ids(store), NOW, later(hours=1), 9)
    assert (whole.records, whole.looked_at) == (100, 10)


def test_series_say_what_they_are_of(store: Store) -> None:
    add(store, tallied(lin=1, took=numbers(3.0)))
    (one,) = store.fields.series(["took"], NOW)
    assert (one.rules, dict(one.labels), one.numeric) == (("login",), {"service": "pay"}, True)
    assert store.fields.names(NOW) == {"took": True, "user": False}
    assert store.fields.names(later(days=1)) == {}
    assert store.fields.series(["user"], later(seconds=1)) == ()


def test_numbers_are_taken_together_at_every_step(store: Store) -> None:
    add(store, tallied(lin=1, took=numbers(1.0, 3.0)))
    add(store, tallied(later(seconds=3), lin=1, took=numbers(8.0)))
    add(store, tallied(later(seconds=20), lin=1, took=numbers(4.0)))
    for step, spans in ((NumberStep.FINE, 2), (NumberStep.MINUTE, 1), (NumberStep.HOUR, 1)):
        points = store.fields.numbers(ids(store, "took"), step, later(hours=-2), later(hours=2))
        assert len(points) == spans, step
        whole = together(point.numbers for point in points)
        assert whole is not None
        assert (whole.count, whole.total, whole.low, whole.high) == (4, 16.0, 1.0, 8.0)


def test_numbers_of_any_kind_are_kept_the_same_way(store: Store) -> None:
    queue = FieldSeries(field="queue", labels={"service": "pay"}, numeric=True)
    with store.transaction():
        store.fields.add_numbers([(queue, NOW, numbers(7.0))], NOW)
        store.fields.add_numbers([(queue, later(minutes=1), numbers(9.0))], NOW)
    points = store.fields.numbers(ids(store, "queue"), NumberStep.MINUTE, NOW, later(hours=1))
    assert sorted(point.numbers.total for point in points) == [7.0, 9.0]


def test_a_report_counts_once(store: Store, engine: Engine) -> None:
    found = FieldReport(id="r1", tallied=(tallied(lin=2),))
    for _ in range(2):
        engine.report(report(fields=found), NOW)
    assert top(store, NOW, later(hours=1)) == {"lin": 2}


def test_the_rarest_of_too_many_values_become_one(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fields, "MOST_VALUES", 2)
    add(store, tallied(**{f"u{n}": n for n in range(1, 6)}))
    assert store.fields.overflows(NOW)
    with store.transaction():
        store.fields.fold(NOW)
    assert not store.fields.overflows(NOW)
    assert top(store, NOW, later(hours=1)) == {"u5": 5, "u4": 4}
    _, whole, _ = store.fields.values(ids(store), NOW, later(hours=1), 9)
    assert whole.records == 15, "none is lost"
    assert top(store, later(days=-3), later(hours=1)) == {"u5": 5, "u4": 4}


def test_there_is_a_most_of_series(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fields, "MOST_SERIES", 2)
    add(store, tallied(service="s0", lin=1))
    assert not store.fields.full()
    add(store, *(tallied(service=f"s{n}", lin=1) for n in range(5)))
    assert len(ids(store)) == 2
    assert store.fields.full()
    assert store.counters.get(SERIES_LEFT_OUT) == 3


def test_what_is_old_is_forgotten_step_by_step(store: Store, engine: Engine) -> None:
    add(store, tallied(lin=1, took=numbers(1.0)))
    for age, fine, minute, hour in (
        (timedelta(hours=7), 0, 1, 1),
        (timedelta(days=3), 0, 0, 1),
        (timedelta(days=100), 0, 0, 0),
    ):
        while engine.prune(NOW + age):
            pass
        found = [
            len(store.fields.numbers([1, 2], step, later(hours=-2), later(hours=2)))
            for step in NumberStep
        ]
        assert found == [fine, minute, hour]
    assert ids(store) == []
    assert [step.kept for step in ValueStep] == [timedelta(hours=26), timedelta(days=14)]


def test_series_go_on_where_they_were_seen_again(store: Store) -> None:
    add(store, tallied(lin=1))
    add(store, tallied(later(hours=3), lin=1, took=numbers(1.0)), now=later(hours=3))
    assert len(ids(store)) == 1
    assert store.fields.names(later(hours=2)) == {"took": True, "user": False}
