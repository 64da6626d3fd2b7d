"""Rules of every kind over numbers of series, as over numbers in lines."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from tests.builders import NOW, later
from tests.watchers.detectors.kinds import PAY, Lines, plain, rule, titles
from watchers.detectors.base import RuleSettings
from watchers.finding import Finding, Severity
from watchers.measured import Measured
from watchers.rules.number_rules import NumberRules


class Series:
    """Pushes numbers and keeps what is found; `restart` goes on from what was kept."""

    def __init__(self, *rules: RuleSettings) -> None:
        self.rules = rules
        self.kept: dict[str, str] = {}
        self.now = NOW
        self._begin()

    def _begin(self) -> None:
        self.judge = NumberRules("a", self.rules, self.kept, self.now)

    def restart(self) -> None:
        self._begin()

    def push(self, *numbers: Measured, now: datetime) -> list[Finding]:
        self.now = now
        found = self.judge.judge(numbers, now, now.timestamp())
        self.kept |= self.judge.take_changes(now)
        self.kept = {key: text for key, text in self.kept.items() if text}
        return found

    def minutes(
        self, values: Sequence[float], begin: int = 0, name: str = "depth", **labels: str
    ) -> list[Finding]:
        found = []
        for minute, value in enumerate(values, begin):
            at = later(minutes=minute, seconds=30)
            one = Measured(name=name, value=value, at=at, labels=labels)
            found += self.push(one, now=at)
        return found + self.push(now=later(minutes=begin + len(values), seconds=1))


def on(kind: str, **fields: object) -> RuleSettings:
    return rule(kind, series="depth", **fields)


def usual(count: int, seed: int = 1) -> list[float]:
    chance = random.Random(seed)  # noqa: S311 - draws numbers, keeps no secret
    return [chance.gauss(100.0, 5.0) for _ in range(count)]


def test_a_threshold_looks_at_each_number_and_says_the_series() -> None:
    series = Series(on("threshold", max_threshold=50, **plain()))
    (found,) = series.minutes([10, 20, 70, 30], host="a")
    assert found.title == "r: depth 70, should be at most 50"
    assert found.labels == {"series": "depth", "host": "a"}
    assert (found.value, found.severity) == (70.0, Severity.HIGH)
    assert found.annotations["file"] == "depth"
    assert found.samples[-1].text.endswith(" depth 70")


@pytest.mark.parametrize("detector", ["memory", "sigma", "mahalanobis"])
def test_a_dynamic_rule_learns_what_is_usual_and_goes_on_over_a_restart(detector: str) -> None:
    series = Series(on("dynamic", detector=detector, unit="jobs", **plain()))
    calm = [one for one in series.minutes(usual(300)) if one.severity is Severity.CRITICAL]
    assert len(calm) <= 8 if detector == "sigma" else not calm
    series.restart()
    found = series.minutes([400.0], 300)
    assert found[0].severity is Severity.CRITICAL
    assert found[0].title.startswith("r: depth on average: 400 jobs in 1m, usually 1")
    assert found[0].labels == {"series": "depth"}


def test_a_spike_compares_means() -> None:
    fields = {"spike_height": 3, "spike_type": "up", "timeframe": "5m"}
    series = Series(on("spike", **fields, **plain()))
    found = series.minutes([10.0] * 10 + [40.0] * 5)
    assert "depth 34 on average in 5m, 10 in the 5m before" in found[0].title


def test_a_series_that_falls_silent_shows() -> None:
    series = Series(on("flatline", threshold=1, timeframe="5m", **plain()))
    assert not series.minutes([1.0] * 10)
    found = series.push(now=later(minutes=16))
    assert len(found) == 1
    assert found[0].labels == {"series": "depth"}


def test_a_plain_rule_may_have_a_condition_on_the_value() -> None:
    series = Series(on("any", pattern=".", where=["value > 5"]))
    assert [one.labels["series"] for one in series.minutes([1.0, 9.0])] == ["depth"]


def test_series_are_told_apart_by_their_names_and_labels() -> None:
    series = Series(rule("threshold", series="queue_*", max_threshold=5, **plain()))
    for name, host in (("queue_a", "x"), ("queue_a", "y"), ("queue_b", "x"), ("other", "x")):
        series.push(Measured(name=name, value=1.0, at=NOW, labels={"host": host}), now=NOW)
    some = [
        Measured(name=name, value=9.0, at=later(seconds=1), labels={"host": host})
        for name, host in (("queue_a", "x"), ("queue_b", "x"), ("other", "x"))
    ]
    found = series.push(*some, now=later(seconds=1))
    assert [one.labels for one in found] == [
        {"series": "queue_a", "host": "x"},
        {"series": "queue_b", "host": "x"},
    ]
    assert titles(found)[0] == "r: value 9, should be at most 5"


def test_a_group_may_hold_several_series() -> None:
    wanted = rule(
        "threshold",
        series=["queue_a", "queue_b"],
        query_key="host",
        timeframe="1m",
        metric_agg_type="sum",
        max_threshold=10,
        **plain(),
    )
    series = Series(wanted)
    some = [Measured(name=f"queue_{n}", value=6.0, at=NOW, labels={"host": "x"}) for n in "ab"]
    found = series.push(*some, now=NOW)[0]
    assert found.labels == {"host": "x"}
    assert found.value == 12.0


def test_numbers_that_come_late_or_in_any_order_count_in_their_own_minute() -> None:
    lines = {"realert": "off", "query_delay": "2m"}
    series = Series(on("dynamic", detector="sigma", **lines))
    chance = random.Random(2)  # noqa: S311 - draws an order, keeps no secret
    some = [
        Measured(name="depth", value=90.0 + 20 * (n % 2), at=later(minutes=n, seconds=30))
        for n in range(40)
    ]
    for begin in range(0, 40, 2):
        pair = some[begin : begin + 2]
        chance.shuffle(pair)
        assert not series.push(*pair, now=later(minutes=begin + 2))
    spike = Measured(name="depth", value=300.0, at=later(minutes=40, seconds=30))
    series.push(spike, now=later(minutes=41))
    (found,) = series.push(now=later(minutes=43, seconds=1))
    assert found.value == 300.0


def test_huge_and_tiny_numbers_are_read_as_they_are() -> None:
    for value in (1e150, -1e150, 1e-300, 123456.789012):
        series = Series(on("threshold", min_threshold=-1e-301, max_threshold=1e149, **plain()))
        found = series.push(Measured(name="depth", value=value, at=NOW), now=NOW)
        assert [one.value for one in found] == ([value] if abs(value) == 1e150 else [])


def test_rules_on_lines_and_rules_on_series_do_not_meet() -> None:
    both = (rule("any", pattern="."), on("threshold", max_threshold=5))
    assert titles(Lines(*both).write(0, "value 9", origin=PAY)) == ["r"]
    found = Series(*both).push(Measured(name="depth", value=9.0, at=NOW), now=NOW)
    assert titles(found) == ["r: depth 9, should be at most 5"]


def test_a_number_from_ahead_counts_as_of_now() -> None:
    series = Series(on("threshold", max_threshold=5, **plain()))
    far = Measured(name="depth", value=9.0, at=NOW + timedelta(days=1))
    assert len(series.push(far, now=NOW)) == 1


@pytest.mark.parametrize(
    ("fields", "why"),
    [({"series": [""]}, "names of series"), ({"series": "a", "files": ["b"]}, "either files")],
)
def test_series_that_are_none_are_refused(fields: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        rule("threshold", metric_agg_key="value", max_threshold=1, **fields)
