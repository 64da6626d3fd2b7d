"""Numbers that came lately in either database: known again, waiting for rules, pruned."""

from datetime import datetime

import pytest

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


def test_a_number_that_comes_again_is_known_and_the_first_one_holds(numbers: Numbers) -> None:
    assert numbers.take([measured(1.0), measured(2.0)], never, NOW) == (measured(1.0),)
    again = [measured(9.0), measured(3.0, later(seconds=1)), measured(9.0, host="a")]
    assert numbers.take(again, never, later(minutes=1)) == tuple(again[1:])
    assert numbers.take(again, never, later(minutes=1)) == ()
    many = [measured(1.0, later(seconds=n / 10)) for n in range(1000)]
    assert len(numbers.take(many, never, later(minutes=2))) == 998


def test_what_rules_want_waits_for_them_in_the_order_in_which_it_came(numbers: Numbers) -> None:
    first = [measured(5.0, name="other"), measured(1.0, later(seconds=9))]
    numbers.take(first, "queue".__eq__, NOW)
    numbers.take([measured(-2.5e-7, later(seconds=3), host="支付"), measured(1e150)], always, NOW)
    assert numbers.backlog() == 3
    waiting = numbers.waiting(2)
    assert [one.measured for one in waiting] == [
        measured(1.0, later(seconds=9)),
        measured(-2.5e-7, later(seconds=3), host="支付"),
    ]
    numbers.judged([one.id for one in waiting])
    assert [one.measured.value for one in numbers.waiting(10)] == [1e150]
    assert numbers.take([measured(1.0, later(seconds=9))], always, NOW) == ()


def test_what_came_long_ago_is_forgotten_unless_it_still_waits(numbers: Numbers) -> None:
    numbers.take([measured(1.0), measured(2.0, host="a")], never, NOW)
    numbers.take([measured(2.0, name="waits")], always, NOW)
    assert numbers.prune(later(hours=1)) == 0
    assert numbers.prune(later(hours=2)) == 2
    assert numbers.take([measured(1.0)], never, later(hours=2)) == (measured(1.0),)
    assert numbers.backlog() == 1
