"""The detectors of numbers, each on series it must tell apart."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchers.clauses.judges import DETECTORS, built
from watchers.detectors.mahalanobis import MahalanobisDetector
from watchers.detectors.memory import MemoryDetector
from watchers.detectors.sigma import SigmaDetector
from watchers.numbers.verdict import Level, Side, Verdict


def judged(detector: SigmaDetector, *values: float) -> list[Verdict]:
    return [detector.judge(60.0 * n, value) for n, value in enumerate(values)]


@pytest.mark.parametrize("name", DETECTORS)
@given(
    values=st.lists(
        st.floats(allow_nan=True, allow_infinity=True) | st.sampled_from([0.0, 1.0, 1e300]),
        max_size=400,
    ),
    at=st.floats(allow_nan=False, allow_infinity=False),
)
@settings(max_examples=40, deadline=None)
def test_no_series_makes_a_score_that_is_no_number(
    name: str, values: list[float], at: float
) -> None:
    detector = built(name)
    for n, value in enumerate(values):
        verdict = detector.judge(at + n, value)
        assert math.isfinite(verdict.score)
        assert verdict.score >= 0.0


class TestSigma:
    STEADY = (9.0, 11.0) * 15

    @pytest.mark.parametrize(
        ("value", "level"),
        [
            (11.4, Level.NONE),
            (11.5, Level.MINOR),
            (12.0, Level.MAJOR),
            (12.5, Level.CRITICAL),
            (7.5, Level.CRITICAL),
        ],
    )
    def test_levels_begin_at_one_and_a_half_two_and_two_and_a_half_deviations(
        self, value: float, level: Level
    ) -> None:
        verdict = judged(SigmaDetector(), *self.STEADY, value)[-1]
        assert verdict.level is level
        assert verdict.score == pytest.approx(abs(value - 10.0))

    def test_the_number_that_is_judged_is_no_part_of_its_own_mean(self) -> None:
        detector = SigmaDetector(warm_up=2, window=4)
        assert judged(detector, 9.0, 11.0, 100.0)[-1].score == pytest.approx(90.0)

    def test_nothing_is_said_while_it_warms_up(self) -> None:
        assert not any(one.score for one in judged(SigmaDetector(), *range(20)))

    @pytest.mark.parametrize(
        ("side", "up", "down"), [(Side.UPPER, 5.0, 0.0), (Side.LOWER, 0.0, 5.0)]
    )
    def test_only_the_side_that_is_asked_for_counts(
        self, side: Side, up: float, down: float
    ) -> None:
        assert judged(SigmaDetector(side=side), *self.STEADY, 15.0)[-1].score == pytest.approx(up)
        assert judged(SigmaDetector(side=side), *self.STEADY, 5.0)[-1].score == pytest.approx(down)

    def test_a_deviation_of_nothing_has_a_floor(self) -> None:
        same = [1000.0] * 30
        assert judged(SigmaDetector(), *same, 1001.0)[-1].level is Level.NONE
        assert judged(SigmaDetector(), *same, 1003.0)[-1].level is Level.CRITICAL
        coarse = SigmaDetector(resolution=5.0)
        assert judged(coarse, *same, 1005.0)[-1].level is Level.NONE

    def test_a_level_is_left_only_well_below_it(self) -> None:
        detector = SigmaDetector(window=1000, warm_up=1000)
        judged(detector, *(9.0, 11.0) * 500)
        levels = [detector.judge(None, value).level for value in (12.1, 11.9, 11.7, 11.9, 11.2)]
        assert levels == [Level.MAJOR, Level.MAJOR, Level.MINOR, Level.MINOR, Level.NONE]

    def test_what_is_older_than_the_span_is_forgotten(self) -> None:
        detector = SigmaDetector(span_s=3600.0)
        judged(detector, *self.STEADY)
        assert detector.judge(1e6, 1e6).score == 0.0

    def test_sums_do_not_drift_behind_a_huge_number(self) -> None:
        chance = random.Random(5)  # noqa: S311 - draws numbers, keeps no secret
        detector = SigmaDetector()
        for n in range(9000):
            detector.judge(n, 1e12 if n == 100 else chance.gauss(0.0, 1.0))
        window = [x for _, x in detector._moments.numbers]
        mean = math.fsum(window) / 60
        assert detector._moments.mean == pytest.approx(mean, abs=1e-9)
        spread = math.sqrt(math.fsum((x - mean) ** 2 for x in window) / 60)
        assert detector._moments.deviation == pytest.approx(spread, rel=1e-9)


class TestMahalanobis:
    def test_it_tells_which_feature_it_was(self) -> None:
        chance = random.Random(3)  # noqa: S311 - draws numbers, keeps no secret
        detector = MahalanobisDetector()
        for n in range(600):
            assert detector.judge(n, chance.gauss(100.0, 5.0)).score < 8.0
        found = [
            detector.judge(600 + n, 100.0 + 3.0 * n + chance.gauss(0.0, 5.0)) for n in range(20)
        ]
        told = next(one for one in found if one.level is not Level.NONE)
        assert sum(told.shares.values()) == pytest.approx(1.0)
        best = max(found, key=lambda one: one.score)
        assert next(iter(best.shares)).split("/")[0] in {"trend", "mean", "value"}

    def test_a_new_normal_is_learned_after_an_hour_of_it(self) -> None:
        chance = random.Random(4)  # noqa: S311 - draws numbers, keeps no secret
        detector = MahalanobisDetector()
        for n in range(400):
            detector.judge(n, chance.gauss(10.0, 1.0))
        shifted = [detector.judge(400 + n, chance.gauss(50.0, 1.0)) for n in range(400)]
        assert shifted[0].level is Level.CRITICAL
        assert not any(one.level is Level.CRITICAL for one in shifted[200:])

    def test_metrics_that_part_ways_are_found_though_each_is_ordinary(self) -> None:
        chance = random.Random(6)  # noqa: S311 - draws numbers, keeps no secret
        detector = MahalanobisDetector(("requests", "cpu"))
        for n in range(1000):
            load = 100.0 + 30.0 * math.sin(n / 40.0)
            values = {"requests": load, "cpu": load / 2.0 + chance.gauss(0.0, 0.5)}
            detector.judge_all(n, values)
        load = 100.0 + 30.0 * math.sin(1000 / 40.0)
        found = detector.judge_all(1000, {"requests": load, "cpu": 36.0})
        assert found.level is not Level.NONE
        assert any(name.startswith("cpu ") for name in list(found.shares)[:3])
        assert detector.judge_all(1001, {"cpu": 1.0}) == Verdict()


class TestMemory:
    def test_what_was_told_once_is_known(self) -> None:
        chance = random.Random(8)  # noqa: S311 - draws numbers, keeps no secret
        detector = MemoryDetector()
        values = [chance.gauss(50.0, 2.0) for _ in range(2000)]
        values[1000] = values[1500] = 90.0
        found = [detector.judge(300.0 * n, value) for n, value in enumerate(values)]
        assert found[1000].level is Level.CRITICAL
        assert found[1500].level.rank <= Level.MINOR.rank

    def test_the_wrong_hour_of_an_ordinary_value_is_found(self) -> None:
        chance = random.Random(9)  # noqa: S311 - draws numbers, keeps no secret
        detector = MemoryDetector()
        values = [
            (80.0 if 96 <= n % 288 < 192 else 20.0) + chance.uniform(-1.0, 1.0)
            for n in range(288 * 8)
        ]
        night = 288 * 7 + 30
        values[night : night + 30] = [80.0 + chance.uniform(-1.0, 1.0) for _ in range(30)]
        found = [detector.judge(300.0 * n, value) for n, value in enumerate(values)]
        assert max(range(600, len(found)), key=lambda n: found[n].score) in range(night, night + 3)

    def test_it_stays_small_on_a_series_without_bounds(self) -> None:
        detector = MemoryDetector()
        for n in range(6000):
            detector.judge(n, float(n * n) if n > 600 else 0.0)
        for voice in detector._voices:
            assert all(len(known) <= 1000 for known in voice._known)
