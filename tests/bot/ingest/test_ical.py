"""Shifts out of calendars as calendar programs write them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.rota import Rota
from bot.ingest.ical import CalendarError, read_shifts

SINCE = datetime(2026, 11, 23, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
PEOPLE = {"lin@example.com": "ou_lin", "王": "ou_wang", "Li": "ou_li", "Li Na": "ou_lina"}
WEEKLY = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//test//EN
BEGIN:VEVENT
UID:1
DTSTAMP:20261101T000000Z
DTSTART;TZID=Asia/Shanghai:20261116T100000
DTEND;TZID=Asia/Shanghai:20261123T100000
RRULE:FREQ=WEEKLY;INTERVAL=2
EXDATE;TZID=Asia/Shanghai:20261214T100000
SUMMARY:值班
ATTENDEE;CN=Lin:mailto:LIN@example.com
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTAMP:20261101T000000Z
DTSTART;TZID=Asia/Shanghai:20261123T100000
DTEND;TZID=Asia/Shanghai:20261130T100000
RRULE:FREQ=WEEKLY;INTERVAL=2
SUMMARY:值班 王
END:VEVENT
END:VCALENDAR
"""


def calendar(*lines: str) -> bytes:
    event = "\n".join(("UID:1", "DTSTAMP:20261101T000000Z", *lines))
    head = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\n"
    return f"{head}{event}\nEND:VEVENT\nEND:VCALENDAR\n".encode()


def test_shifts_recur_leave_out_and_take_turns() -> None:
    shifts = read_shifts(WEEKLY.encode(), SINCE, SINCE + timedelta(days=28), PEOPLE, SHANGHAI)
    assert [(one.person.id, f"{one.starts_at:%m-%d %H}") for one in shifts] == [
        ("ou_lin", "11-16 02"),
        ("ou_wang", "11-23 02"),
        ("ou_lin", "11-30 02"),
        ("ou_wang", "12-07 02"),
    ]
    now = Rota(name="ops", shifts=shifts).on_call(datetime(2026, 11, 23, 3, tzinfo=UTC))
    assert now is not None
    assert now.person.id == "ou_wang"


def test_whole_days_are_days_of_the_zone() -> None:
    raw = calendar("DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261125", "SUMMARY:Li Na")
    (shift,) = read_shifts(raw, SINCE, SINCE + timedelta(days=7), PEOPLE, SHANGHAI)
    assert shift.person.id == "ou_lina"
    assert shift.starts_at == datetime(2026, 11, 23, 16, tzinfo=UTC)
    assert shift.ends_at - shift.starts_at == timedelta(days=1)


def test_somebody_unknown_keeps_the_title_as_a_name() -> None:
    raw = calendar("DTSTART:20261124T000000", "DTEND:20261124T010000", "SUMMARY:Zoe")
    (shift,) = read_shifts(raw, SINCE, SINCE + timedelta(days=7), PEOPLE, SHANGHAI)
    assert (shift.person.id, shift.person.name) == ("", "Zoe")
    assert shift.starts_at == datetime(2026, 11, 23, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw", [b"", b"<html>", b"\xff\xfe\x00", calendar("DTSTART:nonsense", "SUMMARY:x")]
)
def test_what_is_no_calendar_is_refused(raw: bytes) -> None:
    with pytest.raises(CalendarError, match="wanted BEGIN:VCALENDAR"):
        read_shifts(raw, SINCE, SINCE + timedelta(days=7), PEOPLE, SHANGHAI)
