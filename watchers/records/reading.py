"""What a line says: its fields, how bad it calls itself, and when it was written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from watchers.finding import Severity
from watchers.matching.grok import Value

_MOST_SHOWN = 24
_LONGEST_SHOWN = 200
_TEXTS = frozenset({"message", "msg", "log", "data", "stack_trace", "stacktrace", "exception"})


class Reading(Protocol):
    """One line, read as far as somebody asks."""

    @property
    def format(self) -> str:
        """Name of the format that takes it, "" for none."""
        ...

    @property
    def fields(self) -> Mapping[str, Value]:
        """Named and typed; untrusted, bounded in number and size."""
        ...

    @property
    def message(self) -> str:
        """What is left without time, level and the like; the line where there is no such."""
        ...

    @property
    def severity(self) -> Severity | None:
        """How bad the line calls itself, None when it does not say."""
        ...

    @property
    def at(self) -> datetime | None:
        """When it says it was written, None when it does not; aware, UTC; may be wrong."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is known of a line without reading it."""

    format: str = ""
    fields: Mapping[str, Value] = field(default_factory=dict)
    message: str = ""
    severity: Severity | None = None
    at: datetime | None = None


NOTHING_READ = Said()

Read = Callable[[bytes, datetime], Reading]
"""Reads a line, given when it was read; aware."""


def nothing_read(_line: bytes, _now: datetime) -> Reading:
    """Read nothing: for what has no format."""
    return NOTHING_READ


def shown_fields(fields: Mapping[str, Value]) -> dict[str, Value]:
    """The fields that go with a finding: without the message, which is its text, and fewer."""
    kept: dict[str, Value] = {}
    for name, value in fields.items():
        if name in _TEXTS or len(kept) >= _MOST_SHOWN:
            continue
        kept[name] = value[:_LONGEST_SHOWN] if isinstance(value, str) else value
    return kept
