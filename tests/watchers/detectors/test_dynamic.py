"""Dynamic rules: rates and numbers in lines, judged per bucket, kept over a restart."""

import json
import random
from collections.abc import Iterator

import pytest

from tests.watchers.detectors.kinds import Lines, plain, rule, titles
from watchers.finding import Finding, Response, Severity

SIGMA = {"kind": "dynamic", "detector": "sigma", **plain()}
MS = {"pattern": r"took (?P<ms>\d+) ms", "metric_agg_key": "ms"}


def told(found: Iterator[list[Finding]]) -> list[Finding]:
    return [one for some in found for one in some]


def minutes(lines: Lines, per_minute: list[int], begin: int = 0) -> list[Finding]:
    """So many lines in each minute, and the end of the last one."""
    found = []
    for minute, count in enumerate(per_minute, begin):
        for n in range(count):
            found += lines.write(60 * minute + n * 50 / count)
        found += lines.tick(60 * (minute + 1))
    return found


def numbers(lines: Lines, some: list[float], begin: int = 0) -> list[Finding]:
    found = []
    for minute, number in enumerate(some, begin):
        found += lines.write(60 * minute + 30, f"took {number:.0f} ms")
        found += lines.tick(60 * (minute + 1))
    return found


def usual(count: int, seed: int = 1) -> list[float]:
    chance = random.Random(seed)  # noqa: S311 - draws numbers, keeps no secret
    return [chance.gauss(100.0, 5.0) for _ in range(count)]


def test_a_rate_above_what_is_usual_is_told_by_its_level_and_its_end_too() -> None:
    lines = Lines(rule(**SIGMA, side="upper"))
    assert not minutes(lines, [4, 6] * 15)
    (found,) = minutes(lines, [20], 30)
    assert found.title == "r: 20 in 1m, usually 5"
    assert found.severity is Severity.CRITICAL
    assert (found.value, found.count) == (20.0, 20)
    assert found.annotations["level"] == "critical"
    (over,) = minutes(lines, [5], 31)
    assert over.recovers


@pytest.mark.parametrize(
    ("rate", "severity", "responses"),
    [
        (7, Severity.MEDIUM, {Response.ALERT}),
        (8, Severity.CRITICAL, {Response.ALERT}),
    ],
)
def test_each_level_has_its_own_severity_and_responses(
    rate: int, severity: Severity, responses: set[Response]
) -> None:
    lines = Lines(rule(**SIGMA | {"severity": "medium"}, sigma={"major": 2.0, "critical": 2.5}))
    minutes(lines, [4, 6] * 15)
    (found,) = minutes(lines, [rate], 30)
    assert (found.severity, found.responses) == (severity, responses)


def test_a_minor_level_is_only_recorded_unless_it_says_otherwise() -> None:
    deviations = {"minor": 1.5, "major": 9.0}
    quiet = Lines(rule(**SIGMA, sigma=deviations))
    minutes(quiet, [4, 6] * 15)
    (found,) = minutes(quiet, [7], 30)
    assert (found.severity, found.responses) == (Severity.LOW, {Response.RECORD})
    levels = {"minor": {"severity": "high", "responses": ["alert"]}}
    loud = Lines(rule(**SIGMA, sigma=deviations, levels=levels))
    minutes(loud, [4, 6] * 15)
    (found,) = minutes(loud, [7], 30)
    assert (found.severity, found.responses) == (Severity.HIGH, {Response.ALERT})


def test_what_grows_worse_is_told_though_it_was_told_just_now() -> None:
    lines = Lines(rule(**SIGMA | {"realert": "1h"}, levels={"minor": {"responses": ["alert"]}}))
    minutes(lines, [40, 60] * 15)
    found = minutes(lines, [66, 67, 90, 95], 30)
    assert [one.annotations["level"] for one in found] == ["minor", "critical"]


def test_a_minute_without_a_line_is_a_rate_of_nothing() -> None:
    lines = Lines(rule(**SIGMA, side="lower"))
    minutes(lines, [4, 6] * 15)
    (found,) = lines.tick(31 * 60)
    assert found.title == "r: 0 in 1m, usually 5"


def test_a_percentile_of_a_field_is_judged() -> None:
    fields = {**MS, "metric_agg_type": "percentiles", "percentile_range": 95, "unit": "ms"}
    lines = Lines(rule(**SIGMA, **fields))
    for minute in range(30):
        numbers_there = [(60 * minute + n, f"took {100 + n % 3} ms") for n in range(50)]
        lines.block(numbers_there)
    assert not lines.tick(30 * 60)
    slow = [(30 * 60 + n, f"took {900 if n > 40 else 100} ms") for n in range(50)]
    assert not lines.block(slow)
    (found,) = lines.tick(31 * 60)
    assert found.title == "r: ms p95: 907 ms in 1m, usually 102.5"
    assert found.value == pytest.approx(900.0, rel=0.01)
    assert found.unit == "ms"


def test_a_minute_without_the_number_teaches_nothing() -> None:
    lines = Lines(rule(**SIGMA, **MS))
    numbers(lines, [90.0, 110.0] * 15)
    assert not lines.tick(40 * 60)
    assert [one.value for one in numbers(lines, [200.0], 40)] == [200.0]


def test_lines_within_the_delay_count_in_their_own_minute() -> None:
    lines = Lines(rule(**SIGMA | {"query_delay": "30s"}))
    minutes(lines, [4, 6] * 15)
    lines.write(30 * 60 + 59, read=31 * 60 + 20)
    assert not [one for one in lines.tick(31 * 60 + 29) if not one.recovers]
    found = lines.tick(31 * 60 + 30)
    assert titles(found) == ["r: 1 in 1m, usually 5"]


def test_distance_says_which_feature_it_was() -> None:
    lines = Lines(rule("dynamic", detector="mahalanobis", **MS, **plain()))
    numbers(lines, usual(400))
    found = numbers(lines, [100.0 + 6.0 * n for n in range(1, 25)], 400)
    assert found
    assert any(" over 15m: " in one.title or " over 5m: " in one.title for one in found)
    assert all("%" in one.title for one in found if not one.recovers)


def test_the_memory_is_the_usual_judge_and_tells_a_beginning_once() -> None:
    lines = Lines(rule("dynamic", **MS, **plain()))
    calm = numbers(lines, usual(500))
    found = numbers(lines, [400.0] * 5, 500)
    assert [one.value for one in found] == [400.0]
    assert found[0].severity is Severity.CRITICAL
    assert len([one for one in calm if Response.ALERT in one.responses]) <= 1


@pytest.mark.parametrize("detector", ["memory", "sigma", "mahalanobis"])
def test_what_was_learned_goes_on_over_a_restart(detector: str) -> None:
    lines = Lines(rule("dynamic", detector=detector, **MS, **plain()))
    numbers(lines, usual(300))
    lines.restart()
    assert all(len(text) < 4000 for text in lines.kept.values())
    found = numbers(lines, [400.0], 300)
    assert found[0].severity is Severity.CRITICAL
    assert ", usually 1" in found[0].title
    lines.restart()
    (kept,) = [one for one in map(json.loads, lines.kept.values()) if one["key"]]
    assert kept["course"][3] == "critical"


def test_a_level_that_was_told_before_a_restart_ends_after_it() -> None:
    lines = Lines(rule(**SIGMA))
    minutes(lines, [4, 6] * 15)
    minutes(lines, [20], 30)
    lines.restart()
    assert [one.recovers for one in minutes(lines, [5], 31)] == [True]


def test_a_pause_of_days_is_no_rate_of_nothing() -> None:
    lines = Lines(rule(**SIGMA))
    minutes(lines, [4, 6] * 15)
    assert not [one for one in lines.write(30 * 86_400) if not one.recovers]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"metric_agg_type": "max"}, "metric_agg_key"),
        ({"window": 30}, 'detector = "sigma"'),
        ({"detector": "sigma", "window": 10}, "warm_up"),
        ({"detector": "sigma", "sigma": {"major": 0.0}}, "above 0"),
        ({"levels": {"awful": {}}}, "minor"),
    ],
)
def test_what_does_not_fit_together_is_refused(fields: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        rule("dynamic", **fields)


def test_the_numbers_of_the_buckets_are_a_series_of_its_own() -> None:
    lines = Lines(rule("dynamic", **MS, **plain()))
    numbers(lines, [90.0, 110.0, 100.0])
    made = lines.detection.take_numbers()
    assert [one.value for one in made] == [90.0, 110.0, 100.0]
    assert {one.name for one in made} == {"rule:r"}
    assert made[0].labels == {"service": "pay", "host": "box"}
    assert [one.at.second for one in made] == [0, 0, 0]
    lines.restart()
    assert not lines.detection.take_numbers()
    rates = Lines(rule("dynamic", query_key="service", **plain()))
    minutes(rates, [4, 0, 6])
    made = rates.detection.take_numbers()
    assert [one.value for one in made] == [4.0, 0.0, 6.0]
    assert made[0].labels == {"service": "pay", "host": "box"}


def test_rates_of_each_template_are_judged_apart() -> None:
    lines = Lines(rule(**SIGMA, side="upper", query_key=["service", "template"]))
    for minute in range(31):
        many = 20 if minute == 30 else 4 + 2 * (minute % 2)
        for n in range(many):
            lines.write(60 * minute + n * 50 / many, f"login of user {n} failed")
        for n in range(5):
            lines.write(60 * minute + 51 + n, f"cache page {n} written")
        found = lines.tick(60 * (minute + 1))
    (one,) = [each for each in found if not each.recovers]
    assert one.title == "r: 20 in 1m, usually 5"
    assert one.annotations["template"].endswith("login of user <*> failed")
