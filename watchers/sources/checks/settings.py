"""``[[health.check]]``: what is checked, and how."""

import re
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from watchers.delay import read_span
from watchers.finding import Severity


class CheckKind(StrEnum):
    """What can be checked."""

    TCP = "tcp"
    HTTP = "http"
    TLS = "tls"
    DNS = "dns"
    PROCESS = "process"
    SYSTEMD = "systemd"
    COMMAND = "command"


_NEEDS = {
    CheckKind.TCP: ("address", 'address = "db.example:5432"'),
    CheckKind.HTTP: ("url", 'url = "http://127.0.0.1:8080/healthz"'),
    CheckKind.TLS: ("address", 'address = "example.com:443"'),
    CheckKind.DNS: ("lookup", 'lookup = "example.com"'),
    CheckKind.PROCESS: ("process", 'process = "nginx"'),
    CheckKind.SYSTEMD: ("unit", 'unit = "nginx.service"'),
    CheckKind.COMMAND: ("command", 'command = ["/usr/local/bin/check-queue", "--max", "100"]'),
}
_TAKES = {
    CheckKind.TCP: set[str](),
    CheckKind.HTTP: {"status", "contains", "slow"},
    CheckKind.TLS: {"warn_before", "ca_file"},
    CheckKind.DNS: {"expect", "server"},
    CheckKind.PROCESS: {"contains", "least"},
    CheckKind.SYSTEMD: set[str](),
    CheckKind.COMMAND: set[str](),
}
_ANY = {"name", "kind", "every", "timeout", "severity", "service", "fails"}
LONGEST_TIMEOUT = timedelta(minutes=1)


def _span(found: object) -> timedelta:
    span = found if isinstance(found, timedelta) else None
    if isinstance(found, str):
        span = read_span(found)
    if not span:
        raise ValueError('a span such as "5s", "1m30s" or "14d"')
    return span


def _timeout(found: object) -> timedelta:
    span = _span(found)
    if span > LONGEST_TIMEOUT:
        raise ValueError('a span from "1s" to "1m"')
    return span


Span = Annotated[timedelta, BeforeValidator(_span)]
_Timeout = Annotated[timedelta, BeforeValidator(_timeout)]


def parted(address: str) -> tuple[str, int] | None:
    """Host and port of ``host:port`` or ``[::1]:port``, None when it is neither."""
    found = re.fullmatch(r"(?:\[([0-9a-fA-F:.]+)\]|([^\s:/@\[\]]+)):(\d{1,5})", address)
    if found is None or not 0 < int(found[3]) <= 65535:  # noqa: PLR2004 - ports end there
        return None
    return found[1] or found[2], int(found[3])


class CheckSettings(BaseModel):
    """``[[health.check]]``: what is checked, and how.

    Attributes:
        every: Least time between two runs; None for each time the host is sampled.
        severity: Of its alert when it is down; a warning is medium at most.
        service: Label of its alert, so that the chats of the service are told.
        fails: So often in a row it must fail to be told, and pass to be over.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    name: str = Field(min_length=1, max_length=64)
    kind: CheckKind
    every: Span | None = None
    timeout: _Timeout = timedelta(seconds=5)
    severity: Severity = Severity.HIGH
    service: str = Field(default="", max_length=64)
    fails: int = Field(default=2, ge=1, le=20)
    address: str = ""
    url: str = ""
    status: tuple[Annotated[int, Field(ge=100, le=599)], ...] = ()
    contains: str = Field(default="", max_length=200)
    slow: Span | None = None
    warn_before: Span = timedelta(days=14)
    ca_file: str = ""
    lookup: str = ""
    expect: tuple[str, ...] = ()
    server: str = ""
    process: str = ""
    least: int = Field(default=1, ge=1, le=10_000)
    unit: str = ""
    command: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _fits_its_kind(self) -> "CheckSettings":
        needed, example = _NEEDS[self.kind]
        if not getattr(self, needed):
            raise ValueError(f"for kind {self.kind.value} also {example}")
        takes = _ANY | {needed} | _TAKES[self.kind]
        surplus = sorted(self.model_fields_set - takes)
        if surplus:
            known = ", ".join([needed, *sorted(_TAKES[self.kind])])
            raise ValueError(f"for kind {self.kind.value} only {known}, not {', '.join(surplus)}")
        wrong = _wrong(self)
        if wrong:
            raise ValueError(wrong)
        return self


def _wrong(one: CheckSettings) -> str:
    """What cannot be meant, "" when nothing is."""
    if one.address and parted(one.address) is None:
        return 'for address a host and a port, e.g. "db.example:5432"'
    if one.server and parted(one.server) is None:
        return 'for server a host and a port, e.g. "1.1.1.1:53"'
    if one.url and not _web(one.url):
        return 'for url a web address, e.g. "http://127.0.0.1:8080/healthz"'
    if one.lookup and not re.fullmatch(r"[A-Za-z0-9_.-]{1,253}", one.lookup):
        return 'for lookup a name, e.g. "example.com"'
    if one.unit.startswith("-"):
        return 'for unit the name of a unit, e.g. "nginx.service"'
    return ""


def _web(url: Any) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
