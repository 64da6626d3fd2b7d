"""One message of syslog, as RFC 5424, RFC 3164 and what is sent in their name write it."""

import re
from dataclasses import dataclass
from datetime import datetime

PRIORITIES = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")
FACILITIES = (
    *("kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news"),
    *("uucp", "cron", "authpriv", "ftp", "ntp", "audit", "alert", "clock"),
    *(f"local{number}" for number in range(8)),
)
_UNSAID = 13
"""user.notice, which RFC 3164 has for what does not say."""
_LONGEST_NAME = 100
_PRI = re.compile(rb"<(\d{1,3})>")
_NEW = re.compile(
    rb"1 (?P<time>\S{1,64}) (?P<host>\S{1,255}) (?P<app>\S{1,128}) \S{1,128} \S{1,64} "
    rb'(?:-|(?P<data>(?:\[(?:[^\]"\\]|\\.|"(?:[^"\\]|\\.)*+")*+\])++))(?: (?P<text>.*))?',
    re.DOTALL,
)
_OLD = re.compile(
    rb"(?:[A-Z][a-z]{2} [ \d]\d(?: \d{4})? \d\d:\d\d:\d\d(?:\.\d{1,9})?|"
    rb"(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S{0,40})):? "
    rb"(?:(?P<host>[\w.:-]{1,255}) )??"
    rb"(?P<app>[\w./@()+-]{1,128})(?:\[[^\]\s]{0,128}\])?: ?(?P<text>.*)",
    re.DOTALL,
)
_BARE = re.compile(rb"(?P<app>[A-Za-z_][\w./@-]{0,127})(?:\[\d{1,20}\]): ?(?P<text>.*)", re.DOTALL)
_BOM = b"\xef\xbb\xbf"
_NIL = b"-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a sender says; names are "" where it does not.

    Attributes:
        at: When it was written; None when that is not said with its zone and year.
        text: Structured data, if there is some, before what is said.
    """

    priority: str
    facility: str
    host: str
    app: str
    at: datetime | None
    text: bytes


def message_of(raw: bytes) -> Message:
    """Read a message; all of one that fits no form is its text."""
    said = _PRI.match(raw)
    number = int(said[1]) if said else _UNSAID
    rest = raw[said.end() :] if said else raw
    if number // 8 >= len(FACILITIES):
        number, rest = _UNSAID, raw
    found = (
        (_NEW.fullmatch(rest) or _OLD.fullmatch(rest) or _BARE.fullmatch(rest)) if said else None
    )
    parts = found.groupdict() if found else {}
    text = (parts.get("text") or b"").removeprefix(_BOM) if found else rest
    data = parts.get("data") or b""
    return Message(
        priority=PRIORITIES[number % 8],
        facility=FACILITIES[number // 8],
        host=_name(parts.get("host")),
        app=_name(parts.get("app")),
        at=_at(parts.get("time")),
        text=b" ".join(filter(None, (data, text))).rstrip(b"\r\n\x00"),
    )


def _name(found: bytes | None) -> str:
    name = (found or b"").decode("utf-8", "replace")[:_LONGEST_NAME]
    return "" if found == _NIL or not name.isprintable() else name


def _at(found: bytes | None) -> datetime | None:
    try:
        at = datetime.fromisoformat((found or b"").decode("ascii"))
    except ValueError:
        return None
    return at if at.tzinfo is not None else None
