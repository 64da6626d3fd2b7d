"""Discounted rates, and thresholds of counts."""

import math

import pytest

from watchers.numbers.rates import Rate, unlikely_count


def test_a_steady_rate_is_known_after_a_while() -> None:
    rate = Rate(7200)
    for second in range(0, 36_000, 10):
        rate.fade(second)
        rate.known += 1
    assert rate.expected(60) == pytest.approx(6, rel=0.15)


def test_time_that_says_nothing_changes_no_rate() -> None:
    rate = Rate(7200)
    rate.fade(3600)
    rate.known += 10
    before = rate.expected(60)
    rate.skip(10_000)
    assert rate.expected(60) == before
    rate.fade(5000)
    assert rate.at_s == 10_000


def exact(mean: float, known: float, chance: float) -> int:
    size = 1 / (0.5 / mean + 1 / (known + 0.5))
    p = size / (size + mean)
    tail, count = 1.0, 0
    while tail >= chance:
        log = math.lgamma(count + size) - math.lgamma(size) - math.lgamma(count + 1)
        tail -= math.exp(log + size * math.log(p) + count * math.log(1 - p))
        count += 1
    return count


@pytest.mark.parametrize("mean", [0.01, 0.3, 2.0, 17.0, 240.0])
@pytest.mark.parametrize("chance", [1e-3, 1e-6])
def test_thresholds_are_those_of_the_negative_binomial(mean: float, chance: float) -> None:
    found = unlikely_count(mean, 400, chance)
    assert exact(mean, 500, chance) - 1 <= found <= exact(mean * 1.06, 250, chance) + 1


def test_a_rate_known_from_few_lines_needs_more_to_be_exceeded() -> None:
    assert unlikely_count(1.0, 3, 1e-6) > unlikely_count(1.0, 300, 1e-6)
