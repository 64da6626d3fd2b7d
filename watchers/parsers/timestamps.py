"""When a line says it was written."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

_LOOKED_AT = 200
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}
_CLOCK = r"(?P<h>\d\d):(?P<mi>\d\d):(?P<s>\d\d)(?:[.,](?P<f>\d{1,6})\d*)?"
_ZONE = r"(?: ?(?P<z>Z|[+-]\d\d:?\d\d))?"
_SHAPES = tuple(
    re.compile(shape, re.ASCII)
    for shape in (
        rf"(?<!\d)(?P<y>\d{{4}})[-/.](?P<m>\d\d)[-/.](?P<d>\d\d)[T _]{_CLOCK}{_ZONE}",
        rf"(?<!\d)(?P<d>\d\d)/(?P<n>[A-Z][a-z]{{2}})/(?P<y>\d{{4}}):{_CLOCK}{_ZONE}",
        rf"\b(?P<n>[A-Z][a-z]{{2}}) +(?P<d>\d{{1,2}}) {_CLOCK}",
    )
)


def time_of(line: str, now: datetime, zone: tzinfo | None = None) -> datetime | None:
    """When a line says it was written; aware, UTC.

    Args:
        line: Only its beginning is looked at.
        now: For lines that name no year.
        zone: Of times that name none; this machine's when None.
    """
    head = line[:_LOOKED_AT]
    for shape in _SHAPES:
        if (found := shape.search(head)) is not None:
            return _moment(found.groupdict(), now, zone)
    return None


def _moment(parts: dict[str, Any], now: datetime, zone: tzinfo | None) -> datetime | None:
    month = _MONTHS.get(parts["n"]) if "n" in parts else int(parts["m"])
    if month is None:
        return None
    year = int(parts.get("y") or now.year)
    micros = int((parts["f"] or "0").ljust(6, "0"))
    day, hour, minute, second = (int(parts[key]) for key in ("d", "h", "mi", "s"))
    try:
        clock = time(hour, minute, second, micros)
        at = _zoned(datetime.combine(date(year, month, day), clock), parts.get("z"), zone)
        if "y" not in parts and at > now + timedelta(days=1):
            at = at.replace(year=year - 1)  # December, seen in January
    except (ValueError, OverflowError):
        return None
    return at.astimezone(UTC)


def _zoned(at: datetime, named: str | None, zone: tzinfo | None) -> datetime:
    if named == "Z":
        return at.replace(tzinfo=UTC)
    if named:
        return datetime.strptime(f"{at:%Y-%m-%dT%H:%M:%S.%f}{named}", "%Y-%m-%dT%H:%M:%S.%f%z")
    return at.replace(tzinfo=zone) if zone is not None else at.astimezone()
