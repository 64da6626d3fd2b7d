"""Wall-clock instants in somebody's time zone, across changes of the clocks."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.recurrence import at_clock


def next_clock(clock: time, now: datetime, zone: ZoneInfo) -> datetime:
    """The next time the clock shows this, today or tomorrow; aware, UTC."""
    today = now.astimezone(zone).date()
    instant = at_clock(today, clock, zone)
    return instant if instant > now else at_clock(today + timedelta(days=1), clock, zone)


def tomorrow_at(hour: int, now: datetime, zone: ZoneInfo) -> datetime:
    """The coming morning: today's hour when it is still night, else tomorrow's; aware, UTC."""
    local = now.astimezone(zone)
    night = local.hour < min(hour, _NIGHT_ENDS)
    day = local.date() if night else local.date() + timedelta(days=1)
    return at_clock(day, time(hour), zone)


def at_midnight(now: datetime, zone: ZoneInfo, days_ago: int = 0) -> datetime:
    """When today began, or a day some days ago; aware, UTC."""
    return at_clock(now.astimezone(zone).date() - timedelta(days=days_ago), time(0), zone)


_NIGHT_ENDS = 5
