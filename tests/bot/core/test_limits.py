"""Limits: what they let through, and that nothing is lost on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.limits import (
    FixedWindow,
    Limiter,
    LimitKind,
    SlidingLog,
    State,
    TokenBucket,
    limiter,
)

KINDS = {
    LimitKind.FIXED_WINDOW: FixedWindow,
    LimitKind.SLIDING_LOG: SlidingLog,
    LimitKind.TOKEN_BUCKET: TokenBucket,
}
ARRIVALS = st.lists(st.floats(0, 30), max_size=60).map(sorted)


def let_through(limit: Limiter, arrivals: list[float], start: float = 1e9) -> list[float]:
    state: State = ()
    told = []
    for at in arrivals:
        taken = limit.take(state, start + at)
        if taken.free_at <= start + at:
            state = taken.state
            told.append(at)
    return told


@pytest.mark.parametrize("kind", LimitKind)
def test_each_kind_has_its_arithmetic(kind: LimitKind) -> None:
    assert limiter(kind, 3, 10.0) == KINDS[kind](3, 10.0)


def test_a_fixed_window_begins_anew_at_its_end() -> None:
    arrivals = [8.0, 9.0, 9.5, 10.0, 10.1, 10.2]
    assert let_through(FixedWindow(2, 10.0), arrivals) == [8.0, 9.0, 10.0, 10.1]


def test_a_sliding_log_never_lets_more_through_in_any_span() -> None:
    arrivals = [8.0, 9.0, 9.5, 10.0, 18.0, 18.5, 19.0]
    assert let_through(SlidingLog(2, 10.0), arrivals) == [8.0, 9.0, 18.0, 19.0]


def test_a_token_bucket_fills_evenly() -> None:
    arrivals = [0.0, 0.0, 0.0, 4.0, 5.0, 6.0, 10.0, 30.0, 30.0, 30.0]
    assert let_through(TokenBucket(2, 10.0), arrivals) == [0.0, 0.0, 5.0, 10.0, 30.0, 30.0]


def test_a_clock_that_is_set_back_fills_no_bucket() -> None:
    bucket = TokenBucket(1, 10.0)
    state = bucket.take((), 100.0).state
    assert bucket.take(state, 50.0).free_at == 60.0


@pytest.mark.parametrize("kind", LimitKind)
@given(arrivals=ARRIVALS, most=st.integers(1, 4))
def test_told_and_held_back_are_all_and_never_too_many(
    kind: LimitKind, arrivals: list[float], most: int
) -> None:
    told = let_through(limiter(kind, most, 10.0), arrivals)
    held = len(arrivals) - len(told)
    assert len(told) + held == len(arrivals)
    assert len(told) >= min(most, len(arrivals))
    allowed = most if kind is LimitKind.SLIDING_LOG else 2 * most
    for at in told:
        assert sum(at <= other < at + 9.99 for other in told) <= allowed


@pytest.mark.parametrize("kind", LimitKind)
@given(arrivals=ARRIVALS, most=st.integers(1, 4))
def test_what_is_said_to_be_free_then_is_free_then(
    kind: LimitKind, arrivals: list[float], most: int
) -> None:
    limit = limiter(kind, most, 10.0)
    state: State = ()
    for at in arrivals:
        taken = limit.take(state, at)
        free_at = taken.free_at
        if free_at > at:
            assert free_at <= at + 10.0 + 1e-6
            taken = limit.take(state, free_at)
            assert taken.free_at <= free_at
        else:
            state = taken.state
