"""A clock or a zone that is wrong is told from lines that are merely old."""

from datetime import timedelta

import pytest

from tests.builders import NOW, finding
from watchers.records.clocks import Clocks


def heard(*offs: timedelta, every_s: float = 30.0) -> str:
    clocks = Clocks()
    for n, off in enumerate(offs):
        at = NOW + timedelta(seconds=n * every_s)
        clocks.hear([finding(f"f{n}", seen_at=at, written_at=at + off), finding(f"g{n}")])
    return clocks.note


@pytest.mark.parametrize(
    ("off", "said"),
    [
        (timedelta(hours=8), "8 h ahead of"),
        (timedelta(hours=8, seconds=-3), "8 h ahead of"),
        (timedelta(hours=-5.5, seconds=-2), "5.5 h behind"),
        (timedelta(minutes=11), "0.5 h ahead of"),
    ],
)
def test_lines_from_another_zone_or_from_ahead_are_noticed(off: timedelta, said: str) -> None:
    assert said in heard(*[off] * 6)
    assert "time_zone" in heard(*[off] * 6)


@pytest.mark.parametrize(
    "offs",
    [
        [timedelta(seconds=-1)] * 6,
        [timedelta(minutes=-17)] * 6,
        # A backlog comes nearer from line to line.
        [timedelta(hours=-1, seconds=n * 25) for n in range(-6, 7)],
        [timedelta(hours=8)] * 2,
        [*[timedelta(hours=8)] * 6, timedelta()],
        [timedelta(days=-3)] * 6,
    ],
)
def test_old_lines_and_single_ones_are_nothing_to_tell(offs: list[timedelta]) -> None:
    assert heard(*offs) == ""


def test_many_lines_at_one_moment_are_no_proof() -> None:
    assert heard(*[timedelta(hours=-1)] * 500, every_s=0.01) == ""
