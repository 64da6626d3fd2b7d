"""Windows that come again: weekdays, from–to, in a named time zone, however clocks change."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = frozenset(range(5))
WEEKEND = frozenset({5, 6})
EVERY_DAY = WEEKDAYS | WEEKEND
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One stretch of time; aware, UTC.

    Attributes:
        starts_at: First instant.
        ends_at: First instant after it.
    """

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """A window that comes again.

    Attributes:
        days: On which it begins; Monday is 0. Never empty.
        begins: Clock time in the zone.
        ends: Clock time in the zone; not later than `begins` means on the next day.
        zone: IANA name.
    """

    days: frozenset[int]
    begins: time
    ends: time
    zone: str

    def window(self, now: datetime) -> Window:
        """The window that holds this instant, or else the next one."""
        return next(one for one in self._windows(now) if one.ends_at > now)

    def window_after(self, now: datetime) -> Window:
        """The next window that begins at this instant or later."""
        return next(one for one in self._windows(now) if one.starts_at >= now)

    def _windows(self, now: datetime) -> Iterator[Window]:
        """Windows in order, from well before an instant; one that the clocks swallow is none."""
        zone = ZoneInfo(self.zone)
        day = now.astimezone(zone).date() - 2 * _DAY
        while True:
            if day.weekday() in self.days:
                last = day if self.begins < self.ends else day + _DAY
                window = Window(
                    starts_at=at_clock(day, self.begins, zone),
                    ends_at=at_clock(last, self.ends, zone),
                )
                if window.starts_at < window.ends_at:
                    yield window
            day += _DAY


def at_clock(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """That clock time on that day; aware, UTC.

    A time that comes twice, since the clocks are put back, is the first one; one that the clocks
    skip is the instant at which they do.
    """
    wanted = datetime.combine(day, clock)
    first = wanted.replace(tzinfo=zone).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == wanted:
        return first
    return _jump(wanted.replace(tzinfo=zone, fold=1).astimezone(UTC), first, zone)


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant in between at which the clocks are put forward."""
    old = before.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
