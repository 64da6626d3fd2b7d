"""What the head of a log line says: when, how bad, who; learned per file from its first lines."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any, NamedTuple

from watchers.finding import Severity
from watchers.parsers.timestamps import time_of

_LEVELS: dict[str, Severity | None] = {
    **dict.fromkeys(("TRACE", "DEBUG", "FINE", "FINER", "FINEST", "VERBOSE", "CONFIG"), None),
    **dict.fromkeys(("INFO", "INFORMATION", "NOTICE", "LOG", "I", "D", "V"), None),
    **dict.fromkeys(("WARN", "WARNING", "WRN", "W"), Severity.MEDIUM),
    **dict.fromkeys(("ERROR", "ERR", "SEVERE", "FAIL", "FAILURE", "E"), Severity.HIGH),
    **dict.fromkeys(
        ("CRITICAL", "CRIT", "FATAL", "PANIC", "EMERG", "EMERGENCY", "ALERT", "F"),
        Severity.CRITICAL,
    ),
}
_WORDS = "|".join(sorted((name for name in _LEVELS if len(name) > 1), key=len, reverse=True))
_LEVEL = re.compile(
    rf"(?<![\w./-])(?:({_WORDS})(?![\w./-])|\[\s*((?i:{_WORDS}))\s*\]|<((?i:{_WORDS}))>"
    rf'|(?:level|lvl|severity)="?((?i:{_WORDS}))\b)'
)
_LEVEL_WITHIN = 120
_STAMP = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d"
_ISO = re.compile(rf"[\[(]?({_STAMP})(?:[.,](\d{{1,9}}))?(Z|[+-]\d\d:?\d\d)?")
_USUAL = rf"{_ISO.pattern} +([A-Z]{{2,}})(?![\w./-])"
"""What most lines begin with: a time, and what may be a level, as `_ISO` and `_LEVEL` find them."""
_LABEL = r"[^\S\n]+(\S+)"
_MESSAGE = r"[^\S\n]+(\S.*)"
_NO_NEWS = "|".join(name for name, said in _LEVELS.items() if said is None and len(name) > 1)
INFORMATION = re.compile(
    rf"(?:[\[(]?{_STAMP}(?:[.,]\d{{1,9}})?(?:Z|[+-]\d\d:?\d\d)? +(?:{_NO_NEWS})(?![\w./-]).*+\n)++"
)
"""Lines in a row of which nothing counts but their times."""
_FIELDS_WITHIN = 200
_AROUND = " \t:-|]"
_FIELD = re.compile(r'\b(service|app|component|logger|svc|host|hostname|msg|message)=("[^"]*"|\S+)')
_NAME = re.compile(r"[\[(]?[A-Za-z][\w.@/-]{0,63}[\])]?:?")
_HOST = re.compile(r"(?=.*\d)[A-Za-z][\w.-]*|\d{1,3}(?:\.\d{1,3}){3}")
_SYSLOG = re.compile(r"(?<=\d )([A-Za-z][\w.-]*) ([\w./-]+)(?:\[\d+\])?: ")
_COLUMNS = 3
_MOST_MINUTES = 10_000
_SECONDS = (1e8, 1e11)
_LEAST_LINES = 20
_NAMED = 0.98
_DEPENDENT = 0.3
_MOST_VALUES = 500
_SERVICE_KEYS = ("service", "service.name", "app", "application", "component", "logger", "svc")
_HOST_KEYS = ("host", "hostname", "host.name", "node", "pod", "instance")
_LEVEL_KEYS = ("level", "levelname", "severity", "lvl", "log.level", "loglevel")
_TIME_KEYS = ("ts", "time", "timestamp", "@timestamp", "t", "datetime", "date")
_TEXT_KEYS = ("msg", "message", "event", "error", "log")


class Head(NamedTuple):
    """What a line says of itself; a tuple, since one is made of every line.

    Attributes:
        at_s: When it was written, in seconds since the epoch; None when it does not say.
        severity: None for what is no more than information; medium for warnings.
        service: Who wrote it, "" when it does not say; not looked for in mere information.
        host: Where, "" when it does not say.
        message: What is left of the line.
    """

    at_s: float | None
    severity: Severity | None
    service: str
    host: str
    message: str


class Heads:
    """Reads the heads of one file's lines; not thread-safe.

    Between the level and the message a line may name who wrote it, without saying so: a leading
    word that is one of few in all lines, and says nothing of the word behind it, is such a label
    and no part of the message.
    """

    def __init__(self, now: datetime, zone: tzinfo | None = None) -> None:
        """Know nothing of the file yet.

        Args:
            now: For times that name no year; aware.
            zone: For those that name none; None for this machine's.
        """
        self._now = now
        self._zone = zone
        self._columns = 0
        self._usual = re.compile(_USUAL + _MESSAGE)
        self._service_at: int | None = None
        self._host_at: int | None = None
        self._minutes: dict[str, float] = {}
        self._second = ""
        self._second_s = 0.0

    def learn(self, lines: Iterable[str]) -> None:
        """Find the labels, from the first lines of the file."""
        rows = []
        for line in lines:
            at = _level_of(line)
            words = line[at[1] :].split(None, _COLUMNS + 1) if at is not None else []
            if len(words) > 1:
                rows.append(words)
        self._columns = _label_columns(rows) if len(rows) >= _LEAST_LINES else 0
        for column in range(self._columns):
            hosts = all(_HOST.fullmatch(_bare(row[column])) for row in rows)
            if hosts and self._host_at is None:
                self._host_at = column
            elif self._service_at is None:
                self._service_at = column
        self._usual = re.compile(_USUAL + _LABEL * self._columns + _MESSAGE)

    def read_at(self, text: str, begin: int) -> tuple[Head, int]:
        """The head of the line of a text that begins there, and where that line ends.

        `at_s` is None for one that continues another.
        """
        usual = self._usual.match(text, begin)
        if usual is not None:
            stamp, fraction, zone, word, *labels, message = usual.groups()
            severity, end = _LEVELS.get(word), usual.end()
            if severity is None:
                if word in _LEVELS:
                    return Head(self._at(stamp, fraction, zone), None, "", "", usual[0]), end
            elif "=" not in message[:_FIELDS_WITHIN]:
                at_s = self._at(stamp, fraction, zone)
                if not labels:
                    return Head(at_s, severity, "", "", message.strip(_AROUND)), end
                service = "" if self._service_at is None else _bare(labels[self._service_at])
                host = "" if self._host_at is None else _bare(labels[self._host_at])
                return Head(at_s, severity, service, host, message.rstrip()), end
        end = text.find("\n", begin)
        end = end if end >= 0 else len(text)
        return self.read(text[begin:end]), end

    def time_at(self, text: str, begin: int) -> float | None:
        """When the line of a text was written that begins there with a usual time."""
        found = _ISO.match(text, begin)
        return None if found is None else self._at(*found.groups())

    def read(self, line: str) -> Head:
        """The head of one line."""
        if line.startswith("{") and (head := self._json(line)) is not None:
            return head
        at_s = self._time(line)
        found = _level_of(line)
        if found is None:
            return self._levelless(line, at_s)
        severity, end = found
        if severity is None:
            return Head(at_s, None, "", "", line)
        return self._labelled(at_s, severity, line, line[end:])

    def _labelled(self, at_s: float | None, severity: Severity, line: str, rest: str) -> Head:
        """What stands behind the level."""
        if rest.find("=", 0, _FIELDS_WITHIN) >= 0 and (fields := dict(_FIELD.findall(line))):
            said = {key: value.strip('"') for key, value in fields.items()}
            service = _first(said, _SERVICE_KEYS)
            if service:
                message = _first(said, _TEXT_KEYS) or rest.strip()
                return Head(at_s, severity, service, _first(said, _HOST_KEYS), message)
        columns = self._columns
        if not columns:
            return Head(at_s, severity, "", "", rest.strip(_AROUND))
        words = rest.split(None, columns)
        if len(words) <= columns:
            return Head(at_s, severity, "", "", rest.strip())
        service = "" if self._service_at is None else _bare(words[self._service_at])
        host = "" if self._host_at is None else _bare(words[self._host_at])
        return Head(at_s, severity, service, host, words[-1].rstrip())

    def _time(self, line: str) -> float | None:
        found = _ISO.match(line)
        if found is None:
            at = time_of(line, self._now, self._zone)
            return at.timestamp() if at is not None else None
        return self._at(*found.groups())

    def _at(self, text: str, fraction: str | None, zone: str | None) -> float | None:
        if (second := text + zone if zone else text) != self._second:
            minute = text[:16]
            start = self._minutes.get(minute + (zone or ""))
            if start is None:
                at = time_of(f"{minute}:00{zone or ''}", self._now, self._zone)
                if at is None:
                    return None
                if len(self._minutes) > _MOST_MINUTES:
                    self._minutes.clear()
                start = self._minutes[minute + (zone or "")] = at.timestamp()
            self._second, self._second_s = second, start + int(text[17:])
        return self._second_s + float("." + fraction) if fraction else self._second_s

    @staticmethod
    def _levelless(line: str, at_s: float | None) -> Head:
        """A line without a level; syslog's say who wrote them all the same."""
        named = _SYSLOG.search(line, 0, _LEVEL_WITHIN)
        if at_s is None or named is None:
            return Head(at_s, None, "", "", line)
        return Head(at_s, None, named[2].rpartition("/")[2], named[1], line[named.end() :])

    def _json(self, line: str) -> Head | None:
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError):
            return None
        if not isinstance(fields, dict):
            return None
        level = _LEVELS.get(_first(fields, _LEVEL_KEYS).upper())
        said = _first(fields, _TIME_KEYS)
        return Head(
            self._moment(said),
            level,
            _first(fields, _SERVICE_KEYS),
            _first(fields, _HOST_KEYS),
            _first(fields, _TEXT_KEYS) or line,
        )

    def _moment(self, said: str) -> float | None:
        """A time in a field: written out, or a number of seconds or smaller units."""
        try:
            number = float(said)
        except ValueError:
            return self._time(said)
        while number > _SECONDS[1]:  # milli-, micro-, nanoseconds
            number /= 1000.0
        return number if math.isfinite(number) and number > _SECONDS[0] else None


@lru_cache(maxsize=4096)
def _bare(word: str) -> str:
    """A label without what stands around it."""
    return word.strip("[]():")


def _first(fields: dict[str, Any], keys: Iterable[str]) -> str:
    return next((str(fields[key]) for key in keys if fields.get(key) not in (None, "")), "")


def _level_of(line: str) -> tuple[Severity | None, int] | None:
    """How bad a line says it is, and where that ends; None when it does not say."""
    found = _LEVEL.search(line, 0, _LEVEL_WITHIN)
    if found is None:
        return None
    word = found[1] or found[2] or found[3] or found[4]
    return _LEVELS[word.upper()], found.end()


def _label_columns(rows: Sequence[Sequence[str]]) -> int:
    """How many words behind the level are labels and no part of the message."""
    for column in range(_COLUMNS):
        pairs = [(row[column], row[column + 1]) for row in rows if len(row) > column + 1]
        names = Counter(name for name, _ in pairs)
        shaped = sum(count for name, count in names.items() if _NAME.fullmatch(name))
        if len(pairs) < _NAMED * len(rows) or shaped < _NAMED * len(pairs):
            return column
        if len(names) > min(_MOST_VALUES, len(pairs) // 4):
            return column
        if _dependence(pairs) > _DEPENDENT:
            return column
    return _COLUMNS


def _dependence(pairs: Sequence[tuple[str, str]]) -> float:
    """Mutual information of two words, as a share of what the poorer one says at most."""
    total = len(pairs)
    left = Counter(one for one, _ in pairs)
    right = Counter(other for _, other in pairs)
    # What is rare looks dependent by itself: all of it counts as one.
    pairs = [(one, other if right[other] * 100 >= total else "") for one, other in pairs]
    right = Counter(other for _, other in pairs)
    poorer = min(_entropy(left, total), _entropy(right, total))
    if poorer <= 0.0:
        return 0.0
    both = _entropy(Counter(pairs), total)
    shared = _entropy(left, total) + _entropy(right, total) - both
    return shared / poorer


def _entropy(counts: "Counter[Any]", total: int) -> float:
    return -sum(count / total * math.log(count / total) for count in counts.values())
