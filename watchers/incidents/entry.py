"""What the incident engine reads, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from watchers.finding import Severity, TemplateCount


@dataclass(slots=True, eq=False)
class Entry:
    """One line that may be part of an incident; not frozen only to be made quickly.

    Attributes:
        at_s: When it was written, in seconds since the epoch.
        severity: medium for a warning, high for an error, critical for what cannot wait.
        service: Who wrote it.
        message: Without time, level and service.
        source: Whatever the caller wants to have back as evidence.
        labels: Further labels of the line, such as its host.
        kinds: Templates of the lines that it was found with, as verdicts know them.
    """

    at_s: float
    severity: Severity
    service: str
    message: str
    source: Any = None
    labels: Mapping[str, str] = field(default_factory=dict)
    kinds: tuple[TemplateCount, ...] = ()


class Kind(StrEnum):
    """What is said of an incident."""

    FIRE = "fire"
    UPDATE = "update"
    """It is critical now, which is worth a ring."""
    GREW = "grew"
    """It has more services or more lines: its card changes, and nobody is rung."""
    RESOLVE = "resolve"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is to be told of an incident now.

    Attributes:
        incident: Number of the incident, from 1.
        at_s: When it is said.
        service: Where it began.
        template: Of the line that it began with.
        services: All that burn, in the order in which they joined.
        templates: How many different kinds of lines it has.
        lines: How many lines are new since what was said of it before.
        total: How many lines it has in all.
        evidence: Lines that show it, the newest cause first; at most 20.
        joined: When which service joined, and why.
        kinds: Templates of all its lines, as verdicts know them; () where that is not known.
    """

    kind: Kind
    incident: int
    at_s: float
    began_at_s: float
    severity: Severity
    service: str
    template: str
    services: tuple[str, ...]
    templates: int
    lines: int
    total: int
    evidence: tuple[Entry, ...]
    joined: tuple["Joined", ...]
    kinds: tuple[TemplateCount, ...] = ()


class Why(StrEnum):
    """How a service came into an incident."""

    BEGAN = "began"
    SAME_LINES = "same_lines"
    NAMES = "names"
    """Its lines name a service that burns."""
    NAMED = "named"
    """Lines of a service that burns name it."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A service of an incident."""

    service: str
    at_s: float
    why: Why
