"""From numbers that were pushed to an alert: judged once, whichever process does it."""

from datetime import datetime

import pytest
from pydantic import TypeAdapter

from bot.app.number_rules import NumberJudging
from bot.app.rule_feed import RuleFeed
from bot.core.alert import Alert
from bot.core.fields import NumberStep
from bot.core.numbers import Taken
from bot.engine.engine import Engine
from bot.engine.terms import Terms
from bot.store.store import Store
from tests.builders import LIN, NOW, later
from tests.fakes import MovableClock
from watchers.detectors.base import RuleSettings
from watchers.finding import Severity
from watchers.measured import Measured
from watchers.redaction.redactor import RedactionSettings, Redactor
from watchers.rules.kinds import Rule

_READ: TypeAdapter[RuleSettings] = TypeAdapter(Rule)
DEEP = {"name": "deep", "severity": "high", "kind": "threshold", "max_threshold": 50}
ODD = {"name": "odd", "severity": "high", "kind": "dynamic", "detector": "sigma"}


class Place:
    """The engine and the loop of one process; another one over the same store goes on with it."""

    def __init__(self, store: Store, clock: MovableClock, *rules: dict[str, object]) -> None:
        self.store, self.clock = store, clock
        self.rules = [_READ.validate_python({"series": "depth", **one}) for one in rules]
        self.engine = Engine(
            store, Terms(series=("depth",), rules=frozenset({"deep"})), lambda: None
        )
        self.another()

    def another(self) -> None:
        feed = RuleFeed(self.store, self.engine, self.clock)
        redactor = Redactor(RedactionSettings())
        self.judging = NumberJudging(
            self.rules, self.store, self.engine, feed, redactor, self.clock
        )

    def push(self, value: float, at: datetime | None = None, **labels: str) -> Taken:
        now = self.clock.now()
        one = Measured(name="depth", value=value, at=at or now, labels=labels)
        return self.engine.take_numbers([one], now)

    def alerts(self) -> tuple[Alert, ...]:
        found = (self.store.alerts.get(number) for number in range(1, 10))
        return tuple(one for one in found if one is not None)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


def test_a_number_that_is_pushed_becomes_an_alert_and_a_chart(
    store: Store, clock: MovableClock
) -> None:
    place = Place(store, clock, DEEP)
    assert place.push(70.0, host="a") == Taken(fresh=1)
    assert place.push(70.0, host="a") == Taken(known=1)
    place.push(20.0, host="b")
    assert place.judging.step() > 0.0
    (alert,) = place.alerts()
    assert (alert.rule, alert.labels) == ("deep", {"series": "depth", "host": "a"})
    assert (alert.title, alert.count) == ("deep: depth 70, should be at most 50", 1)
    place.judging.step()
    assert place.alerts()[0].count == 1
    (series,) = [one for one in store.fields.series(["depth"], NOW) if one.labels["host"] == "a"]
    for step in NumberStep:
        (point,) = store.fields.numbers([series.id], step, NOW, later(hours=1))
        assert (point.numbers.count, point.numbers.mean) == (1, 70.0)
    assert store.agents.all() == ()


def test_another_process_goes_on_with_what_was_learned(store: Store, clock: MovableClock) -> None:
    place = Place(store, clock, ODD)
    for minute in range(40):
        clock.move(minutes=1)
        place.push(90.0 + 20.0 * (minute % 2))
        place.judging.step()
        if minute == 25:
            place.another()
    place.another()
    clock.move(minutes=1)
    place.push(400.0)
    clock.move(minutes=2)
    place.judging.step()
    (alert,) = place.alerts()
    assert alert.severity is Severity.CRITICAL
    assert alert.title == "odd: depth on average: 400 in 1m, usually 100"


def test_what_could_not_be_stored_is_judged_anew(store: Store, clock: MovableClock) -> None:
    place = Place(store, clock, DEEP)
    place.push(70.0)
    place.judging.step()
    place.push(71.0, later(seconds=-1))
    with pytest.raises(ZeroDivisionError):
        _judged_in_vain(place)
    assert (place.alerts()[0].count, store.numbers.backlog()) == (1, 1)
    place.another()
    place.judging.step()
    assert (place.alerts()[0].count, store.numbers.backlog()) == (2, 0)


def _judged_in_vain(place: Place) -> None:
    with place.store.transaction():
        place.judging.step()
        raise ZeroDivisionError


def test_a_rule_that_is_paused_in_a_chat_is_not_looked_for(
    store: Store, clock: MovableClock
) -> None:
    place = Place(store, clock, DEEP)
    place.judging.step()
    place.engine.ruling.pause("deep", None, LIN, clock.now())
    place.push(70.0)
    place.judging.step()
    assert place.alerts() == ()


def test_numbers_that_no_rule_wants_are_kept_for_charts_only(
    store: Store, clock: MovableClock
) -> None:
    place = Place(store, clock, DEEP)
    other = Measured(name="other", value=1.0, at=NOW)
    assert place.engine.take_numbers([other], NOW) == Taken(fresh=1)
    assert place.engine.take_numbers([], NOW) == Taken()
    assert store.numbers.backlog() == 0
