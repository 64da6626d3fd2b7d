"""Reads lines: finds the format of each, and what its fields say."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from functools import lru_cache

from watchers.finding import Severity
from watchers.matching.grok import MOST_FIELDS, Grok, Groks, Value
from watchers.parsers.known import FAMILIES, KNOWN, PARTS
from watchers.parsers.levels import severity_of
from watchers.parsers.structured import json_fields, logfmt_fields, pairs
from watchers.parsers.timestamps import leading_time, moment, time_of
from watchers.records.reading import Reading

AUTO, PLAIN = "auto", "plain"
_WRAPPED = ("docker", "cri")
"""Where containers write: what they write may be of any format."""
_DATA = {"json": json_fields, "logfmt": logfmt_fields}
_STRUCTURED = tuple(_DATA)
_TIMES = (
    "time",
    "timestamp",
    "@timestamp",
    "ts",
    "@t",
    "datetime",
    "asctime",
    "date",
    "t",
    "Timestamp",
)
_MESSAGES = ("message", "msg", "@m", "log", "text", "event", "@mt", "body", "MESSAGE")
_LONGEST_MESSAGE = 4096
_OTHER_TIMES = re.compile(rb'(?:[tT]imestamp|time|ts|@t|date|\bt)(?:=|"\s*:)')
"""What may name a field with another time than the one that a line begins with."""
_KLOG = re.compile(r"\d{4} \d\d:")

Take = Callable[[bytes], "tuple[str, dict[str, Value]] | None"]
"""The name of a format that takes a line and the fields; None for a line of another format."""


def format_names() -> tuple[str, ...]:
    """Every name that a format may be asked for by, beside those of one's own."""
    return (
        AUTO,
        *_STRUCTURED,
        *KNOWN,
        *(name for name in FAMILIES if name not in KNOWN),
        *_WRAPPED,
        PLAIN,
    )


class LineReader:
    """Reads the lines of one watch; immutable, for any thread.

    A line that no format takes is still looked at for a time, a level and ``name=value`` pairs.
    """

    def __init__(
        self,
        name: str = AUTO,
        own: Mapping[str, str] | None = None,
        patterns: Mapping[str, str] | None = None,
        zone: tzinfo | None = None,
    ) -> None:
        """Prepare the formats.

        Args:
            name: Of the format, or ``auto`` for all of them, one's own first.
            own: One's own formats: a grok pattern by name.
            patterns: One's own grok patterns.
            zone: Of times that name none; this machine's when None.

        Raises:
            PatternError: If a pattern cannot be used.
            ValueError: If there is no such format.
        """
        self._zone = zone
        self._own = bool(own)
        if name in _WRAPPED:
            name = AUTO
        mine = own or {}
        ours = {
            one: _named(one, Grok(pattern, patterns).read)
            for one, pattern in mine.items()
            if name in (AUTO, one)
        }
        self._takes: Sequence[Take] = (*ours.values(), *_wanted(name, ours))

    def read(self, line: bytes, now: datetime) -> Reading:
        """What a line says; bounded in time and size whatever it holds.

        Args:
            line: Its bytes, UTF-8, without a line end.
            now: When it was read; aware.
        """
        return _LineReading(self, line, now)

    def fields(self, line: bytes) -> tuple[str, dict[str, Value]]:
        """The name of the format that takes a line, "" for none, and all of its fields."""
        name, fields = next(filter(None, (takes(line) for takes in self._takes)), ("", {}))
        if name in KNOWN:
            fields = {key: value for key, value in fields.items() if value not in ("", "-")}
        return name, fields if name in _STRUCTURED else _enriched(fields, line)

    def foremost(self, line: bytes) -> datetime | None:
        """The time that a line begins with, None where something else in it may say another."""
        return None if self._own or _OTHER_TIMES.search(line) else leading_time(line, self._zone)

    def written(
        self, name: str, fields: Mapping[str, Value], text: str, now: datetime
    ) -> datetime | None:
        """When a line says it was written, by its fields or its text."""
        for one in _TIMES:
            value = fields.get(one)
            if value is None:
                continue
            if isinstance(value, str) and _KLOG.match(value):
                value = f"I{value}"
            if (at := moment(value, now, self._zone)) is not None:
                return at
        # The inside of an object may tell of any time.
        return None if name in _STRUCTURED else time_of(text, now, self._zone)


class _LineReading:
    """One line; what is asked of it is read once. Most lines are only asked for their time."""

    __slots__ = ("_at", "_fields", "_format", "_line", "_now", "_reader", "_timed")

    def __init__(self, reader: LineReader, line: bytes, now: datetime) -> None:
        self._reader = reader
        self._line = line
        self._now = now
        self._format = ""
        self._fields: dict[str, Value] | None = None
        self._at: datetime | None = None
        self._timed = False

    @property
    def format(self) -> str:
        self._read()
        return self._format

    @property
    def fields(self) -> Mapping[str, Value]:
        return self._read()

    @property
    def message(self) -> str:
        named = _MESSAGES if self.format in _STRUCTURED else _MESSAGES[:1]
        found = next((self.fields[one] for one in named if one in self.fields), None)
        return str(self._text if found is None else found)[:_LONGEST_MESSAGE]

    @property
    def severity(self) -> Severity | None:
        return severity_of(self.fields, self._text)

    @property
    def at(self) -> datetime | None:
        if not self._timed:
            self._timed = True
            self._at = self._reader.foremost(self._line)
            if self._at is None:
                written = self._reader.written
                self._at = written(self.format, self.fields, self._text, self._now)
        return self._at

    def _read(self) -> dict[str, Value]:
        if self._fields is None:
            self._format, self._fields = self._reader.fields(self._line)
        return self._fields

    @property
    def _text(self) -> str:
        return self._line.decode("utf-8", "replace")


def _enriched(fields: dict[str, Value], line: bytes) -> dict[str, Value]:
    """With the pairs that stand in the text, and those of a JSON object behind it."""
    data = fields.get("data")
    message = fields.get("message")
    found = pairs(line if message is None else f"{data or ''} {message}".encode("utf-8", "replace"))
    if isinstance(data, str) and (inner := json_fields(data.encode("utf-8", "replace"))):
        found |= inner
    for key, value in found.items():
        if len(fields) >= MOST_FIELDS:
            break
        fields.setdefault(key, value)
    return fields


def _wanted(name: str, own: Mapping[str, Take]) -> Iterable[Take]:
    if name in own or name == PLAIN:
        return ()
    names = (*_STRUCTURED, *KNOWN) if name == AUTO else FAMILIES.get(name, (name,))
    known = tuple(one for one in names if one in KNOWN)
    if unknown := [one for one in names if one not in (*_STRUCTURED, *KNOWN)]:
        raise ValueError(f"there is no format {unknown[0]!r}")
    structured = [_named(one, _DATA[one]) for one in names if one in _DATA]
    return (*structured, lambda line: _known(known).read(line)) if known else structured


def _named(name: str, read: Callable[[bytes], dict[str, Value] | None]) -> Take:
    def takes(line: bytes) -> tuple[str, dict[str, Value]] | None:
        fields = read(line)
        return None if fields is None else (name, fields)

    return takes


@lru_cache(maxsize=32)
def _known(names: tuple[str, ...]) -> Groks:
    """Made when the first line is read: a watch without a hit needs none."""
    return Groks(((name, pattern) for name in names for pattern in KNOWN[name]), PARTS)
