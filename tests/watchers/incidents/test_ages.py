"""Counts of lines by their age."""

from hypothesis import given
from hypothesis import strategies as st

from watchers.incidents.ages import GRAIN_S, Ages


def counted(times: list[int]) -> tuple[Ages, int]:
    """Lines at some times, each second in a bucket; and how many left the five minutes."""
    ages, left, begun = Ages(), 0, -GRAIN_S
    for at in times:
        if at >= begun + GRAIN_S:
            ages.begin(at)
            begun = at
        ages.add(1)
        left += ages.age(at)[0]
    return ages, left


def within(times: list[int], span_s: float) -> int:
    return sum(at > times[-1] - span_s for at in times)


@given(st.lists(st.integers(0, 6000), min_size=1, max_size=80))
def test_lines_grow_older_within_one_bucket_of_the_truth(times: list[int]) -> None:
    times.sort()
    ages, left = counted(times)
    assert within(times, 58) <= ages.young <= within(times, 60)
    assert within(times, 298) <= ages.late <= within(times, 300)
    assert within(times, 1738) <= ages.total <= within(times, 1800)
    assert left == len(times) - ages.late


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=80), st.integers(0, 900))
def test_what_is_forgotten_counts_for_five_minutes_and_not_for_the_half_hour(
    times: list[int], more_s: int
) -> None:
    times.sort()
    ages, _ = counted(times)
    late = ages.late
    ages.forget()
    assert (ages.late, ages.total) == (late, 0)
    ages.age(times[-1] + more_s)
    assert ages.total == 0
    ages.begin(times[-1] + more_s)
    ages.add(2)
    ages.age(times[-1] + more_s + 400)
    assert (ages.late, ages.total) == (0, 2)
