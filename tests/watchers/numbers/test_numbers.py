"""The numeric parts against the plain formula, on any numbers."""

import json
import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchers.numbers.bands import DayBand, DayLength
from watchers.numbers.buckets import Buckets
from watchers.numbers.covariance import Covariance
from watchers.numbers.scales import WINDOWS, MultiScale
from watchers.numbers.sketch import Sketch

numbers = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=200)


@given(xs=numbers, half=st.integers(0, 6))
@settings(max_examples=50, deadline=None)
def test_a_band_is_the_extremes_about_the_same_row_of_earlier_days(
    xs: list[float], half: int
) -> None:
    day = DayLength()
    day.rows = rows = 12
    band = DayBand(half, day)
    for t, x in enumerate(xs):
        near = [
            xs[i]
            for k in range(1, 8)
            for i in range(t - k * rows - half, t - k * rows + half + 1)
            if t - k * rows + half >= 0 and 0 <= i < t
        ]
        expected = max(x - max(near), 0.0) - max(min(near) - x, 0.0) if near else 0.0
        assert band.push(x) == expected


@pytest.mark.parametrize(("step", "rows"), [(300.0, 288), (3600.0, 24), (1.0, 0), (1e6, 0)])
def test_a_day_is_as_many_rows_as_the_usual_step_makes(step: float, rows: int) -> None:
    day = DayLength()
    at = 0.0
    for n in range(600):
        day.push(at if n % 7 else None)
        at += step * (20 if n % 10 == 0 else 1)
    assert day.rows == rows
    assert day.settled


def test_a_band_of_many_days_keeps_only_a_week() -> None:
    day = DayLength()
    band = DayBand(2, day)
    for n in range(24 * 80):
        day.push(3600.0 * n)
        outside = band.push(1000.0 if n == 900 else n % 24)
        assert outside == (0.0 if n < 32 or n != 900 else 1000.0 - 14.0)
    assert len(band._high) == 1024


@given(xs=numbers)
@settings(max_examples=30, deadline=None)
def test_features_are_those_of_the_windows(xs: list[float]) -> None:
    scale = MultiScale()
    for t, x in enumerate(xs):
        features = scale.push(x)
        assert features[0] == x
        for k, w in enumerate(WINDOWS):
            window = xs[max(0, t - w + 1) : t + 1]
            count = len(window)
            mean = math.fsum(window) / count
            middle = (count - 1) / 2
            spread = sum((i - middle) ** 2 for i in range(count))
            rise = sum((i - middle) * (one - mean) for i, one in enumerate(window))
            slope = rise / spread * count if spread else 0.0
            assert features[1 + 3 * k] == pytest.approx(mean, abs=1e-3)
            assert features[3 + 3 * k] == pytest.approx(slope, abs=1e-2)


def test_features_stay_exact_over_many_numbers() -> None:
    scale, fresh = MultiScale(), MultiScale()
    chance = random.Random(2)  # noqa: S311 - draws numbers, keeps no secret
    xs = [chance.gauss(1e6, 1.0) for _ in range(9000)]
    xs[10] = 1e12
    old = [scale.push(x) for x in xs][-1]
    new = [fresh.push(x) for x in xs[-70:]][-1]
    assert old == pytest.approx(new, rel=1e-6, abs=1e-2)


def test_an_inverse_is_one_also_of_features_that_depend_on_each_other() -> None:
    chance = random.Random(1)  # noqa: S311 - draws numbers, keeps no secret
    cov = Covariance(4, 0.002)
    for _ in range(5000):
        a, b = chance.gauss(0.0, 1.0), chance.gauss(0.0, 3.0)
        cov.push([a, b, a + b, 0.0])
    inverse = cov.inverse()
    v = [1.0, 2.0, 3.0, 0.5]
    length = sum(v[i] * inverse[i][j] * v[j] for i in range(4) for j in range(4))
    assert 0.0 < length < 1e6
    assert inverse[0][1] == pytest.approx(inverse[1][0])


@given(xs=numbers, share=st.floats(0.0, 1.0))
@settings(max_examples=80, deadline=None)
def test_a_quantile_is_right_within_one_percent_also_after_it_was_kept(
    xs: list[float], share: float
) -> None:
    sketch = Sketch()
    for x in xs:
        sketch.push(x)
    found = Sketch(json.loads(json.dumps(sketch.state()))).quantile(share)
    exact = sorted(xs)[math.floor(share * (len(xs) - 1))]
    assert found == pytest.approx(exact, rel=0.0101, abs=1e-8)


def test_a_sketch_is_bounded_and_keeps_its_upper_end() -> None:
    sketch = Sketch()
    assert sketch.quantile(0.5) is None
    for n in range(3000):
        sketch.push(1.02**n)
    assert len(sketch.state()) <= 1024
    assert sketch.quantile(1.0) == pytest.approx(1.02**2999, rel=0.01)


def test_a_bucket_comes_once_and_in_order_whatever_comes_late() -> None:
    buckets = Buckets(60.0)
    for at in (65.0, 10.0, 130.0, 61.0, 400.0):
        buckets.add(at, at)
    closed = [(end, bucket.count) for end, bucket in buckets.closed(239.0)]
    assert closed == [(120.0, 2), (180.0, 1)]
    buckets.add(150.0, 1.0)
    kept = Buckets(60.0, json.loads(json.dumps(buckets.state())))
    assert [bucket.count for _, bucket in kept.closed(420.0)] == [0, 0, 0, 1]
