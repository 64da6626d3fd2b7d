"""The detectors of numbers on kinds of series, none of which a constant was chosen on."""

import math
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.series import DAY, KINDS, STEP_S
from watchers.clauses.judges import DETECTORS, built
from watchers.numbers.verdict import Level, Verdict

ROWS = 8 * DAY
WARM = 2 * DAY
MOST_MAJORS = {"diurnal": 2, "bursty": 5, "steps": 2, "trend": 3, "sparse": 3, "noise": 4}
"""In six days of what is nothing unusual; the everyday should page at most rarely."""
Row = tuple[float | None, float | None]


def judged(name: str, rows: Iterable[Row]) -> list[Verdict]:
    detector = built(name)
    return [detector.judge(at, value) for at, value in rows]


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
@pytest.mark.parametrize("kind", KINDS)
def test_the_everyday_pages_rarely_at_any_scale_and_a_real_step_is_told(
    kind: str, scale: float
) -> None:
    values = [scale * one for one in KINDS[kind](ROWS, 7)]
    low, high = min(values), max(values)
    values += [high + (high - low)] * 3
    found = judged("memory", ((n * STEP_S, value) for n, value in enumerate(values)))
    levels = [one.level.rank for one in found]
    majors = sum(rank >= Level.MAJOR.rank for rank in levels[WARM:ROWS])
    assert majors <= MOST_MAJORS[kind]
    assert max(levels[ROWS:]) >= Level.MAJOR.rank


@pytest.mark.parametrize("kind", ["diurnal", "steps", "noise"])
@pytest.mark.parametrize("offset", [-1e6, 1e6])
def test_it_makes_no_difference_where_zero_is(kind: str, offset: float) -> None:
    values = [one + offset for one in KINDS[kind](4 * DAY, 5)]
    found = judged("memory", ((n * STEP_S, value) for n, value in enumerate(values)))
    assert sum(one.level.rank >= Level.MAJOR.rank for one in found[WARM:]) <= 2


ROW = st.tuples(
    st.none() | st.floats(0.0, 1e9) | st.sampled_from([0.0, 300.0, 600.0]),
    st.none()
    | st.floats(allow_nan=True, allow_infinity=True)
    | st.sampled_from([0.0, 1.0, 2.0, -1e300, 1e300]),
)
"""Gaps, no numbers, huge ones, times that repeat or go backwards."""


def is_number(row: Row) -> bool:
    return row[1] is not None and math.isfinite(row[1])


@pytest.mark.parametrize("name", DETECTORS)
@given(before=st.lists(ROW, max_size=200), one=st.lists(ROW, max_size=60), other=st.lists(ROW))
@settings(max_examples=25, deadline=None)
def test_a_verdict_rests_on_rows_up_to_its_own_only(
    name: str, before: list[Row], one: list[Row], other: list[Row]
) -> None:
    usual: list[Row] = [(300.0 * n, float(n % 5)) for n in range(130)]
    rows = usual + before
    alone = judged(name, rows)
    assert judged(name, rows + one)[: len(rows)] == alone
    assert judged(name, rows + other)[: len(rows)] == alone


@pytest.mark.parametrize("name", DETECTORS)
@given(rows=st.lists(ROW, max_size=200))
@settings(max_examples=25, deadline=None)
def test_rows_without_a_number_leave_the_others_as_they_are(name: str, rows: list[Row]) -> None:
    usual: list[Row] = [(300.0 * n, float(n % 5)) for n in range(130)]
    all_rows = usual + rows
    found = judged(name, all_rows)
    kept = [one for row, one in zip(all_rows, found, strict=True) if is_number(row)]
    assert kept == judged(name, filter(is_number, all_rows))
    silent = [one for row, one in zip(all_rows, found, strict=True) if not is_number(row)]
    assert all(one == Verdict() for one in silent)
