"""Figures of hosts over time: what is kept of a sample, how bad it is, and where a trend leads."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from statistics import median

from watchers.health import CheckStatus, HostSample

DISK, CHECK = "disk:", "up:"
"""What the names of figures of one disk, and of one check, begin with."""
SILENT_AFTER = timedelta(minutes=2)
_MISSED = 3
_DOWN, _WARNING, _FULL = 10_000, 200, 100
_POINTS = 30
_LEAST_POINTS = 8
_LEAST_COURSE = timedelta(minutes=20)
_FARTHEST = timedelta(days=7)
_AGREE = 0.75
_SURE = 1.645
"""Deviations of a normal variable that nine of ten stay within."""
_LEAST_RISE = 0.0005
"""Of the share, over the whole course: less is rounding."""

Figure = tuple[float, float]
"""Mean and highest value of a span."""


class Step(IntEnum):
    """Over how many seconds points are taken together; 0 is each sample."""

    RAW = 0
    MINUTE = 60
    TEN_MINUTES = 600
    HOUR = 3600

    @property
    def kept(self) -> timedelta:
        """How long points of this step are kept."""
        return _KEPT[self]

    def begin(self, at: datetime) -> datetime:
        """When the span began that an instant is in."""
        if self is Step.RAW:
            return at
        minutes = self.value // 60
        return at.replace(minute=at.minute // minutes * minutes, second=0, microsecond=0)


_KEPT = {
    Step.RAW: timedelta(hours=6),
    Step.MINUTE: timedelta(days=2),
    Step.TEN_MINUTES: timedelta(days=7),
    Step.HOUR: timedelta(days=90),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HostPoint:
    """Figures of one host in one span, by name; `at` is its beginning."""

    at: datetime
    figures: Mapping[str, Figure]


def figures_of(sample: HostSample) -> dict[str, float]:
    """What is kept of a sample, by the name of the figure."""
    found = {"cpu": sample.cpu, "memory": sample.memory}
    more = {"swap": sample.swap, "in": sample.received_per_s, "out": sample.sent_per_s}
    found |= {name: value for name, value in more.items() if value is not None}
    if sample.load:
        found["load"] = sample.load[0]
    found |= {DISK + one.mount: one.used for one in sample.disks}
    found |= {CHECK + one.name: float(one.status is not CheckStatus.DOWN) for one in sample.checks}
    return {name: round(value, 4) for name, value in found.items()}


def together(points: Sequence[HostPoint]) -> dict[str, Figure]:
    """Several points as one: the mean of the means, the highest of the highest."""
    seen: dict[str, list[Figure]] = {}
    for point in points:
        for name, figure in point.figures.items():
            seen.setdefault(name, []).append(figure)
    return {
        name: (round(sum(mean for mean, _ in some) / len(some), 4), max(high for _, high in some))
        for name, some in seen.items()
    }


def badness(sample: HostSample) -> int:
    """A number by which hosts are listed, the worst first: failing checks, then what is full."""
    down = sum(one.status is CheckStatus.DOWN for one in sample.checks)
    warning = sum(one.status is CheckStatus.WARNING for one in sample.checks)
    inodes = max((one.inodes or 0.0 for one in sample.disks), default=0.0)
    full = max(sample.cpu, sample.memory, sample.disk, inodes)
    return down * _DOWN + warning * _WARNING + int(full * _FULL)


def silent_from(sample: HostSample, now: datetime, after: timedelta) -> datetime:
    """When a host counts as silent if nothing more is heard of it."""
    return now + max(after, _MISSED * timedelta(seconds=sample.every_s))


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """When something is to happen, and how sure that is.

    Attributes:
        span: Until then.
        give: As much earlier or later it may well be.
    """

    span: timedelta
    give: timedelta


def full_in(course: Sequence[tuple[datetime, float]]) -> Forecast | None:
    """How long until a share reaches 1.0 if it goes on as it went, from the last point on.

    The slope is the median of the slopes between all pairs of points (Theil, 1950; Sen, 1968): a
    third of them may be off, by a file that came and went for instance. Nine times in ten the
    true slope lies between those whose ranks are Kendall's 1.64 deviations off the middle. None
    when it does not clearly rise, when it went on for less than 20 minutes, or beyond a week.

    Args:
        course: Oldest first.
    """
    if len(course) < _LEAST_POINTS or course[-1][0] - course[0][0] < _LEAST_COURSE:
        return None
    some = thinned(course, _POINTS)
    slopes = sorted(
        (later[1] - earlier[1]) / (later[0] - earlier[0]).total_seconds()
        for n, earlier in enumerate(some)
        for later in some[n + 1 :]
        if later[0] > earlier[0]
    )
    slope = median(slopes)
    span_s = (some[-1][0] - some[0][0]).total_seconds()
    rising = sum(one > 0 for one in slopes) / len(slopes)
    if slope * span_s < _LEAST_RISE or rising < _AGREE:
        return None
    newest = some[-1][0]
    # The line through the middle of the points: the last one may itself be off.
    level = median(value + slope * (newest - at).total_seconds() for at, value in some)
    left = max(0.0, 1.0 - level)
    if left / slope > _FARTHEST.total_seconds():
        return None
    return Forecast(span=timedelta(seconds=left / slope), give=_give(left, slopes, len(some)))


def _give(left: float, slopes: Sequence[float], points: int) -> timedelta:
    """Half of the time between the earliest and the latest end that the slopes make likely.

    Both slopes rise: three quarters of all do, and the ranks leave out less than that.
    """
    off = _SURE * math.sqrt(points * (points - 1) * (2 * points + 5) / 18.0) / 2.0
    lowest = slopes[max(0, math.floor(len(slopes) / 2.0 - off))]
    highest = slopes[min(len(slopes) - 1, math.ceil(len(slopes) / 2.0 + off))]
    return timedelta(seconds=min((left / lowest - left / highest) / 2.0, _FARTHEST.total_seconds()))


def thinned(
    course: Sequence[tuple[datetime, float]], most: int
) -> Sequence[tuple[datetime, float]]:
    """At most so many of the points, evenly, the last one among them."""
    if len(course) <= most:
        return course
    step = (len(course) - 1) / (most - 1)
    return [course[round(n * step)] for n in range(most)]
