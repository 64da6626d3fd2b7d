"""Windows that come again, as people write them: every weekday 22:00-06:00 Asia/Shanghai."""

import re
from datetime import time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.core.recurrence import EVERY_DAY, WEEKDAYS, WEEKEND, Recurrence
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.words import Word

EXAMPLE = "/mute rule=backup every weekday 22:00-06:00"

_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HAN = "一二三四五六日"
_GROUPS = {
    "day": EVERY_DAY,
    "天": EVERY_DAY,
    "日": EVERY_DAY,
    "weekday": WEEKDAYS,
    "weekdays": WEEKDAYS,
    "工作日": WEEKDAYS,
    "weekend": WEEKEND,
    "weekends": WEEKEND,
    "周末": WEEKEND,
}
_LEADS = {"daily": EVERY_DAY, "weekdays": WEEKDAYS, "weekends": WEEKEND, "工作日": WEEKDAYS}
_EVERY = re.compile(r"every$|每个?")
_RANGE = re.compile(r"(.+?)[-–~至到](.+)")
_HOURS = re.compile(r"(\d{1,2}):(\d{2})[-–~至到](\d{1,2}):(\d{2})")


def read_recurrence(
    words: tuple[Word, ...], zone: ZoneInfo
) -> tuple[Recurrence, tuple[Word, ...]] | None:
    """Read days and hours at the front, and the words behind; None when none stand there.

    Raises:
        CommandError: If they begin like that and go on otherwise.
    """
    days, rest = _days(words)
    if days is None:
        return None
    hours = _HOURS.fullmatch(rest[0].text) if rest else None
    if not days or hours is None:
        raise _error(words)
    try:
        begins = time(int(hours[1]), int(hours[2]))
        ends = time(int(hours[3]), int(hours[4]))
    except ValueError:
        raise _error(rest) from None
    name, rest = _zone(rest[1:], zone)
    return Recurrence(days=days, begins=begins, ends=ends, zone=name), rest


def _days(words: tuple[Word, ...]) -> tuple[frozenset[int] | None, tuple[Word, ...]]:
    """The days at the front, empty when only ``every`` stands there; None without that."""
    first = words[0].text.lower()
    if first in _LEADS:
        return _LEADS[first], words[1:]
    lead = _EVERY.match(first)
    if lead is None:
        return None, words
    rest = words[1:]
    if first[lead.end() :]:
        rest = (Word(text=first[lead.end() :]), *rest)
    days: frozenset[int] = frozenset()
    while rest and (found := _day(rest[0].text.lower())):
        days, rest = days | found, rest[1:]
        if rest and rest[0].text.lower() in ("and", "和"):
            rest = rest[1:]
    return days, rest


def _day(text: str) -> frozenset[int]:
    if text in _GROUPS:
        return _GROUPS[text]
    if (span := _RANGE.fullmatch(text)) is not None:
        first, last = _day(span[1]), _day(span[2])
        if len(first) == len(last) == 1:
            begins, ends = min(first), min(last)
            return frozenset((begins + n) % 7 for n in range((ends - begins) % 7 + 1))
        return frozenset()
    han = text.removeprefix("周").removeprefix("星期").replace("天", "日").replace("、", "")
    if han and all(one in _HAN for one in han):
        return frozenset(_HAN.index(one) for one in han)
    name = text[:3]
    full = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    known = name in _NAMES and full[_NAMES.index(name)].startswith(text.removesuffix("s"))
    return frozenset({_NAMES.index(name)}) if known else frozenset()


def _zone(words: tuple[Word, ...], zone: ZoneInfo) -> tuple[str, tuple[Word, ...]]:
    if not words or words[0].quoted:
        return zone.key, words
    text = words[0].text
    if "/" not in text and text.upper() != "UTC":
        return zone.key, words
    try:
        return ZoneInfo("UTC" if text.upper() == "UTC" else text).key, words[1:]
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CommandError(text, lambda texts: texts.mute.wanted_zone, EXAMPLE) from None


def _error(words: tuple[Word, ...]) -> CommandError:
    found = " ".join(word.text for word in words)
    return CommandError(found, lambda texts: texts.mute.wanted_recurrence, EXAMPLE)
