"""Figures of hosts over time, how bad a host is, and when a disk is full."""

import random
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.health import (
    HostPoint,
    Step,
    badness,
    figures_of,
    full_in,
    silent_from,
    thinned,
    together,
)
from tests.builders import NOW, host_sample, later
from watchers.health import CheckResult, CheckStatus, Disk

MINUTE = timedelta(minutes=1)


def check(status: CheckStatus, name: str = "pay") -> CheckResult:
    return CheckResult(name=name, kind="tcp", status=status, at=NOW)


def disk(used: float, inodes: float | None = None) -> Disk:
    return Disk(mount="/data", used=used, total_bytes=100, free_bytes=10, inodes=inodes)


def course(*values: float, step: timedelta = MINUTE) -> list[tuple[datetime, float]]:
    return [(NOW + n * step, value) for n, value in enumerate(values)]


def test_all_figures_of_a_sample_are_kept_and_what_is_unknown_is_left_out() -> None:
    assert figures_of(host_sample()) == {"cpu": 0.5, "memory": 0.5}
    full = host_sample(
        swap=0.1,
        sent_per_s=7.0,
        received_per_s=9.0,
        load=(1.5, 1.0, 0.5),
        disks=(disk(0.9),),
        checks=(check(CheckStatus.WARNING), check(CheckStatus.DOWN, "db")),
    )
    assert figures_of(full) == {
        "cpu": 0.5,
        "memory": 0.5,
        "swap": 0.1,
        "in": 9.0,
        "out": 7.0,
        "load": 1.5,
        "disk:/data": 0.9,
        "up:pay": 1.0,
        "up:db": 0.0,
    }


def test_points_taken_together_keep_the_mean_and_the_highest() -> None:
    points = [
        HostPoint(at=NOW, figures={"cpu": (0.2, 0.9)}),
        HostPoint(at=NOW, figures={"cpu": (0.4, 0.5), "load": (3.0, 3.0)}),
    ]
    assert together(points) == {"cpu": (0.3, 0.9), "load": (3.0, 3.0)}
    assert together([]) == {}


@pytest.mark.parametrize(
    ("step", "begin", "kept"),
    [
        (Step.RAW, "04:59:59.5", timedelta(hours=6)),
        (Step.MINUTE, "04:59:00", timedelta(days=2)),
        (Step.TEN_MINUTES, "04:50:00", timedelta(days=7)),
        (Step.HOUR, "04:00:00", timedelta(days=90)),
    ],
)
def test_steps_begin_at_whole_minutes_and_hours(step: Step, begin: str, kept: timedelta) -> None:
    at = NOW.replace(hour=4, minute=59, second=59, microsecond=500_000)
    assert step.begin(at) == datetime.fromisoformat(f"{NOW:%Y-%m-%d}T{begin}+00:00")
    assert step.kept == kept


def test_a_host_with_a_failing_check_is_worse_than_a_full_one_than_a_busy_one() -> None:
    down = host_sample(checks=(check(CheckStatus.DOWN),))
    warns = host_sample(checks=(check(CheckStatus.WARNING),))
    full, inodes = host_sample(disk=0.99), host_sample(disks=(disk(0.1, 0.97), disk(0.1)))
    order = [down, warns, full, inodes, host_sample(cpu=0.6), host_sample()]
    assert sorted(order, key=badness, reverse=True) == order


def test_a_host_that_reports_seldom_is_silent_later() -> None:
    after = timedelta(minutes=2)
    assert silent_from(host_sample(every_s=10.0), NOW, after) == later(minutes=2)
    assert silent_from(host_sample(every_s=300.0), NOW, after) == later(minutes=15)


def test_a_disk_that_fills_evenly_is_full_when_the_line_says_so() -> None:
    found = full_in(course(*(0.5 + 0.001 * n for n in range(100))))
    assert found is not None
    assert found.span == pytest.approx(timedelta(minutes=401), abs=MINUTE)
    assert found.give < MINUTE


def test_a_file_that_came_and_went_does_not_change_the_forecast() -> None:
    values = [0.5 + 0.001 * n for n in range(100)]
    values[40:55] = [one + 0.3 for one in values[40:55]]
    found = full_in(course(*values))
    assert found is not None
    assert found.span == pytest.approx(timedelta(minutes=401), abs=timedelta(minutes=40))


def test_the_give_of_a_forecast_grows_with_the_noise() -> None:
    def give(noise: float) -> timedelta:
        chance = random.Random(3)  # noqa: S311 - draws numbers, keeps no secret
        values = [0.5 + 0.001 * n + chance.gauss(0.0, noise) for n in range(120)]
        found = full_in(course(*values))
        assert found is not None
        return found.give

    assert timedelta() < give(0.001) < give(0.01) < timedelta(hours=3)
    few = full_in(course(*(0.5 + 0.02 * n - 0.03 * (n % 3) for n in range(8)), step=5 * MINUTE))
    assert few is not None
    assert few.give > timedelta(hours=1)


@pytest.mark.parametrize(
    "values",
    [
        [],
        [0.5 + 0.01 * n for n in range(7)],
        [0.5] * 60,
        [0.9 - 0.001 * n for n in range(60)],
        [0.5, 0.6, 0.4] * 20,
        [0.5 + 0.000_001 * n for n in range(60)],
        [0.5 + 0.000_01 * n for n in range(60)],
    ],
    ids=["nothing", "too short", "flat", "falling", "up and down", "rounding", "beyond a week"],
)
def test_nothing_is_foretold_without_a_clear_rise(values: list[float]) -> None:
    assert full_in(course(*values)) is None


def test_a_minute_is_too_short_to_foretell_anything() -> None:
    values = (0.5 + 0.001 * n for n in range(60))
    assert full_in(course(*values, step=timedelta(seconds=1))) is None


def test_a_rise_of_which_a_part_went_back_is_not_clear() -> None:
    saw = [0.5 + 0.004 * (n % 25) + 0.0002 * n for n in range(100)]
    assert full_in(course(*saw)) is None


def test_a_disk_that_is_full_already_is_full_now() -> None:
    assert full_in(course(*(min(1.0, 0.95 + 0.001 * n) for n in range(61)))) is not None


@given(st.lists(st.floats(0, 1), max_size=80))
def test_a_forecast_is_never_negative_nor_beyond_a_week(values: list[float]) -> None:
    found = full_in(course(*values))
    assert found is None or timedelta() <= found.span <= timedelta(days=7)


@given(st.integers(0, 200), st.integers(2, 40))
def test_thinned_keeps_order_and_ends(length: int, most: int) -> None:
    points = course(*(n / 200 for n in range(length)))
    some = thinned(points, most)
    assert len(some) == min(length, most)
    assert list(some) == sorted(some)
    if points:
        assert (some[0], some[-1]) == (points[0], points[-1])
