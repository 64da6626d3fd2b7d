"""Vector rules: several numbers together, of series or of lines, and which of them it was."""

import json
import math
import random
import re

import pytest

from tests.builders import later
from tests.watchers.detectors.kinds import Lines, plain, rule
from tests.watchers.rules.test_number_rules import Series
from watchers.detectors.vector import VectorRule
from watchers.finding import Finding, Response, Severity
from watchers.measured import Measured


def together(**fields: object) -> Series:
    named = {"series": ["latency", "rule:errors"], **plain(), **fields}
    return Series(rule("vector", **named))


def minute(series: Series, n: int, latency: float, errors: float, **labels: str) -> list[Finding]:
    at = later(minutes=n, seconds=30)
    some = [
        Measured(name="latency", value=latency, at=at, labels=labels),
        Measured(name="rule:errors", value=errors, at=at, labels=labels),
    ]
    return series.push(*some, now=later(minutes=n + 1))


def calm(series: Series, minutes: int, seed: int = 1, **labels: str) -> list[Finding]:
    """Both go up and down together, over a couple of hours."""
    chance = random.Random(seed)  # noqa: S311 - draws numbers, keeps no secret
    found = []
    for n in range(minutes):
        load = math.sin(n / 20.0) + chance.gauss(0.0, 0.2)
        errors = 10.0 + 2.0 * load + chance.gauss(0.0, 0.1)
        found += minute(series, n, 100.0 + 20.0 * load, errors, **labels)
    return found


def test_numbers_that_part_ways_are_told_though_each_is_as_usual() -> None:
    series = together()
    told = [one for one in calm(series, 400) if not one.recovers]
    quiet = [one for one in told if Response.ALERT in one.responses]
    assert len(quiet) <= 2
    found = [one for n in range(3) for one in minute(series, 400 + n, 115.0, 8.5)]
    assert found
    title = found[0].title
    assert re.match(
        r"r: ((latency|rule:errors)( \w+ over \w+)?: \d+%; )+"
        r"latency 115, usually [\d.]+; rule:errors 8.5, usually [\d.]+$",
        title,
    )
    assert "value" not in found[0].labels
    assert "series" not in found[0].labels


def test_a_trend_is_named_with_its_span_and_share() -> None:
    series = together()
    calm(series, 400)
    found = [
        one
        for n in range(25)
        for one in minute(series, 400 + n, 100.0 + 8.0 * n, 10.0)
        if not one.recovers
    ]
    assert any(re.search(r"latency (trend|mean) over (5|15)m: \d+%", one.title) for one in found)
    assert any(one.severity is Severity.CRITICAL for one in found)


def test_labels_and_key_say_what_belongs_together() -> None:
    series = together()
    for n in range(200):
        minute(series, n, 100.0 + n % 7, 10.0, host="a")
        minute(series, n, 100.0 + n % 5, 10.0, host="b")
    found = minute(series, 200, 500.0, 50.0, host="a")
    assert [one.labels for one in found] == [{"host": "a"}]
    by_key = together(query_key="zone")
    for n in range(200):
        at = later(minutes=n, seconds=30)
        some = [
            Measured(name="latency", value=100.0 + n % 7, at=at, labels={"zone": "x", "pod": "1"}),
            Measured(name="rule:errors", value=10.0, at=at, labels={"zone": "x"}),
        ]
        by_key.push(*some, now=later(minutes=n + 1))
    found = minute(by_key, 200, 500.0, 50.0, zone="x", pod="2")
    assert [one.labels for one in found] == [{"zone": "x"}]


def test_what_was_learned_goes_on_over_a_restart() -> None:
    series = together()
    calm(series, 300)
    series.restart()
    assert all(len(text) < 8000 for text in series.kept.values())
    found = minute(series, 300, 500.0, 50.0)
    assert found[0].severity is Severity.CRITICAL
    (kept,) = [one for one in map(json.loads, series.kept.values()) if one["key"] is not None]
    assert kept["course"][3] == "critical"


def test_a_moment_without_one_of_them_shows_nothing_and_teaches_nothing() -> None:
    series = together()
    calm(series, 300)
    alone = Measured(name="latency", value=900.0, at=later(minutes=300, seconds=30))
    assert not series.push(alone, now=later(minutes=301))
    assert minute(series, 301, 500.0, 50.0)


def test_fields_of_lines_are_a_vector_too() -> None:
    wanted = rule(
        "vector",
        pattern=r"took (?P<ms>\d+) ms, (?P<bytes>\d+) bytes",
        metrics=["ms", "bytes"],
        levels={"critical": {"severity": "medium"}},
        **plain(),
    )
    assert isinstance(wanted, VectorRule)
    lines = Lines(wanted)
    chance = random.Random(4)  # noqa: S311 - draws numbers, keeps no secret
    for n in range(300):
        ms = chance.gauss(100.0, 10.0)
        lines.write(60 * n + 30, f"took {ms:.0f} ms, {ms * 10 + chance.gauss(0, 20):.0f} bytes")
    lines.write(60 * 300 + 30, "took 400 ms, 200 bytes")
    found = lines.tick(60 * 301)
    assert "; ms 400, usually " in found[0].title
    assert found[0].labels == {"service": "pay", "host": "box"}
    assert found[0].severity is Severity.MEDIUM


def test_what_is_over_is_said() -> None:
    series = together()
    calm(series, 300)
    assert minute(series, 300, 500.0, 50.0)
    later_on = [one for n in range(301, 400) for one in minute(series, n, 100.0, 10.0)]
    assert any(one.recovers for one in later_on)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"series": "a"}, "two to 8 names"),
        ({"series": ["a", "a"]}, "two to 8 names"),
        ({"series": ["a", "b*"]}, "two to 8 names"),
        ({}, "two to 8 names"),
        ({"series": ["a", "b"], "metrics": ["c", "d"]}, "either series or metrics"),
    ],
)
def test_a_vector_of_too_little_is_refused(fields: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        rule("vector", **fields)
