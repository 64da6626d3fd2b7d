"""Which disks of a host fill up, by what is kept of their course."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.core.health import DISK, Forecast, Step, full_in
from bot.core.ports import Store
from watchers.health import HostSample

_COURSE, _SHORT_COURSE = timedelta(hours=6), timedelta(hours=2)
"""What a forecast goes by; the short one while there is not enough for the other."""
_LEAST_COURSE = 9


def disks_full_in(store: Store, sample: HostSample, now: datetime) -> Mapping[str, Forecast | None]:
    """For each disk of a host, when it is full if it goes on like this; None when it is not."""
    read = store.health.points
    points = read(sample.host, Step.TEN_MINUTES, now - _COURSE)
    if len(points) < _LEAST_COURSE:
        points = read(sample.host, Step.MINUTE, now - _SHORT_COURSE)
    found = {}
    for disk in sample.disks:
        key = DISK + disk.mount
        course = [(one.at, one.figures[key][0]) for one in points if key in one.figures]
        found[disk.mount] = full_in(course)
    return found
