"""The hour of a daily digest, and the day that it tells of."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.recurrence import at_clock

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The day that a digest tells of, and the one before it; aware, UTC.

    A day has 23 or 25 hours when the clocks change.
    """

    before: datetime
    since: datetime
    until: datetime


def next_hour(clock: time, zone: str, now: datetime) -> datetime:
    """When the clock shows that time next, after `now`; aware, UTC."""
    there = ZoneInfo(zone)
    today = now.astimezone(there).date()
    hour = at_clock(today, clock, there)
    return hour if hour > now else at_clock(today + _DAY, clock, there)


def day_until(until: datetime, zone: str, clock: time | None = None) -> Day:
    """The day that ends then: since the same time on the clock of the day before.

    Args:
        until: Aware.
        zone: IANA name of the clock's zone.
        clock: What the clock is meant to show then, where it may skip that; else what it shows.
    """
    there = ZoneInfo(zone)
    local = until.astimezone(there)
    shown = clock or local.time()
    return Day(
        before=at_clock(local.date() - 2 * _DAY, shown, there),
        since=at_clock(local.date() - _DAY, shown, there),
        until=until,
    )
