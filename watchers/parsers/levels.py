"""How bad a line calls itself, in the words and numbers that loggers use."""

import re
from collections.abc import Mapping

from watchers.finding import Severity
from watchers.matching.grok import Value

_WORDS = {
    Severity.INFO: "trace trc verbose vrb debug debu dbg dbug fine finer finest config info inf "
    "information informational log ok",
    Severity.LOW: "notice note hint deprecated",
    Severity.MEDIUM: "warn warning wrn",
    Severity.HIGH: "error err eror erro severe fail failed failure parse",
    Severity.CRITICAL: "critical crit fatal ftl fata fatl panic pnc alert emerg emergency dpanic",
}
_SEVERITIES = {word: severity for severity, words in _WORDS.items() for word in words.split()}
_LETTERS = {
    "t": Severity.INFO,
    "v": Severity.INFO,
    "d": Severity.INFO,
    "i": Severity.INFO,
    "w": Severity.MEDIUM,
    "e": Severity.HIGH,
    "f": Severity.CRITICAL,
    "c": Severity.CRITICAL,
    ".": Severity.INFO,
    "-": Severity.INFO,
    "*": Severity.LOW,
    "#": Severity.MEDIUM,
}
_NAMES = (
    "level", "lvl", "severity", "levelname", "log.level", "loglevel", "log_level", "severity_text",
    "severityText", "@l", "Level", "LogLevel", "priority", "PRIORITY",
)  # fmt: skip
_SYSLOG = (
    Severity.CRITICAL,
    Severity.CRITICAL,
    Severity.CRITICAL,
    Severity.HIGH,
    Severity.MEDIUM,
    Severity.LOW,
    Severity.INFO,
    Severity.INFO,
)
_IN_TEXT = re.compile(
    r"\b(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|CRITICAL|CRIT|FATAL|PANIC|EMERG)\b"
    r"|\[(trace|debug|info|notice|warn|warning|error|crit|critical|alert|emerg|fatal)\]"
    r"|^(panic|fatal error):|^(Traceback) \(most recent call last\)"
)
_LOOKED_AT = 200
_SERVER_ERROR, _CLIENT_ERROR = 500, 400


def severity_of(fields: Mapping[str, Value], line: str) -> Severity | None:
    """What the fields of a line say, else a level's word in its beginning."""
    for name in _NAMES:
        value = fields.get(name)
        if value is not None and (found := _named(value)) is not None:
            return found
    number = fields.get("levelno")
    if isinstance(number, int):
        return _of_python(number)
    if isinstance(fields.get("pri"), int):
        return _SYSLOG[int(fields["pri"]) % 8]
    status = fields.get("status")
    if isinstance(status, int) and "client" in fields:
        return _of_status(status)
    if (match := _IN_TEXT.search(line[:_LOOKED_AT])) is not None:
        word = next(filter(None, match.groups())).split()[0].lower()
        return _SEVERITIES.get("error" if word == "traceback" else word)
    return None


def _named(value: Value) -> Severity | None:
    if isinstance(value, bool | float):
        return None
    if isinstance(value, int) or value.isdecimal():
        return _numbered(int(str(value)[:6]))
    word = value.strip().lower()
    return _SEVERITIES.get(word) or (_LETTERS.get(word) if len(word) == 1 else None)


def _numbered(number: int) -> Severity | None:
    """Of syslog up to 7, of bunyan and pino from 10."""
    if number < len(_SYSLOG):
        return _SYSLOG[number]
    steps = (
        (60, Severity.CRITICAL),
        (50, Severity.HIGH),
        (40, Severity.MEDIUM),
        (10, Severity.INFO),
    )
    return next((severity for least, severity in steps if number >= least), None)


def _of_python(number: int) -> Severity:
    steps = ((50, Severity.CRITICAL), (40, Severity.HIGH), (30, Severity.MEDIUM))
    return next((severity for least, severity in steps if number >= least), Severity.INFO)


def _of_status(status: int) -> Severity:
    if status >= _SERVER_ERROR:
        return Severity.HIGH
    return Severity.LOW if status >= _CLIENT_ERROR else Severity.INFO
