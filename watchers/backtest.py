"""Looks back into watched files: which of their newest lines a pattern matches, within bounds."""

import gzip
import os
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any

from watchers.detectors.keyword import KeywordRule
from watchers.matching.patterns import compiled
from watchers.matching.scanner import Scanner
from watchers.sources.file.decode import Decoder, compression, refusal
from watchers.sources.file.discovery import expand
from watchers.sources.file.settings import WatchSettings

MOST_BYTES = 64 << 20
MOST_FILES = 50
MOST_MATCHES = 50_000
"""Each costs a step of Python."""
WITHIN_S = 0.4
"""Whoever asks waits for the answer, and so may others."""
_BLOCK = 1 << 20
_GZIP_BYTES = 8 << 20
_HEAD_BYTES = 4096
_LOOKED_AT = 200
_SHOWN = 1000
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A line that matches.

    Attributes:
        at: When it says it was written, None when it does not say; aware, UTC.
        also: Indexes of the other rules that match it.
    """

    at: datetime | None
    text: str
    place: str
    also: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What looking back came to.

    Attributes:
        found: Newest first within a file.
        files: How many files were looked at.
        read: Bytes of them.
        whole: Whether nothing was left out for want of time or room.
    """

    found: tuple[Found, ...]
    files: int
    read: int
    whole: bool


@dataclass(slots=True)
class _Left:
    """What may still be spent."""

    monotonic: Callable[[], float]
    ends: float
    bytes: int = MOST_BYTES
    matches: int = MOST_MATCHES
    whole: bool = True

    def spent(self) -> bool:
        if self.bytes <= 0 or self.matches <= 0 or self.monotonic() >= self.ends:
            self.whole = False
            return True
        return False


def look_back(
    rule: KeywordRule,
    others: Sequence[KeywordRule],
    watches: Iterable[WatchSettings],
    now: datetime,
    span: timedelta,
    monotonic: Callable[[], float],
    zone: tzinfo | None = None,
) -> Looked:
    """The lines of the last `span` that a rule matches, read from the ends of the files.

    Args:
        rule: Its `exclude` and `files` count.
        others: Rules that may match the same lines.
        watches: Whose files are read; compressed neighbours of them too, where that is cheap.
        now: Aware.
        span: How far back.
        monotonic: Seconds for the bound in time.
        zone: Of times that name none; this machine's when None.
    """
    left = _Left(monotonic, monotonic() + WITHIN_S)
    since, read, files = now - span, 0, 0
    seeker = _Seeker(rule, others, since, now, zone)
    found: list[Found] = []
    for watch, path in _newest_first(rule, watches, since):
        if left.spent() or files >= MOST_FILES:
            left.whole = False
            break
        before = left.bytes
        try:
            found += seeker.in_file(path, watch.decoder(), left)
        except (OSError, EOFError, zlib.error):
            continue  # it went away, or is no file to read
        files, read = files + 1, read + before - left.bytes
    return Looked(found=tuple(found), files=files, read=read, whole=left.whole)


def _newest_first(
    rule: KeywordRule, watches: Iterable[WatchSettings], since: datetime
) -> list[tuple[WatchSettings, str]]:
    """Files that were written to within the span, and their compressed predecessors."""
    seen: dict[str, tuple[float, WatchSettings]] = {}
    for watch in watches:
        packed = [f"{one}*.gz" for one in watch.files if not one.endswith(".gz")]
        for one in expand([*watch.files, *packed])[0]:
            if one.stat.st_mtime >= since.timestamp() and rule.applies_to(watch.name, one.path):
                seen.setdefault(one.path, (one.stat.st_mtime, watch))
    ranked = sorted(seen.items(), key=lambda item: -item[1][0])
    return [(watch, path) for path, (_, watch) in ranked]


class _Seeker:
    """Looks for one rule."""

    def __init__(
        self,
        rule: KeywordRule,
        others: Sequence[KeywordRule],
        since: datetime,
        now: datetime,
        zone: tzinfo | None,
    ) -> None:
        self._scanner = Scanner([rule.pattern])
        self._exclude = compiled(rule.exclude) if rule.exclude else None
        self._others = [compiled(one.pattern) for one in others]
        self._since, self._now, self._zone = since, now, zone

    def in_file(self, path: str, decoder: Decoder, left: _Left) -> list[Found]:
        """Its matches, newest first, until they are too old."""
        found: list[Found] = []
        with Path(path).open("rb") as file:
            head = file.read(_HEAD_BYTES)
            if compression(head) == "gzip":
                blocks = _unpacked(path, left)
            elif refusal(head):
                return []
            else:
                blocks = _backwards(file, left)
            for block, offset in blocks:
                fresh, old = self._in_block(block, offset, path, decoder, left)
                found += fresh
                if old:
                    break
        return found

    def _in_block(
        self, block: bytes, offset: int, path: str, decoder: Decoder, left: _Left
    ) -> tuple[list[Found], bool]:
        """Matches of a block of whole lines, newest first; and whether it begins too early."""
        view = decoder.view(block)
        found: list[Found] = []
        for begin, end in self._scanner.hits(view.text):
            line = view.text[begin:end]
            if left.matches <= 0:
                left.whole = False
                break
            if self._exclude is not None and self._exclude.search(line) is not None:
                continue
            text = line.decode("utf-8", "replace")
            at = time_of(text, self._now, self._zone)
            if at is not None and at < self._since:
                continue
            left.matches -= 1
            also = tuple(n for n, one in enumerate(self._others) if one.search(line) is not None)
            place = f"{path}:{offset + view.raw_offset(begin)}"
            found.append(Found(at=at, text=text[:_SHOWN], place=place, also=also))
        first = view.text[: view.text.find(b"\n") + 1][:_LOOKED_AT].decode("utf-8", "replace")
        begins_at = time_of(first, self._now, self._zone)
        return found[::-1], begins_at is not None and begins_at < self._since


def _backwards(file: Any, left: _Left) -> Iterator[tuple[bytes, int]]:
    """Blocks of whole lines with their offsets, last one first."""
    at, rest = file.seek(0, os.SEEK_END), b""
    while at > 0 and not left.spent():
        size = min(_BLOCK, at)
        at -= size
        file.seek(at)
        data = file.read(size)
        left.bytes -= len(data)
        data += rest
        cut = data.find(b"\n") + 1 if at else 0
        if at and not cut:
            if len(data) > 4 * _BLOCK:  # a line without an end in sight is left out
                data = b""
            rest = data
            continue
        rest = data[:cut]
        yield data[cut:], at + cut


def _unpacked(path: str, left: _Left) -> Iterator[tuple[bytes, int]]:
    """A compressed file as one block, when it is small."""
    with gzip.open(path, "rb") as file:
        data = file.read(_GZIP_BYTES + 1)
    left.bytes -= len(data)
    if len(data) > _GZIP_BYTES:
        left.whole = False
    yield data, 0


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
