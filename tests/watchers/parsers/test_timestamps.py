"""When lines say they were written."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.parsers.timestamps import happened, moment, time_of

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2026-11-23T10:00:00.123+08:00 x", "2026-11-23T02:00:00.123"),
        ("2026-11-23T10:00:00.123456789Z x", "2026-11-23T10:00:00.123456"),
        ("2026-11-23 10:00:00-05 x", "2026-11-23T15:00:00"),
        ("[2026-11-23 10:00:00 +0000] [7] [ERROR] x", "2026-11-23T10:00:00"),
        ("2026/11/23 10:00:00,5 x", "2026-11-23T02:00:00.5"),
        ("2026年11月23日 10:00:00 错误", "2026-11-23T02:00:00"),
        ("20261123T100000Z x", "2026-11-23T10:00:00"),
        ('::1 - - [23/Nov/2026:10:00:00 +0800] "GET /"', "2026-11-23T02:00:00"),
        ("Nov 23 10:00:00 host app[1]: x", "2026-11-23T02:00:00"),
        ("<34>Oct  1 22:14:15 host su: x", "2026-10-01T14:14:15"),
        ("[Mon Nov 23 10:00:00.25 2026] [core:error]", "2026-11-23T02:00:00.25"),
        ("Mon Nov 23 10:00:00 UTC 2026 x", "2026-11-23T10:00:00"),
        ("Mon, 23 Nov 2026 10:00:00 +0000", "2026-11-23T10:00:00"),
        ("7:M 23 Nov 2026 10:00:00.123 # x", "2026-11-23T02:00:00.123"),
        ("Nov 23, 2026 9:00:00 PM com.x", "2026-11-23T13:00:00"),
        ("11/23/2026 12:00:00 AM x", "2026-11-22T16:00:00"),
        ("23.11.2026 10:00:00 x", "2026-11-23T02:00:00"),
        ("E1123 10:00:00.123456    12 f.go:1] x", "2026-11-23T02:00:00.123456"),
        ("1795428000.5 x", "2026-11-23T10:00:00.5"),
        ("1795428000123 x", "2026-11-23T10:00:00.123"),
        ("2016-12-31 23:59:60Z leap", "2016-12-31T23:59:59"),
        ("2026-11-23 10:00:00 order of 2020-01-01 00:00:00", "2026-11-23T02:00:00"),
    ],
)
def test_case_46_times_are_read_as_programs_write_them(line: str, expected: str) -> None:
    assert time_of(line, NOW, SHANGHAI) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "line",
    ["no time", "order 1795428", "10.0.0.1:8080", "2026-13-45 10:00:00 x", "2026-11-23 25:00:00 x"],
)
def test_what_is_no_time_is_none(line: str) -> None:
    assert time_of(line, NOW, SHANGHAI) is None


@pytest.mark.parametrize(
    ("now", "line", "expected"),
    [
        ("2026-01-01T00:00:05", "Dec 31 23:59:59 h x", "2025-12-31T23:59:59"),
        ("2026-12-31T23:59:58", "Jan  1 00:00:01 h x", "2027-01-01T00:00:01"),
        ("2026-11-23T12:00:00", "Nov 24 11:00:00 h x", "2026-11-24T11:00:00"),
        ("2026-11-23T12:00:00", "Nov 26 11:00:00 h x", "2025-11-26T11:00:00"),
        ("2026-11-23T12:00:00", "Feb 29 11:00:00 h x", "2024-02-29T11:00:00"),
    ],
)
def test_case_46_a_line_without_a_year_is_of_the_year_that_is_not_ahead(
    now: str, line: str, expected: str
) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert time_of(line, at, UTC) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_a_line_without_a_day_is_of_the_last_day_at_which_it_was_that_late() -> None:
    assert time_of("11:59:59.5 [main] x", NOW, UTC) == NOW.replace(
        hour=11, minute=59, second=59, microsecond=500_000
    )
    assert time_of("23:00:00 [main] x", NOW, UTC) == NOW.replace(day=22, hour=23)


def test_case_46_an_hour_that_clocks_show_twice_is_the_second_once_that_has_come() -> None:
    line = "2026-11-01 01:40:00 x"
    first, second = (datetime(2026, 11, 1, hour, 40, tzinfo=UTC) for hour in (5, 6))
    assert time_of(line, first.replace(minute=45), NEW_YORK) == first
    assert time_of(line, second.replace(minute=45), NEW_YORK) == second
    skipped = time_of("2026-03-08 02:30:00 x", NOW, NEW_YORK)
    assert skipped == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        1795428000,
        1795428000.0,
        1795428000000,
        1795428000000000,
        1795428000000000000,
        "1795428000",
        "1795428000.000",
        "2026-11-23T10:00:00Z",
    ],
)
def test_a_field_holds_a_time_as_text_or_as_a_number(value: object) -> None:
    assert moment(value, NOW) == datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize("value", [True, 12, -1.5, float("nan"), "soon", None, 1795428000 * 10])
def test_a_field_that_holds_no_time_gives_none(value: object) -> None:
    assert moment(value, NOW) is None


def test_case_46_what_is_dated_in_the_future_happened_just_now() -> None:
    later = NOW.replace(hour=20)
    assert happened(later, NOW) == NOW
    assert happened(None, NOW) == NOW
    assert happened(NOW.replace(hour=1), NOW) == NOW.replace(hour=1)


@given(st.integers(0, 1_890_000_000_000_000))
def test_what_a_clock_writes_is_read_back(micros: int) -> None:
    written = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
    assert time_of(f"{written.isoformat()} x", NOW) == written
    whole = written.replace(microsecond=0)
    assert time_of(f"- [{whole:%d/%b/%Y:%H:%M:%S %z}] x", NOW) == whole


@given(st.text(max_size=300), st.text(alphabet="0123456789:-/. TZ+JanFebNovAMP[]", max_size=60))
def test_no_text_is_too_strange(words: str, digits: str) -> None:
    for line in (words, digits, digits + words):
        found = time_of(line, NOW, SHANGHAI)
        assert found is None or found.tzinfo is UTC
