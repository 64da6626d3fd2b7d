"""Windows, discounted rates, and thresholds of counts."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.numbers.rates import Rate, unlikely_count
from watchers.numbers.windows import Window


def test_a_window_counts_what_is_not_too_old() -> None:
    window = Window(60, 2)
    assert [window.add(at) for at in (0, 1, 30, 59)] == [0, 0, 0, 0]
    assert window.total == 4
    assert window.add(75) == 2
    assert window.total == 3
    assert window.add(1000) == 3
    assert window.total == 1


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=60))
def test_a_window_is_right_within_one_bucket(times: list[int]) -> None:
    window = Window(300, 5)
    for index, at in enumerate(sorted(times)):
        if at < window.same_until_s:
            window.add_more(1)
        else:
            window.add(at)
        before = sorted(times)[: index + 1]
        strict = sum(at - 295 < one for one in before)
        assert strict <= window.total <= sum(at - 305 < one for one in before)


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
