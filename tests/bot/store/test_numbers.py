"""Series of numbers in either database: rolled up, known again, waiting for rules, pruned."""

import random
from datetime import datetime, timedelta

import pytest

from bot.core.numbers import Roll, Taken
from bot.store.database import Database
from bot.store.numbers import Numbers
from tests.builders import NOW, later
from watchers.measured import Measured


@pytest.fixture
def numbers(database: Database) -> Numbers:
    return Numbers(database)


def measured(value: float, at: datetime = NOW, name: str = "queue", **labels: str) -> Measured:
    return Measured(name=name, value=value, at=at, labels=labels)


def never(_name: str) -> bool:
    return False


def always(_name: str) -> bool:
    return True


def test_numbers_are_taken_together_over_ten_seconds_a_minute_and_an_hour(numbers: Numbers) -> None:
    chance = random.Random(3)  # noqa: S311 - draws an order, keeps no secret
    some = [measured(float(n % 60), later(seconds=n), host="a") for n in range(7200)]
    chance.shuffle(some)
    for begin in range(0, len(some), 900):
        assert numbers.take(some[begin : begin + 900], never, NOW) == Taken(fresh=900)
    (series,) = numbers.find("queue", {})
    assert (series.name, series.labels) == ("queue", {"host": "a"})
    tens = numbers.points(series.id, Roll.TEN_SECONDS, later(minutes=119))
    assert [one.at for one in tens] == [later(minutes=119, seconds=10 * n) for n in range(6)]
    assert [one.mean for one in tens] == [4.5 + 10 * n for n in range(6)]
    minutes = numbers.points(series.id, Roll.MINUTE, NOW)
    assert len(minutes) == 120
    assert (minutes[7].count, minutes[7].low, minutes[7].high) == (60, 0.0, 59.0)
    hours = numbers.points(series.id, Roll.HOUR, NOW)
    assert [(one.at, one.count, one.mean) for one in hours] == [
        (NOW, 3600, 29.5),
        (later(hours=1), 3600, 29.5),
    ]
    assert hours[0].quantile(0.95) == pytest.approx(57.0, rel=0.02)
    assert hours[0].quantile(1.0) <= 59.0


def test_a_number_that_comes_again_counts_once_and_the_first_one_holds(numbers: Numbers) -> None:
    assert numbers.take([measured(1.0), measured(2.0)], never, NOW) == Taken(fresh=1, known=1)
    again = [measured(9.0), measured(3.0, later(seconds=1))]
    assert numbers.take(again, never, later(minutes=1)) == Taken(fresh=1, known=1)
    (series,) = numbers.find("queue", {})
    (minute,) = numbers.points(series.id, Roll.MINUTE, NOW)
    assert (minute.count, minute.total) == (2, 4.0)


def test_labels_tell_series_apart_and_find_them(numbers: Numbers) -> None:
    numbers.take([measured(1.0, host="a", zone="x"), measured(2.0, host="b")], never, NOW)
    numbers.take([measured(3.0, name="Latency 支付")], never, NOW)
    assert [one.labels for one in numbers.find("queue", {"host": "a"})] == [
        {"host": "a", "zone": "x"}
    ]
    assert len(numbers.find("queue", {})) == 2
    assert numbers.find("queue", {"host": "c"}) == ()
    assert numbers.names_like("latency", 5) == ("Latency 支付",)
    assert numbers.names_like("%", 5) == ()


def test_what_rules_want_waits_for_them_in_the_order_in_which_it_came(numbers: Numbers) -> None:
    numbers.take(
        [measured(5.0, name="other"), measured(1.0, later(seconds=9))], "queue".__eq__, NOW
    )
    numbers.take([measured(2.5, later(seconds=3), host="a")], always, NOW)
    assert numbers.backlog() == 2
    waiting = numbers.waiting(10)
    assert [one.measured for one in waiting] == [
        measured(1.0, later(seconds=9)),
        measured(2.5, later(seconds=3), host="a"),
    ]
    numbers.judged([waiting[0].id])
    assert [one.measured.value for one in numbers.waiting(10)] == [2.5]
    assert numbers.take([measured(1.0, later(seconds=9))], always, NOW) == Taken(known=1)


def test_series_that_are_too_many_are_not_taken_and_the_known_ones_go_on(
    database: Database,
) -> None:
    numbers = Numbers(database, most_series=3)
    some = [measured(1.0, host=str(n)) for n in range(5)]
    assert numbers.take(some, never, NOW) == Taken(fresh=3, over=2)
    more = [measured(1.0, later(seconds=1), host=str(n)) for n in range(5)]
    assert numbers.take(more, never, NOW) == Taken(fresh=3, over=2)


def test_what_is_too_old_is_forgotten_step_by_step(numbers: Numbers) -> None:
    numbers.take([measured(1.0)], never, NOW)
    numbers.take([measured(2.0, name="waits")], always, NOW)
    (series,) = numbers.find("queue", {})
    assert numbers.prune(later(hours=1)) == 0
    assert numbers.prune(later(hours=7)) == 1 + 2
    assert numbers.points(series.id, Roll.TEN_SECONDS, NOW) == ()
    assert len(numbers.points(series.id, Roll.MINUTE, NOW)) == 1
    assert numbers.prune(later(days=4)) == 2
    assert len(numbers.points(series.id, Roll.HOUR, NOW)) == 1
    numbers.take([measured(3.0, later(days=50), name="waits")], never, later(days=50))
    numbers.prune(later(days=91))
    assert [one.name for one in numbers.find("waits", {})] == ["waits"]
    assert numbers.find("queue", {}) == ()


def test_a_late_number_goes_into_its_own_span(numbers: Numbers) -> None:
    numbers.take([measured(1.0, later(minutes=3))], never, NOW)
    numbers.take([measured(5.0, later(minutes=1))], never, NOW)
    (series,) = numbers.find("queue", {})
    points = numbers.points(series.id, Roll.MINUTE, NOW)
    assert [(one.at, one.mean) for one in points] == [
        (NOW + timedelta(minutes=1), 5.0),
        (NOW + timedelta(minutes=3), 1.0),
    ]
