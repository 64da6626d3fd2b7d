"""Spans and ends as people write them: 1h30m, 2天, 半小时, 到明早9点, until Monday 9am."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.recurrence import at_clock
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.limits import LONGEST, SHORTEST
from bot.feishu.commands.local_time import next_clock, tomorrow_at

EXAMPLE = "/mute 42 1h30m"
_MORNING = time(9)
_TWELVE = time(12)

_DIGITS = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}
_DIGITS |= {"六": 6, "七": 7, "八": 8, "九": 9}
_HAN = "零一二两三四五六七八九十百"
_UNITS = {
    "m": ("分钟", "minutes", "minute", "mins", "min", "m", "分"),
    "h": ("个小时", "小时", "个钟头", "钟头", "hours", "hour", "hrs", "hr", "h"),
    "d": ("天", "days", "day", "d"),
    "w": ("个星期", "星期", "周", "weeks", "week", "w"),
}
_SIZES = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_SIZE_OF = {name: _SIZES[unit] for unit, names in _UNITS.items() for name in names}
_ANY_UNIT = "|".join(sorted(_SIZE_OF, key=len, reverse=True))
# 分 alone needs a digit before it and an end after it: 十分重要 is no ten minutes.
_PART = re.compile(
    rf"(?:(?P<half>半个?|half an? )|(?P<one>an? )|(?P<figure>\d+(?:\.\d+)?)|(?P<han>[{_HAN}]+))"
    rf"(?P<extra>个半)? ?(?P<unit>{_ANY_UNIT})(?P<after>半)?(?!(?<=[a-z])[a-z_])"
)
_FOR = re.compile(r"for |持续 ?")
_UNTIL = re.compile(r"(?:到|至|直到|until|till|til)\b ?|(?:直到|到|至) ?")
_DAY = re.compile(
    r"(?P<today>今天|今日|今晚|today|tonight)|(?P<tomorrow>明天|明日|明早|明晚|tomorrow)"
    r"|(?P<after>后天)|(?P<next>下周|下星期|next )?(?P<week>周|星期|礼拜)?"
    r"(?P<weekday>[一二三四五六日天]|mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
    r"(?![a-z])|(?:(?P<year>\d{4})[-/年])?(?P<month>\d{1,2})[-/月](?P<day>\d{1,2})[日号]?"
)
_CLOCK = re.compile(
    rf"(?:at )?(?P<part>凌晨|早上|上午|中午|下午|傍晚|晚上|早|晚)? ?(?P<hour>\d{{1,2}}|[{_HAN}]+)"
    rf"(?::(?P<minute>\d{{2}})|[点时](?:(?P<half>半)|(?P<minute2>\d{{1,2}}|[{_HAN}]+)分?|整|钟)?)?"
    r" ?(?P<meridiem>am|pm)?(?![a-z0-9_:])"
)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HAN_WEEKDAYS = "一二三四五六日"
_LOOKS_LIKE_TIME = re.compile(r"[\d+-]|(?:到|至|直到|until|till|til)\b|[到至]|半")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """When something ends, and what stood behind it in the text.

    Attributes:
        elapsed: Whether a span was written, and no instant.
    """

    at: datetime
    rest: str
    elapsed: bool


def read_end(text: str, now: datetime, zone: ZoneInfo) -> Ending | None:
    """Read a span or an end at the beginning of a text; None when none stands there.

    Spans are elapsed time, whatever the clocks do; ends are wall-clock times in `zone`.

    Raises:
        CommandError: If it is shorter than a minute or longer than 30 days, or looks like a time
            that cannot be read.
    """
    lowered = text.lower()
    # Lower-casing may change the length of rare letters; then places no longer fit.
    source = lowered if len(lowered) == len(text) else text
    span = _span(source, now)
    found = span or _until(source, now, zone)
    if found is None:
        if _LOOKS_LIKE_TIME.match(source):
            raise CommandError(_first(text), lambda texts: texts.wanted.span, EXAMPLE)
        return None
    at, end = found
    if not SHORTEST <= at - now <= LONGEST:
        raise CommandError(text[:end], lambda texts: texts.wanted.span_limits, EXAMPLE)
    rest = text[end:].lstrip(" ,，;、。")
    return Ending(at=at, rest=rest, elapsed=span is not None)


def _first(text: str) -> str:
    return text.split(" ", 1)[0] if text[:1].isdigit() else text[:40]


def span_at(text: str, at: int) -> tuple[timedelta, int] | None:
    """A span of lower-case text that begins at a place, and where it ends; None for none there.

    One that is too long for anything is as long as `timedelta` goes.
    """
    lead = _FOR.match(text, at)
    start = at = lead.end() if lead else at
    total = timedelta()
    while (part := _PART.match(text, at)) and _whole(part, text):
        try:
            total += _SIZE_OF[part["unit"]] * _amount(part)
        except OverflowError:
            total = timedelta.max
        at = part.end()
        if text[at : at + 1] == " " and _PART.match(text, at + 1):
            at += 1
    # 1h5 is no hour: what stands right behind must not be more of the same word.
    return (total, at) if at > start and not text[at : at + 1].isdigit() else None


def _span(text: str, now: datetime) -> tuple[datetime, int] | None:
    found = span_at(text, 0)
    if found is None:
        return None
    try:
        return now + found[0], found[1]
    except OverflowError:
        first = text[: found[1]]
        raise CommandError(first, lambda texts: texts.wanted.span_limits, EXAMPLE) from None


def _whole(part: re.Match[str], text: str) -> bool:
    if part["unit"] != "分" or part["figure"]:
        return True
    return part.end() == len(text) or text[part.end()] == " "


def _amount(part: re.Match[str]) -> float:
    if part["half"]:
        amount = 0.5
    elif part["one"]:
        amount = 1.0
    elif part["figure"]:
        # Anything this long is far beyond the limit anyway, and float() of it is harmless.
        amount = float(part["figure"])
    else:
        amount = float(_han(part["han"]))
    return amount + (0.5 if part["extra"] or part["after"] else 0.0)


def _han(text: str) -> int:
    """``九`` 9, ``十`` 10, ``十二`` 12, ``二十`` 20, ``四十五`` 45, ``一百二十`` 120."""
    if "百" in text:
        hundreds, _, rest = text.partition("百")
        return 100 * _DIGITS.get(hundreds, 10**4) + (_han(rest.removeprefix("零")) if rest else 0)
    if "十" not in text:
        return int("".join(str(_DIGITS[digit]) for digit in text))
    tens, _, ones = text.partition("十")
    if "十" in ones or len(tens) > 1 or len(ones) > 1:
        return 10**6
    return 10 * _DIGITS.get(tens, 1) + _DIGITS.get(ones, 0)


_PARTS_OF_DAY = {
    **dict.fromkeys(("morning", "早上", "早晨", "上午", "一早"), "9:00"),
    **dict.fromkeys(("noon", "中午"), "12:00"),
    **dict.fromkeys(("midnight", "半夜", "午夜", "零点", "凌晨零点"), "0:00"),
    **dict.fromkeys(("afternoon", "下午"), "14:00"),
    **dict.fromkeys(
        ("evening", "end of day", "the end of the day", "eod", "下班", "傍晚"), "18:00"
    ),
    **dict.fromkeys(("night", "晚上"), "20:00"),
}
_PART_OF_DAY = "|".join(sorted(_PARTS_OF_DAY, key=len, reverse=True))
_NAMED_DAY = (
    r"tomorrow|today|tonight"
    r"|(?:next |this |on )?(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
    r"|今天|明天|后天|(?:下个?|这|本)?(?:周|星期|礼拜)[一二三四五六日天]"
)
_CLOCK_FIRST = re.compile(
    rf"(?P<clock>\d{{1,2}}(?::\d{{2}})? ?(?:am|pm)?|{_PART_OF_DAY})(?: o'clock)?,? (?:on )?"
    rf"(?P<day>{_NAMED_DAY})(?![a-z])"
)
_PART_LAST = re.compile(
    rf"(?:(?P<day>{_NAMED_DAY}) ?)?(?P<clock>{_PART_OF_DAY})(?![a-z])(?! ?(?:\d|[{_HAN}]+[点时]))"
)


def _usual(text: str, at: int) -> tuple[str, int] | None:
    """``9am tomorrow``, ``Monday morning``, ``noon`` as day and clock, and where that ends."""
    found = _CLOCK_FIRST.match(text, at) or _PART_LAST.match(text, at)
    if found is None:
        return None
    day = (found["day"] or "").removeprefix("on ").removeprefix("this ").replace("本周", "周")
    return f"{day} {_PARTS_OF_DAY.get(found['clock'], found['clock'])}".strip(), found.end()


def _until(text: str, now: datetime, zone: ZoneInfo) -> tuple[datetime, int] | None:
    lead = _UNTIL.match(text)
    if lead is None:
        return None
    at = lead.end()
    if (usual := _usual(text, at)) is not None:
        told = _until(f"until {usual[0]}", now, zone)
        return (told[0], usual[1]) if told is not None else None
    return _until_clock(text, at, now, zone)


def _until_clock(text: str, at: int, now: datetime, zone: ZoneInfo) -> tuple[datetime, int] | None:
    """A day, a clock, or both at a place."""
    day = _DAY.match(text, at)
    if day is not None:
        at = day.end() + (text[day.end() : day.end() + 1] == " ")
    clock = _CLOCK.match(text, at)
    hour = _hour(clock, day) if clock else None
    if clock is not None and hour is None and day is None:
        return None
    end = clock.end() if clock is not None and hour is not None else (day.end() if day else at)
    if day is None:
        return (next_clock(hour, now, zone), end) if hour is not None else None
    if day[0] == "明早" and hour in (None, _MORNING):
        return tomorrow_at(_MORNING.hour, now, zone), end
    if day[0] in ("今晚", "tonight", "今天", "今日", "today") and hour is None:
        return None
    if day["today"] and hour == _TWELVE and day[0] in ("今晚", "tonight"):
        return next_clock(time(0), now, zone), end
    named = _named_day(day, hour or _MORNING, now, zone)
    return (named, end) if named is not None else None


_AFTERNOON = ("下午", "傍晚", "晚上", "晚")
_NOON = 12
_LATE_FROM = 5


def _hour(clock: re.Match[str], day: re.Match[str] | None) -> time | None:
    bare = not (clock["minute"] or clock["meridiem"] or "点" in clock[0] or "时" in clock[0])
    if bare and not clock[0].strip().isdigit():
        return None
    hour = int(clock["hour"]) if clock["hour"].isdigit() else _han(clock["hour"])
    minutes = clock["minute"] or clock["minute2"] or ("30" if clock["half"] else "0")
    minute = int(minutes) if minutes.isdigit() else _han(minutes)
    evening = day is not None and day[0] in ("今晚", "明晚", "tonight")
    if clock["part"] in _AFTERNOON or clock["meridiem"] == "pm" or evening:
        hour += _NOON if hour < _NOON else 0
    elif clock["part"] == "中午":
        hour += _NOON if hour < _LATE_FROM else 0
    elif clock["meridiem"] == "am" and hour == _NOON:
        hour = 0
    try:
        return time(hour, minute)
    except ValueError:
        return None


def _named_day(day: re.Match[str], clock: time, now: datetime, zone: ZoneInfo) -> datetime | None:
    today = now.astimezone(zone).date()
    if day["today"]:
        return at_clock(today, clock, zone)
    if day["tomorrow"]:
        return at_clock(today + timedelta(days=1), clock, zone)
    if day["after"]:
        return at_clock(today + timedelta(days=2), clock, zone)
    if day["weekday"]:
        return _weekday(day, clock, now, zone)
    try:
        wanted = date(int(day["year"] or today.year), int(day["month"]), int(day["day"]))
    except ValueError:
        return None
    if wanted < today and not day["year"]:
        wanted = wanted.replace(year=today.year + 1, day=min(wanted.day, 28))
    return at_clock(wanted, clock, zone)


def _weekday(day: re.Match[str], clock: time, now: datetime, zone: ZoneInfo) -> datetime | None:
    name = day["weekday"]
    han = name in _HAN_WEEKDAYS + "天"
    if han and not (day["week"] or (day["next"] or "").strip() in ("下周", "下星期")):
        return None
    wanted = _HAN_WEEKDAYS.index(name.replace("天", "日")) if han else _WEEKDAYS.index(name[:3])
    today = now.astimezone(zone).date()
    if day["next"] and han:
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=1)
        return at_clock(monday + timedelta(days=wanted), clock, zone)
    ahead = (wanted - today.weekday()) % 7
    instant = at_clock(today + timedelta(days=ahead), clock, zone)
    return instant if instant > now else at_clock(today + timedelta(days=ahead + 7), clock, zone)
