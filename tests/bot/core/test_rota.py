"""Whose turn it is: turns, exceptions, changes of clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.core.alert import Person
from bot.core.rota import Rota, Shift, Turns
from tests.builders import LIN, NOW, WANG, later

CHEN = Person(id="ou_chen", name="陈")
BERLIN = ZoneInfo("Europe/Berlin")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def weekly(*people: Person, zone: ZoneInfo = SHANGHAI, days: int = 7) -> Turns:
    return Turns(
        people=people or (LIN, WANG),
        first_day=date(2026, 11, 16),
        handover=time(10),
        days=days,
        zone=zone,
    )


def shift(person: Person, start: float, end: float) -> Shift:
    return Shift(person=person, starts_at=later(hours=start), ends_at=later(hours=end))


def test_turns_change_at_the_hour_of_the_zone() -> None:
    rota = Rota(name="ops", turns=weekly())
    monday = datetime(2026, 11, 23, 9, 59, tzinfo=SHANGHAI)
    before, after = rota.on_call(monday), rota.on_call(monday + timedelta(minutes=1))
    assert before is not None
    assert after is not None
    assert (before.person, after.person) == (LIN, WANG)
    assert before.ends_at == after.starts_at == datetime(2026, 11, 23, 2, tzinfo=UTC)
    following = rota.next_after(monday)
    assert following == after


def test_days_before_the_first_count_back_in_the_same_order() -> None:
    turns = weekly(LIN, WANG, CHEN)
    week = datetime(2026, 11, 12, 12, tzinfo=SHANGHAI)
    assert [turns.at(week - timedelta(days=7 * n)).person for n in range(3)] == [CHEN, WANG, LIN]


def test_a_turn_keeps_its_local_hour_over_a_change_of_clocks() -> None:
    turns = Turns(
        people=(LIN, WANG), first_day=date(2026, 10, 24), handover=time(2, 30), days=1, zone=BERLIN
    )
    # On 25 October 2026 half past two comes twice: the first of them changes the turn.
    longest = turns.at(datetime(2026, 10, 25, 12, tzinfo=BERLIN))
    assert longest.starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert longest.ends_at == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)
    # On 28 March 2027 it does not come at all.
    missing = turns.at(datetime(2027, 3, 28, 12, tzinfo=BERLIN))
    assert missing.starts_at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_an_exception_goes_before_the_turn_and_the_one_that_began_last_wins() -> None:
    rota = Rota(name="ops", turns=weekly(), shifts=(shift(LIN, 0, 10), shift(CHEN, 2, 4)))
    now = [rota.on_call(later(hours=hour)) for hour in (1, 3, 5, 11)]
    assert [one.person for one in now if one] == [LIN, CHEN, LIN, WANG]
    back = rota.on_call(later(hours=11))
    assert back is not None
    assert back.starts_at == later(hours=10)
    early = rota.on_call(later(hours=-1))
    assert early is not None
    assert (early.person, early.ends_at) == (WANG, NOW)


def test_a_rota_of_a_calendar_alone_can_have_nobody() -> None:
    rota = Rota(name="ops", shifts=(shift(LIN, 1, 2), shift(LIN, 2, 3), shift(WANG, 5, 6)))
    assert rota.on_call(NOW) is None
    assert rota.next_after(NOW) == shift(LIN, 1, 2)
    assert rota.next_after(later(hours=1)) == shift(WANG, 5, 6)
    assert rota.next_after(later(hours=5)) is None
    assert Rota(name="none").next_after(NOW) is None


def test_somebody_who_is_alone_has_nobody_after() -> None:
    assert Rota(name="ops", turns=weekly(LIN)).next_after(NOW) is None


@given(st.integers(-500_000, 500_000), st.sampled_from([1, 2, 7]))
def test_at_any_minute_somebody_has_a_turn_that_covers_it(minutes: int, days: int) -> None:
    now = later(minutes=minutes)
    turn = weekly(zone=BERLIN, days=days).at(now)
    assert turn.covers(now)
