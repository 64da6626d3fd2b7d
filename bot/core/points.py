"""Figures of hosts and numbers of series, named as other systems for time series have them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.core.health import CHECK, DISK
from watchers.measured import Measured

_HOST = "larkwatch_host"
_FIGURES = {
    "cpu": "cpu_usage",
    "memory": "memory_usage",
    "swap": "swap_usage",
    "load": "load1",
    "in": "received_bytes_per_second",
    "out": "sent_bytes_per_second",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One number of one series at a moment.

    Attributes:
        measurement: The first part of its name.
        field: The rest.
        labels: What tells it from others of the name; the names are letters, digits and ``_``.
        at: Aware, UTC.
    """

    measurement: str
    field: str
    labels: Mapping[str, str]
    value: float
    at: datetime

    @property
    def name(self) -> str:
        """Both parts."""
        return f"{self.measurement}_{self.field}"


def points_of_host(host: str, figures: Mapping[str, float], at: datetime) -> Iterator[Point]:
    """Figures of a host, by the names under which they are kept."""
    for name, value in figures.items():
        field, labels = _FIGURES.get(name, ""), {"host": host}
        if name.startswith(DISK):
            field, labels["mount"] = "disk_usage", name.removeprefix(DISK)
        elif name.startswith(CHECK):
            field, labels["check"] = "check_up", name.removeprefix(CHECK)
        if field:
            yield Point(measurement=_HOST, field=field, labels=labels, value=value, at=at)


def point_of(number: Measured) -> Point:
    """A number of a series: all of these have one name, and their own is a label."""
    labels = {_plain(name): value for name, value in number.labels.items()}
    labels["series"] = number.name
    return Point(
        measurement="larkwatch", field="series", labels=labels, value=number.value, at=number.at
    )


def _plain(name: str) -> str:
    """A name that is allowed everywhere."""
    plain = "".join(one if one.isascii() and one.isalnum() else "_" for one in name).lstrip("_")
    return plain if plain and not plain[0].isdigit() else f"label_{plain}"
