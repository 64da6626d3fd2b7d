"""Wall-clock instants in somebody's time zone, across changes of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def at_clock(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """That clock time on that day; aware, UTC.

    A time that the clocks skip counts as if they had not jumped yet, one that comes twice is
    the first.
    """
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


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


_NIGHT_ENDS = 5
