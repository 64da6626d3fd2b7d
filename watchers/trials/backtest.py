"""Looks back into watched files: which of their newest lines a pattern matches, within bounds."""

import gzip
import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from watchers.detectors.base import RuleSettings
from watchers.detectors.keyword import KeywordRule
from watchers.matching.patterns import compiled, matcher
from watchers.matching.scanner import Scanner
from watchers.parsers.timestamps import time_of
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
    others: Sequence[RuleSettings],
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
    rule: RuleSettings, watches: Iterable[WatchSettings], since: datetime
) -> list[tuple[WatchSettings, str]]:
    """Files that were written to within the span, and their compressed predecessors."""
    seen: dict[str, tuple[float, WatchSettings]] = {}
    for watch in watches:
        packed = [f"{one}*.gz" for one in watch.files if not one.endswith(".gz")]
        for one in expand([*watch.files, *packed])[0]:
            if one.changed_at >= since.timestamp() and rule.applies_to(watch.name, one.path):
                seen.setdefault(one.path, (one.changed_at, watch))
    ranked = sorted(seen.items(), key=lambda item: -item[1][0])
    return [(watch, path) for path, (_, watch) in ranked]


class _Seeker:
    """Looks for one rule."""

    def __init__(
        self,
        rule: KeywordRule,
        others: Sequence[RuleSettings],
        since: datetime,
        now: datetime,
        zone: tzinfo | None,
    ) -> None:
        self._scanner = Scanner([rule.pattern])
        self._exclude = compiled(rule.exclude) if rule.exclude else None
        self._others = [matcher(one.pattern) for one in others]
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
        for begin, end, _ in self._scanner.lines(view.text):
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
