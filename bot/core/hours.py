"""Hours in which a chat wants to hear of everything, in a named time zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A span of the day, every day.

    Attributes:
        begins: First minute, on the wall clock of the zone.
        ends: First minute after it; before `begins` for a span over midnight. Never equal to it.
        zone: Name of a time zone, e.g. ``Asia/Shanghai``.
    """

    begins: time
    ends: time
    zone: str

    def open(self, now: datetime) -> bool:
        """Whether this instant is inside."""
        clock = now.astimezone(ZoneInfo(self.zone)).time()
        if self.begins < self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends

    def next_opening(self, now: datetime) -> datetime:
        """When they begin next, after `now`; aware, UTC.

        Where the clocks skip the first minute, the next one that there is counts; where it comes
        twice, the first.
        """
        zone = ZoneInfo(self.zone)
        today = now.astimezone(zone).date()
        opening = self._on(today, zone)
        return opening if opening > now else self._on(today + _DAY, zone)

    def _on(self, day: date, zone: ZoneInfo) -> datetime:
        return datetime.combine(day, self.begins, tzinfo=zone).astimezone(UTC)

    def __str__(self) -> str:
        """``09:00-18:00 Asia/Shanghai``."""
        return f"{self.begins:%H:%M}-{self.ends:%H:%M} {self.zone}"
