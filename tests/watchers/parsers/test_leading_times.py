"""Most lines are only asked for their time, and that way gives what reading all of them gives."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.parsers.line_reader import LineReader
from watchers.parsers.timestamps import leading_time, time_of

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
FORMATS = Path(__file__).parents[2] / "log_formats"


@pytest.mark.parametrize("file", sorted(FORMATS.glob("*.txt")), ids=lambda one: one.stem)
def test_the_time_is_the_same_whether_or_not_the_fields_were_read_before(file: Path) -> None:
    reader = LineReader(zone=SHANGHAI)
    for line in file.read_bytes().splitlines():
        alone, whole = reader.read(line, NOW), reader.read(line, NOW)
        assert reader.written(whole.format, whole.fields, line.decode(), NOW) == alone.at


@given(
    at=st.datetimes(datetime(1971, 1, 2), datetime(2199, 12, 30)),  # noqa: DTZ001 - written without
    shape=st.sampled_from(("%Y-%m-%d %H:%M:%S", "[%Y/%m/%dT%H:%M:%S", "%Y.%m.%d %H:%M:%S")),
    fraction=st.sampled_from(("", ".5", ",123", ".123456", ".123456789")),
    named=st.sampled_from(("", "Z", " +0530", "-08:00", " UTC")),
    zone=st.sampled_from((SHANGHAI, BERLIN)),
)
def test_a_time_at_the_beginning_is_read_as_anywhere_else(
    at: datetime, shape: str, fraction: str, named: str, zone: ZoneInfo
) -> None:
    said = f"{at:{shape}}{fraction}{named}"
    found = leading_time(said.encode(), zone)
    elsewhere = time_of(f"x {said.lstrip('[')}", NOW, zone)
    assert found in (elsewhere, None)
    assert time_of(said, NOW, zone) == elsewhere
    if named:
        assert found is not None


def test_an_hour_that_clocks_show_twice_depends_on_now() -> None:
    twice = b"2026-10-25 02:30:00 two o'clock comes twice"
    assert leading_time(twice, BERLIN) is None
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    early = LineReader(zone=BERLIN).read(twice, first + timedelta(minutes=1))
    late = LineReader(zone=BERLIN).read(twice, first + timedelta(minutes=61))
    assert (early.at, late.at) == (first, first + timedelta(hours=1))


def test_a_field_with_another_time_goes_before_the_one_in_front() -> None:
    line = b"2026-11-23 10:00:00 job done time=2026-11-22T09:00:00Z"
    assert LineReader().read(line, NOW).at == datetime(2026, 11, 22, 9, tzinfo=UTC)
    nonsense = b"2026-11-23 10:61:99 what clock is this"
    assert LineReader().read(nonsense, NOW).at is None
    assert leading_time(b"2026-02-30 10:00:00", BERLIN) is None
