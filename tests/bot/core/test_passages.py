"""How long it took until somebody had an alert, and until it was over."""

from datetime import datetime, timedelta
from statistics import mean, median

from hypothesis import given
from hypothesis import strategies as st

from bot.core.alert import AlertState
from bot.core.passages import Episode, Passage, episodes, until_acknowledged, until_resolved
from bot.core.why import Why
from tests.builders import NOW, later
from watchers.finding import Severity

FIRING, TAKEN = AlertState.FIRING, AlertState.ACKNOWLEDGED
OVER, UNKNOWN = AlertState.RESOLVED, AlertState.UNKNOWN
DAY = (NOW, later(days=1))


def passage(
    source: AlertState | None, target: AlertState, why: Why, minutes: float, alert_id: int = 1
) -> Passage:
    return Passage(
        alert_id=alert_id,
        source=source,
        target=target,
        why=why,
        at=later(minutes=minutes),
        severity=Severity.HIGH,
        identity={},
    )


def fires(minutes: float, alert_id: int = 1) -> Passage:
    return passage(None, FIRING, Why.FIRST_SEEN, minutes, alert_id)


def ends(minutes: float, alert_id: int = 1) -> Passage:
    return passage(TAKEN, OVER, Why.RESOLVED, minutes, alert_id)


def taken(minutes: float, alert_id: int = 1) -> Passage:
    return passage(FIRING, TAKEN, Why.ACKNOWLEDGED, minutes, alert_id)


def test_an_episode_runs_from_firing_to_resolved() -> None:
    assert episodes([fires(0), taken(5), ends(30)]) == (
        Episode(
            alert_id=1,
            opened_at=NOW,
            acknowledged_at=later(minutes=5),
            resolved_at=later(minutes=30),
        ),
    )


def test_one_that_fires_again_has_another_episode() -> None:
    again = passage(OVER, FIRING, Why.RECURRED, 40)
    found = episodes([fires(0), ends(30), again, ends(50)])
    assert [one.opened_at for one in found] == [NOW, later(minutes=40)]


def test_only_the_first_acknowledgement_counts_and_comments_count_nothing() -> None:
    let_go = passage(TAKEN, FIRING, Why.ACK_EXPIRED, 10)
    said = passage(FIRING, FIRING, Why.COMMENTED, 2)
    late = passage(OVER, OVER, Why.COMMENTED, 90)
    (found,) = episodes([fires(0), said, taken(5), let_go, taken(20), ends(60), late])
    assert found.acknowledged_at == later(minutes=5)
    assert found.resolved_at == later(minutes=60)


def test_a_source_that_comes_and_goes_ends_nothing() -> None:
    lost = passage(FIRING, UNKNOWN, Why.SOURCE_LOST, 3)
    back = passage(UNKNOWN, FIRING, Why.SOURCE_BACK, 4)
    (found,) = episodes([fires(0), lost, back])
    assert found == Episode(alert_id=1, opened_at=NOW)


def test_of_what_began_out_of_sight_nothing_is_known() -> None:
    assert episodes([taken(5), ends(30)]) == ()


def test_of_an_even_number_the_median_lies_between_the_two_in_the_middle() -> None:
    found = episodes([fires(0, 1), fires(0, 2), taken(10, 1), taken(20, 2)])
    waits = until_acknowledged(found, *DAY)
    assert waits is not None
    assert (waits.count, waits.median) == (2, timedelta(minutes=15))


def test_a_day_counts_what_ended_in_it_wherever_it_began() -> None:
    yesterday = fires(-600)
    found = episodes([yesterday, ends(0), fires(5, 2), ends(60 * 24, 2)])
    waits = until_resolved(found, *DAY)
    assert waits is not None
    assert (waits.count, waits.mean) == (1, timedelta(minutes=600))


def test_without_any_there_is_nothing_to_say() -> None:
    found = episodes([fires(0)])
    assert until_acknowledged(found, *DAY) is None
    assert until_resolved(found, *DAY) is None


def test_a_clock_that_was_put_back_makes_no_negative_wait() -> None:
    waits = until_resolved(episodes([fires(10), ends(5)]), *DAY)
    assert waits is not None
    assert waits.mean == timedelta()


histories = st.lists(
    st.tuples(
        st.integers(0, 600),
        st.none() | st.integers(0, 600),
        st.none() | st.integers(0, 600),
    ),
    max_size=12,
)


@given(histories=histories, since=st.integers(-10, 1200), span=st.integers(0, 1500))
def test_waits_are_the_plain_arithmetic_of_what_fell_into_the_span(
    histories: list[tuple[int, int | None, int | None]], since: int, span: int
) -> None:
    """Each alert fires, may be taken some minutes later, and may end some minutes after that."""
    passages: list[Passage] = []
    to_take: list[int] = []
    to_end: list[int] = []
    for number, (fired, taken_after, ended_after) in enumerate(histories, 1):
        passages.append(fires(fired, number))
        if taken_after is not None:
            passages.append(taken(fired + taken_after, number))
            if since <= fired + taken_after < since + span:
                to_take.append(taken_after)
        if ended_after is not None:
            at = fired + (taken_after or 0) + ended_after
            passages.append(ends(at, number))
            if since <= at < since + span:
                to_end.append(at - fired)
    passages.sort(key=lambda one: one.at)
    found = episodes(passages)
    window: tuple[datetime, datetime] = (later(minutes=since), later(minutes=since + span))
    for waits, minutes in (
        (until_acknowledged(found, *window), to_take),
        (until_resolved(found, *window), to_end),
    ):
        if not minutes:
            assert waits is None
            continue
        assert waits is not None
        assert waits.count == len(minutes)
        assert abs(waits.mean - timedelta(minutes=mean(minutes))) < timedelta(milliseconds=1)
        assert abs(waits.median - timedelta(minutes=median(minutes))) < timedelta(milliseconds=1)
        assert min(minutes) * 60 - 1 <= waits.median.total_seconds() <= max(minutes) * 60 + 1
