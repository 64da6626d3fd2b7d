"""When a line says it was written, whatever its way of saying so."""

import re
import time as machine
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Any

LOOKED_AT = 200
"""Characters of a line, from its beginning, that a time may stand in."""
AHEAD = timedelta(minutes=5)
"""So far clocks may differ; what is dated later is not believed."""
_NEXT_YEAR = timedelta(days=1)
_YEARS_BACK = 8
"""February 29 is that rare."""
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_MONTH = r"(?P<n>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}"
_FRACTION = r"(?:[.,](?P<f>\d{1,9}))?"
_CLOCK = rf"(?P<h>\d\d):(?P<mi>\d\d):(?P<s>\d\d){_FRACTION}"
_ZONE = r"(?: ?(?P<z>Z\b|UTC\b|GMT\b|[+-]\d\d(?::?\d\d)?(?!\d)))?"
_SHAPES = tuple(
    re.compile(shape, re.ASCII)
    for shape in (
        # 2026-11-23T10:00:00.123+08:00, 2026/11/23 10:00:00,123
        rf"(?<!\d)(?P<y>\d{{4}})[-/.](?P<m>\d\d?)[-/.](?P<d>\d\d?)[T _-]+{_CLOCK}{_ZONE}",
        # 2026年11月23日 10:00:00
        rf"(?P<y>\d{{4}})年(?P<m>\d\d?)月(?P<d>\d\d?)日 ?{_CLOCK}{_ZONE}",
        # 23/Nov/2026:10:00:00 +0800, 23-Nov-2026 10:00:00, 23 Nov 2026 10:00:00.123
        rf"(?<!\d)(?P<d>\d\d?)[/ -]{_MONTH}[/ -](?P<y>\d{{4}})[: ]{_CLOCK}{_ZONE}",
        # Mon Nov 23 10:00:00.123456 2026, Mon Nov 23 10:00:00 UTC 2026
        (
            rf"\b{_MONTH} +(?P<d>\d\d?) {_CLOCK}(?: (?P<z>UTC|GMT|[+-]\d{{4}})| [A-Z]{{3,5}})? "
            r"(?P<y>\d{4})\b"
        ),
        # Nov 23 2026 10:00:00, Nov 23, 2026 10:00:00 AM
        (
            rf"\b{_MONTH} +(?P<d>\d\d?),? (?P<y>\d{{4}}),? (?P<h>\d\d?):(?P<mi>\d\d):(?P<s>\d\d)"
            rf"{_FRACTION}(?: (?P<p>[AP]M))?{_ZONE}"
        ),
        # 20261123T100000.123Z, 20261123 10:00:00
        (
            rf"(?<!\d)(?P<y>20\d\d)(?P<m>\d\d)(?P<d>\d\d)[T -](?P<h>\d\d):?(?P<mi>\d\d):?"
            rf"(?P<s>\d\d){_FRACTION}{_ZONE}"
        ),
        # 23.11.2026 10:00:00
        rf"(?<!\d)(?P<d>\d\d)\.(?P<m>\d\d)\.(?P<y>\d{{4}}) {_CLOCK}{_ZONE}",
        # 11/23/2026 10:00:00 PM
        (
            rf"(?<!\d)(?P<m>\d\d?)/(?P<d>\d\d?)/(?P<y>\d{{4}})[, ]+(?P<h>\d\d?):(?P<mi>\d\d)"
            rf":(?P<s>\d\d)"
            rf"{_FRACTION}(?: (?P<p>[AP]M))?"
        ),
        # Nov 23 10:00:00
        rf"\b{_MONTH} +(?P<d>\d{{1,2}}) {_CLOCK}",
        # E1123 10:00:00.123456
        rf"^[IWEF](?P<m>\d\d)(?P<d>\d\d) {_CLOCK}",
        # 10:00AM, 10:00:00.123, of this day
        r"^(?P<h>\d\d?):(?P<mi>\d\d)(?::(?P<s>\d\d))?(?P<p>[AP]M)\b",
        rf"^\[?{_CLOCK}(?!\S*\d:)",
    )
)
_COMMON = r"\[?(\d{4}[-/.]\d\d[-/.]\d\d[T ]\d\d:\d\d):(\d\d)(?:[.,](\d{1,9}))?" + _ZONE
_LEADING = re.compile(_COMMON, re.ASCII)
_LEADING_BYTES = re.compile(_COMMON.encode())
"""What most lines begin with; the first of the shapes above where it is easy to read."""
_PLACES = ((0, 4), (5, 7), (8, 10), (11, 13), (14, 16))
_LONG_AGO, _FAR_AHEAD = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
_EPOCH = re.compile(r"^\[?(1\d{9})(?:\.(\d{1,9})|(\d{3})(\d{3})?(\d{3})?)?\b(?![.:/-]\d)", re.ASCII)
_NUMBER = re.compile(r"1\d{9}(?:\d{3}){0,3}(?:\.\d{1,9})?", re.ASCII)


def time_of(line: str, now: datetime, zone: tzinfo | None = None) -> datetime | None:
    """When a line says it was written; aware, UTC.

    Args:
        line: Only its beginning is looked at.
        now: For lines that name no year, or no day; aware.
        zone: Of times that name none; this machine's when None.
    """
    head = line[:LOOKED_AT]
    if (at := _leading(_LEADING.match(head), zone)) is not None:
        return at
    if (found := _EPOCH.match(head)) is not None:
        return _since_epoch(found.group(0).lstrip("["))
    earliest = None
    for shape in _SHAPES:
        match = shape.search(head)
        # Of two of them the first one is the line's own; what follows may be what it tells of.
        if match is not None and (earliest is None or match.start() < earliest.start()):
            earliest = match
    return _moment(earliest.groupdict(), now, zone) if earliest is not None else None


def leading_time(line: bytes, zone: tzinfo | None = None) -> datetime | None:
    """The same for a line that begins with a whole date and a time, None for any other."""
    return _leading(_LEADING_BYTES.match(line), zone)


def moment(value: object, now: datetime, zone: tzinfo | None = None) -> datetime | None:
    """The time that a field holds: text, or a number of seconds, or of parts of them, since 1970.

    Args:
        value: The field.
        now: As for `time_of`.
        zone: As for `time_of`.
    """
    match value:
        case bool():
            return None
        case int():
            return _since_epoch(str(value))
        case float():
            return _since_epoch(f"{value:.6f}")
        case str():
            text = value.strip()
            return _since_epoch(text) if _NUMBER.fullmatch(text) else time_of(text, now, zone)
        case _:
            return None


def happened(written: datetime | None, now: datetime) -> datetime:
    """When what a line tells happened: as it says, or just now when it says nothing credible."""
    return now if written is None or written > now else written


def _leading(found: re.Match[Any] | None, zone: tzinfo | None) -> datetime | None:
    """What the commonest shape says; None where that takes a closer look."""
    if found is None:
        return None
    minute, second, fraction, named = found.groups()
    # The machine's own zone may be set anew.
    here = None if zone is not None else (machine.timezone, machine.tzname)
    start = _minute(minute, named, zone, here)
    if start is None or int(second) > 59:  # noqa: PLR2004 - the last second of a minute
        return None
    micros = int(fraction[:6]) * 10 ** max(0, 6 - len(fraction)) if fraction else 0
    return start + timedelta(seconds=int(second), microseconds=micros)


@lru_cache(maxsize=4096)
def _minute(
    text: str | bytes, named: str | bytes | None, zone: tzinfo | None, _here: object
) -> datetime | None:
    """When a minute begins, the same for all lines of it; None where that depends on now.

    Args:
        text: A date and a time to the minute.
        named: The zone that it names.
        zone: Otherwise; None for this machine's.
        _here: What this machine's zone is, where that counts.
    """
    digits = text.decode() if isinstance(text, bytes) else text
    said = named.decode() if isinstance(named, bytes) else named
    try:
        year, month, day, hour, minute = (int(digits[at:end]) for at, end in _PLACES)
        naive = datetime(year, month, day, hour, minute)  # noqa: DTZ001 - gets its zone below
        first, second = (_zoned(naive, said, zone, now) for now in (_LONG_AGO, _FAR_AHEAD))
    except (ValueError, OverflowError):
        return None
    return first if first == second else None


def _since_epoch(digits: str) -> datetime | None:
    whole, _, fraction = digits.partition(".")
    if _NUMBER.fullmatch(digits) is None:
        return None
    micros = int(whole[10:].ljust(6, "0")[:6]) if len(whole) > 10 else 0  # noqa: PLR2004
    if fraction and not micros:
        micros = int(fraction.ljust(6, "0")[:6])
    return datetime.fromtimestamp(int(whole[:10]), UTC) + timedelta(microseconds=micros)


def _moment(parts: dict[str, str | None], now: datetime, zone: tzinfo | None) -> datetime | None:
    clock = _clock(parts)
    if clock is None:
        return None
    here = now.astimezone(zone) if zone is not None else now.astimezone()
    named = parts.get("z")
    for day in _days(parts, here.date()):
        try:
            at = _zoned(datetime.combine(day, clock), named, zone, now)
        except (ValueError, OverflowError):
            return None
        if parts.get("y") or at <= now + (_NEXT_YEAR if parts.get("d") else AHEAD):
            return at
    return None


def _clock(parts: dict[str, str | None]) -> time | None:
    hour = int(parts["h"] or 0)
    half = parts.get("p")
    if half:
        hour = hour % 12 + (12 if half == "PM" else 0)
    micros = int((parts.get("f") or "0").ljust(6, "0")[:6])
    second = int(parts["s"] or 0)
    if second == 60:  # noqa: PLR2004 - a leap second is told as the last one before it
        second = 59
    try:
        return time(hour, int(parts["mi"] or 0), second, micros)
    except ValueError:
        return None


def _days(parts: dict[str, str | None], today: date) -> Iterator[date]:
    """The days that may be meant, the likeliest first; the first not ahead of now is it."""
    if not parts.get("d"):
        yield today
        yield today - timedelta(days=1)
        return
    month = _MONTHS[str(parts["n"])[:3].lower()] if parts.get("n") else int(parts["m"] or 0)
    year, day = parts.get("y"), int(parts["d"] or 0)
    years = [int(year)] if year else range(today.year + 1, today.year - _YEARS_BACK, -1)
    for one in years:
        try:
            yield date(one, month, day)
        except ValueError:
            continue


def _zoned(at: datetime, named: str | None, zone: tzinfo | None, now: datetime) -> datetime:
    if named in ("Z", "UTC", "GMT"):
        return at.replace(tzinfo=UTC)
    if named:
        offset = named.replace(":", "").ljust(5, "0")
        ahead = timedelta(hours=int(offset[1:3]), minutes=int(offset[3:5]))
        return at.replace(tzinfo=UTC) - (ahead if offset[0] == "+" else -ahead)
    first, second = (
        (
            at.replace(tzinfo=zone, fold=fold) if zone is not None else at.replace(fold=fold)
        ).astimezone(UTC)
        for fold in (0, 1)
    )
    # An hour that clocks show twice: the second time once that has come. One they skip has no
    # second time: the later reading would lie before the first.
    return second if first < second <= now + AHEAD else first
