"""Hours of the day and time zones as people write them."""

import re
from datetime import time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.core.hours import Hours

ANY_HOUR = ("all", "always", "any", "24h", "全天", "不限")
_SPAN = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*[-~至到–—]\s*(\d{1,2})(?::(\d{2}))?")
_MIDNIGHT = 24


def hours_named(text: str, zone: str) -> Hours | None:
    """``09:00-18:00`` or ``9-18`` in a zone; None for what is no span of the day."""
    found = _SPAN.fullmatch(text.strip())
    if found is None or not is_zone(zone):
        return None
    begins, ends = _clock(found[1], found[2]), _clock(found[3], found[4])
    if begins is None or ends is None or begins == ends:
        return None
    return Hours(begins=begins, ends=ends, zone=zone)


def is_zone(name: str) -> bool:
    """Whether it names a time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _clock(hour: str, minute: str | None) -> time | None:
    hours, minutes = int(hour), int(minute or 0)
    if (hours, minutes) == (_MIDNIGHT, 0):
        hours = 0
    try:
        return time(hours, minutes)
    except ValueError:
        return None
