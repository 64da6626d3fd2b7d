"""Spans are elapsed time; ends are wall-clock times, also across changes of the clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.feishu.commands.durations import read_end
from bot.feishu.commands.errors import CommandError

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
# A Monday, 10:14 in Shanghai.
NOW = datetime(2026, 11, 23, 2, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("1h", 60), ("90m", 90), ("1h30m", 90), ("1h 30m", 90), ("2d", 2880), ("1w", 10080),
        ("1.5h", 90), ("2 hours", 120), ("1 hour 30 minutes", 90), ("45 mins", 45),
        ("an hour", 60), ("half an hour", 30), ("for 2h", 120), ("a day", 1440),
        ("2天", 2880), ("2 天", 2880), ("45分钟", 45), ("30分", 30), ("半小时", 30),
        ("半个小时", 30), ("一小时", 60), ("两小时", 120), ("两个小时", 120), ("一个半小时", 90),
        ("一小时半", 90), ("一天", 1440), ("半天", 720), ("十分钟", 10), ("十五分钟", 15),
        ("二十分钟", 20), ("四十五分钟", 45), ("一周", 10080), ("1小时30分钟", 90), ("1H", 60),
        ("30天", 43200), ("1m", 1),
    ],
)  # fmt: skip
def test_a_span_is_read(text: str, minutes: int) -> None:
    end = read_end(text, NOW, SHANGHAI)
    assert end is not None
    assert end.at - NOW == timedelta(minutes=minutes)
    assert end.rest == ""


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("到18:30", "2026-11-23 18:30"),
        ("到 18:30", "2026-11-23 18:30"),
        ("until 18:30", "2026-11-23 18:30"),
        ("until 9am", "2026-11-24 09:00"),
        ("till 9", "2026-11-24 09:00"),
        ("until 9pm", "2026-11-23 21:00"),
        ("until 12am", "2026-11-24 00:00"),
        ("until tomorrow 9am", "2026-11-24 09:00"),
        ("until tomorrow at 9:30", "2026-11-24 09:30"),
        ("until tomorrow", "2026-11-24 09:00"),
        ("until monday 9am", "2026-11-30 09:00"),
        ("until fri", "2026-11-27 09:00"),
        ("until 2026-12-01 10:00", "2026-12-01 10:00"),
        ("到9点", "2026-11-24 09:00"),
        ("到今天18点", "2026-11-23 18:00"),
        ("到今晚8点", "2026-11-23 20:00"),
        ("到下午3点半", "2026-11-23 15:30"),
        ("到明早9点", "2026-11-24 09:00"),
        ("到明早", "2026-11-24 09:00"),
        ("到明早8点", "2026-11-24 08:00"),
        ("到明天", "2026-11-24 09:00"),
        ("到明天下午两点", "2026-11-24 14:00"),
        ("到后天中午12点", "2026-11-25 12:00"),
        ("到周一9点", "2026-11-30 09:00"),
        ("到周一12点", "2026-11-23 12:00"),
        ("到周五", "2026-11-27 09:00"),
        ("到星期天晚上十点", "2026-11-29 22:00"),
        ("到下周三9点", "2026-12-02 09:00"),
        ("到11月25日9点", "2026-11-25 09:00"),
        ("直到 12-01 09:00", "2026-12-01 09:00"),
        ("至九点十五分", "2026-11-24 09:15"),
    ],
)
def test_an_end_is_read_in_the_readers_zone(text: str, local: str) -> None:
    end = read_end(text, NOW, SHANGHAI)
    assert end is not None
    assert end.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") == local
    assert end.at.tzinfo is UTC
    assert end.rest == ""


def test_at_night_the_coming_morning_is_todays() -> None:
    night = datetime(2026, 11, 23, 18, tzinfo=UTC)  # 02:00 on the 24th in Shanghai
    end = read_end("到明早9点", night, SHANGHAI)
    assert end is not None
    assert end.at.astimezone(SHANGHAI).strftime("%m-%d %H:%M") == "11-24 09:00"


@pytest.mark.parametrize(
    ("text", "rest"),
    [("1h releasing", "releasing"), ("2天 发布中", "发布中"), ("到明早9点，发布", "发布"),
     ("half an hour, lunch", "lunch"), ("30天后再看", "后再看")],
)  # fmt: skip
def test_what_stands_behind_is_left(text: str, rest: str) -> None:
    end = read_end(text, NOW, SHANGHAI)
    assert end is not None
    assert end.rest == rest


@pytest.mark.parametrize(
    "text",
    ["30", "1h5", "5x", "0m", "31d", "10s", "0.5m", "-1h", "到25点", "到99:99", "until", "until x",
     "半", "到今天8点", "9" * 400 + "d", "999999999999天", "到13月40日", "到今晚", "until today"],
)  # fmt: skip
def test_what_is_no_time_or_too_long_or_over_is_refused(text: str) -> None:
    with pytest.raises(CommandError):
        read_end(text, NOW, SHANGHAI)


@pytest.mark.parametrize(
    "text", ["releasing", "发布中", "十分重要", "一直在修", "monday is fine", "hour", "tonight", ""]
)
def test_words_without_a_time_are_no_span(text: str) -> None:
    assert read_end(text, NOW, SHANGHAI) is None


def test_a_day_is_elapsed_time_when_the_clocks_go_back() -> None:
    before = datetime(2026, 10, 24, 10, tzinfo=UTC)  # noon in Berlin, the day before
    span, morning = read_end("1d", before, BERLIN), read_end("until tomorrow 12:00", before, BERLIN)
    assert span is not None
    assert morning is not None
    assert span.at - before == timedelta(hours=24)
    assert morning.at - before == timedelta(hours=25)


def test_case_32_a_time_that_the_clocks_skip_is_when_they_do() -> None:
    before = datetime(2027, 3, 27, 12, tzinfo=UTC)
    end = read_end("until tomorrow 2:30", before, BERLIN)
    assert end is not None
    assert end.at.astimezone(BERLIN).strftime("%H:%M") == "03:00"


def test_case_32_a_time_that_comes_twice_is_the_first() -> None:
    before = datetime(2026, 10, 24, 12, tzinfo=UTC)
    end = read_end("until tomorrow 2:30", before, BERLIN)
    assert end is not None
    assert end.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_the_next_nine_oclock_follows_the_clocks() -> None:
    before = datetime(2026, 10, 24, 8, tzinfo=UTC)  # 10:00 in Berlin, summer time
    end = read_end("until 9am", before, BERLIN)
    assert end is not None
    assert end.at == datetime(2026, 10, 25, 8, tzinfo=UTC)
