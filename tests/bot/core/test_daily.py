"""The hour of a digest and the day that it tells of, also when the clocks change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.daily import day_until, next_hour

ZONES = ["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Asia/Kolkata", "UTC"]


def test_the_hour_comes_today_or_tomorrow() -> None:
    early = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
    assert next_hour(time(9), "Asia/Shanghai", early) == datetime(2026, 11, 23, 1, tzinfo=UTC)
    on_time = datetime(2026, 11, 23, 1, tzinfo=UTC)
    assert next_hour(time(9), "Asia/Shanghai", on_time) == on_time + timedelta(days=1)


@pytest.mark.parametrize(
    ("until", "hours"),
    [
        (datetime(2026, 3, 29, 7, tzinfo=UTC), 23),  # the clocks were put forward that night
        (datetime(2026, 10, 25, 8, tzinfo=UTC), 25),
        (datetime(2026, 6, 1, 7, tzinfo=UTC), 24),
    ],
)
def test_a_day_lasts_as_long_as_on_the_clock(until: datetime, hours: int) -> None:
    day = day_until(until, "Europe/Berlin")
    assert day.until == until
    assert day.until - day.since == timedelta(hours=hours)
    assert day.since.astimezone(ZoneInfo("Europe/Berlin")).hour == 9


@given(
    now=st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone is said beside
    clock=st.times().map(lambda one: one.replace(second=0, microsecond=0)),
    zone=st.sampled_from(ZONES),
)
def test_digests_come_every_day_and_their_days_follow_each_other(
    now: datetime, clock: time, zone: str
) -> None:
    first = next_hour(clock, zone, now)
    second = next_hour(clock, zone, first)
    assert timedelta(0) < first - now <= timedelta(hours=25)
    assert timedelta(hours=22) <= second - first <= timedelta(hours=26)
    day = day_until(second, zone, clock)
    assert day.since == first
    assert next_hour(clock, zone, day.before) == first
