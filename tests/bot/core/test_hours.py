"""Hours of a chat: open, over midnight, across changes of the clocks."""

from datetime import UTC, datetime, time

import pytest

from bot.core.hours import Hours


def hours(begins: str, ends: str, zone: str = "Asia/Shanghai") -> Hours:
    return Hours(begins=time.fromisoformat(begins), ends=time.fromisoformat(ends), zone=zone)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("span", "clock", "is_open"),
    [
        (("09:00", "18:00"), "09:00", True),
        (("09:00", "18:00"), "17:59", True),
        (("09:00", "18:00"), "18:00", False),
        (("09:00", "18:00"), "08:59", False),
        (("22:00", "06:00"), "23:00", True),
        (("22:00", "06:00"), "05:59", True),
        (("22:00", "06:00"), "06:00", False),
    ],
)
def test_hours_hold_their_first_minute_and_not_their_last(
    span: tuple[str, str], clock: str, is_open: bool
) -> None:
    assert hours(*span).open(at(f"2026-11-23T{clock}:00+08:00")) is is_open


def test_the_next_opening_is_today_or_tomorrow() -> None:
    work = hours("09:00", "18:00")
    assert work.next_opening(at("2026-11-23T08:00+08:00")) == at("2026-11-23T09:00+08:00")
    assert work.next_opening(at("2026-11-23T09:00+08:00")) == at("2026-11-24T09:00+08:00")


def test_hours_follow_the_clocks_of_their_zone() -> None:
    night = hours("02:30", "04:00", "Europe/Berlin")
    # On 2026-03-29 the clocks skip 02:30; on 2026-10-25 it comes twice.
    assert night.next_opening(at("2026-03-28T12:00+01:00")) == at("2026-03-29T03:30+02:00")
    assert night.next_opening(at("2026-10-24T12:00+02:00")) == at("2026-10-25T02:30+02:00")
    assert str(night) == "02:30-04:00 Europe/Berlin"
