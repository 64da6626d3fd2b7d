"""The tenant's monthly quota of API calls: how much of it is gone, and what that means."""

from datetime import datetime, timedelta, timezone
from enum import StrEnum

_BEIJING = timezone(timedelta(hours=8))
"""Feishu's months begin there."""
WARN_AT = 80
SPARE_AT = 95
"""Percent."""


class Thrift(StrEnum):
    """How sparingly to call."""

    FREE = "free"
    WARNED = "warned"
    """Admins were told; everything is sent."""
    SPARING = "sparing"
    """Answers, first cards and what is critical are sent; the rest now and then."""


def month_of(now: datetime) -> str:
    """The month that a call counts in, e.g. ``2026-11``."""
    return now.astimezone(_BEIJING).strftime("%Y-%m")


def calls_key(now: datetime) -> str:
    """The counter of this month's calls."""
    return f"calls:{month_of(now)}"


def thrift(calls: int, monthly: int) -> Thrift:
    """How sparingly to call after so many calls in this month; `monthly` 0 means no quota."""
    if not monthly or calls * 100 < monthly * WARN_AT:
        return Thrift.FREE
    return Thrift.WARNED if calls * 100 < monthly * SPARE_AT else Thrift.SPARING
