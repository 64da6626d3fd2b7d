"""Windows come again on their days, whatever the clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.recurrence import EVERY_DAY, WEEKDAYS, WEEKEND, Recurrence, Window, at_clock

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"


def every(days: frozenset[int], begins: str, ends: str, zone: str = "Asia/Shanghai") -> Recurrence:
    return Recurrence(
        days=days, begins=time.fromisoformat(begins), ends=time.fromisoformat(ends), zone=zone
    )


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def window(starts: str, ends: str) -> Window:
    return Window(starts_at=utc(starts), ends_at=utc(ends))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        # 2026-11-23 is a Monday; Shanghai is eight hours ahead.
        ("2026-11-23T13:59", window("2026-11-23T14:00", "2026-11-23T22:00")),
        ("2026-11-23T14:00", window("2026-11-23T14:00", "2026-11-23T22:00")),
        ("2026-11-23T21:59:59", window("2026-11-23T14:00", "2026-11-23T22:00")),
        ("2026-11-23T22:00", window("2026-11-24T14:00", "2026-11-24T22:00")),
        # Friday's window reaches into Saturday; then comes Monday's.
        ("2026-11-27T20:00", window("2026-11-27T14:00", "2026-11-27T22:00")),
        ("2026-11-27T22:00", window("2026-11-30T14:00", "2026-11-30T22:00")),
    ],
)
def test_case_32_a_window_over_midnight_belongs_to_the_day_it_begins_on(
    now: str, expected: Window
) -> None:
    assert every(WEEKDAYS, "22:00", "06:00").window(utc(now)) == expected


def test_case_32_equal_times_are_a_whole_day() -> None:
    weekend = every(WEEKEND, "00:00", "00:00", "UTC")
    saturday = window("2026-11-28T00:00", "2026-11-29T00:00")
    assert weekend.window(utc("2026-11-23T00:00")) == saturday
    assert weekend.window_after(saturday.ends_at) == window("2026-11-29T00:00", "2026-11-30T00:00")


def test_case_32_the_window_after_one_that_was_cut_short_is_the_next_days() -> None:
    nightly = every(EVERY_DAY, "22:00", "06:00", "UTC")
    assert nightly.window_after(utc("2026-11-23T23:00")) == window(
        "2026-11-24T22:00", "2026-11-25T06:00"
    )


@pytest.mark.parametrize(
    ("zone", "day", "clock", "expected"),
    [
        # Forward: 02:00 becomes 03:00, so 02:30 is not; the next valid instant is the jump.
        (BERLIN, date(2026, 3, 29), "02:30", "2026-03-29T01:00"),
        (BERLIN, date(2026, 3, 29), "02:00", "2026-03-29T01:00"),
        (BERLIN, date(2026, 3, 29), "03:00", "2026-03-29T01:00"),
        (BERLIN, date(2026, 3, 29), "01:59", "2026-03-29T00:59"),
        (NEW_YORK, date(2026, 3, 8), "02:30", "2026-03-08T07:00"),
        (NEW_YORK, date(2026, 3, 8), "03:30", "2026-03-08T07:30"),
        # Back: 02:30 (01:30) comes twice; the first occurrence counts.
        (BERLIN, date(2026, 10, 25), "02:30", "2026-10-25T00:30"),
        (BERLIN, date(2026, 10, 25), "03:00", "2026-10-25T02:00"),
        (NEW_YORK, date(2026, 11, 1), "01:30", "2026-11-01T05:30"),
        (NEW_YORK, date(2026, 11, 1), "02:00", "2026-11-01T07:00"),
    ],
)
def test_case_32_a_clock_time_that_is_missing_or_comes_twice(
    zone: str, day: date, clock: str, expected: str
) -> None:
    assert at_clock(day, time.fromisoformat(clock), ZoneInfo(zone)) == utc(expected)


@pytest.mark.parametrize(
    ("zone", "now", "expected"),
    [
        (BERLIN, "2026-03-28T21:00", window("2026-03-28T21:00", "2026-03-29T01:00")),
        (BERLIN, "2026-10-24T20:00", window("2026-10-24T20:00", "2026-10-25T00:30")),
        (NEW_YORK, "2026-03-08T03:00", window("2026-03-08T03:00", "2026-03-08T07:00")),
        (NEW_YORK, "2026-11-01T02:00", window("2026-11-01T02:00", "2026-11-01T07:30")),
    ],
)
def test_case_32_windows_on_the_nights_when_the_clocks_change(
    zone: str, now: str, expected: Window
) -> None:
    assert every(EVERY_DAY, "22:00", "02:30", zone).window(utc(now)) == expected


def test_case_32_a_window_that_the_clocks_swallow_is_left_out() -> None:
    brief = every(EVERY_DAY, "02:10", "02:50", BERLIN)
    assert brief.window(utc("2026-03-29T00:00")) == window("2026-03-30T00:10", "2026-03-30T00:50")


ZONES = st.sampled_from(sorted(available_timezones()))
CLOCKS = st.times().map(lambda one: one.replace(second=0, microsecond=0))


@given(
    zone=ZONES,
    days=st.frozensets(st.integers(0, 6), min_size=1),
    begins=CLOCKS,
    ends=CLOCKS,
    now=st.integers(10**9, 28 * 10**8).map(lambda found: datetime.fromtimestamp(found, UTC)),
)
def test_case_32_anywhere_a_window_is_at_hand_and_the_next_follows(
    zone: str, days: frozenset[int], begins: time, ends: time, now: datetime
) -> None:
    recurring = Recurrence(days=days, begins=begins, ends=ends, zone=zone)
    found = recurring.window(now)
    assert found.starts_at < found.ends_at
    assert found.ends_at > now
    assert found.ends_at - found.starts_at <= timedelta(days=2)
    following = recurring.window_after(found.ends_at)
    assert following.starts_at >= found.ends_at
    assert recurring.window(following.starts_at) == following
