"""Figures of a host that are not what they usually are."""

import random

import pytest

from tests.builders import host_sample, later
from watchers.detectors.host_series import HostSeries, UnusualTerms
from watchers.finding import Finding, Response, Severity


class Host:
    """A host that is sampled every 30 seconds."""

    def __init__(self, *figures: str, detector: str = "memory") -> None:
        self.series = HostSeries("a", UnusualTerms(figures=figures, detector=detector))
        self.chance = random.Random(2)  # noqa: S311 - draws numbers, keeps no secret
        self.second = 0

    def minute(self, cpu: float, memory: float = 0.5) -> tuple[Finding, ...]:
        found: tuple[Finding, ...] = ()
        for _ in range(2):
            at = later(seconds=self.second)
            found += self.series.detect(host_sample(host="web-1", at=at, cpu=cpu, memory=memory))
            self.second += 30
        return found

    def usual(self, minutes: int) -> None:
        for _ in range(minutes):
            load = self.chance.uniform(0.2, 0.4)
            self.minute(load, 0.3 + load / 2 + self.chance.uniform(-0.01, 0.01))


def test_a_figure_that_leaps_is_told_once_with_what_is_usual() -> None:
    host = Host("cpu")
    host.usual(300)
    found = [one for _ in range(5) for one in host.minute(0.9)]
    (told,) = [one for one in found if Response.ALERT in one.responses]
    assert told.title.startswith("cpu 90%, usually 2")
    assert told.labels == {"host": "web-1", "figure": "cpu"}
    assert told.severity is Severity.HIGH
    assert told.value == pytest.approx(0.9)


def test_nothing_is_told_of_figures_that_nobody_asked_for() -> None:
    host = Host()
    host.usual(200)
    assert not host.minute(1.0)


def test_figures_that_part_ways_are_told_together_with_the_reason() -> None:
    host = Host("cpu", "memory", detector="mahalanobis")
    host.usual(600)
    found = [one for _ in range(3) for one in host.minute(0.2, 0.5)]
    assert found
    assert found[0].labels == {"host": "web-1", "figure": "all"}
    assert "; memory" in found[0].title
    assert found[0].title.endswith("%")
    assert " over " in found[0].title or "memory: " in found[0].title
