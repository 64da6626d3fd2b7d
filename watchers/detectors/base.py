"""What every kind of rule has: its settings, and where its records come from."""

import fnmatch
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from watchers.conditions import condition
from watchers.delay import UNSAID, Delay, parse_delay, read_span
from watchers.errors import PatternError
from watchers.finding import Response, Severity, Spot
from watchers.matching.patterns import compiled
from watchers.record import Record

SAMPLES = 5
MESSAGE_CHARS = 4096
"""More than is shown, so that redaction finds whole what the cut would halve."""
OTHER = "other"
"""Stands for what a cap keeps from standing for itself."""
_TYPE = re.compile(
    rb"(?<![\w$])(?:[A-Za-z_$][\w$]*\.)*([A-Z][\w$]{0,80}(?:Exception|Error|Throwable|Interrupt))"
    rb"(?![\w$])"
)
_INDENTED = (b" ", b"\t")
SpotOf = Callable[[Record, bool], Spot | None]
"""From a record and whether the lines around it are wanted."""


def nowhere(_record: Record, _around: bool) -> None:
    """Of records that are in no file."""
    return


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where records come from.

    Attributes:
        path: The file's path.
        file_id: Stable identity of its content.
        labels: What its findings are labelled with, beside their rule's own labels.
        watch: Which watch reads it, by the name in its progress.
    """

    path: str
    file_id: str
    labels: Mapping[str, str]
    watch: str = ""


class RuleSettings(BaseModel):
    """What may be said of a rule of any kind.

    Attributes:
        name: Unique among the rules.
        pattern: Regular expression in RE2's syntax, run on single lines, as written: begin it
            with ``(?i)`` to ignore case.
        severity: How bad a match is.
        responses: ``alert`` and ``record``, or only one of them.
        title: Title of the findings, which may name fields as labels do; the exception's name
            or the rule's without one.
        exclude: A record with a line that matches this is left out.
        where: What the fields of a record must be, all of it, e.g. ``status >= 500``.
        labels: Labels of the findings; ``{status}`` in one stands for that field of the record, a
            label that nothing is known for is left out.
        recovery: A line that matches this says that it is over, and is itself no match.
        quiet: It is over when nothing matched for this long, e.g. ``5m``.
        delay: What its alerts wait for, e.g. ``up 10s down 15m x2 max 1h``; `down` is `quiet`.
        files: Only lines in these count: names of watches, or globs of paths or file names; all
            when empty.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    pattern: str = Field(min_length=1)
    severity: Severity
    responses: tuple[Response, ...] = Field(default=(Response.ALERT,), min_length=1)
    title: str = ""
    exclude: str = ""
    where: tuple[str, ...] = Field(default=(), max_length=20)
    labels: dict[str, str] = Field(default_factory=dict)
    recovery: str = ""
    quiet: str = ""
    delay: str = ""
    files: tuple[str, ...] = ()

    def applies_to(self, watch: str, path: str) -> bool:
        """Whether lines in a file count that a watch reads."""
        if not self.files:
            return True
        name = PurePath(path).name
        return any(
            one == watch or fnmatch.fnmatchcase(path, one) or fnmatch.fnmatchcase(name, one)
            for one in self.files
        )

    @property
    def waits(self) -> Delay | None:
        """What its alerts wait for, None when it says nothing."""
        said = parse_delay(f"{self.delay} down {self.quiet}" if self.quiet else self.delay)
        return None if said == UNSAID else said

    @field_validator("pattern", "exclude", "recovery")
    @classmethod
    def _usable(cls, pattern: str) -> str:
        if pattern:
            try:
                compiled(pattern)
            except PatternError as error:
                raise ValueError(error.reason) from None  # what pydantic collects with the rest
        return pattern

    @field_validator("where")
    @classmethod
    def _conditions(cls, where: tuple[str, ...]) -> tuple[str, ...]:
        for one in where:
            condition(one)
        return where

    @field_validator("quiet")
    @classmethod
    def _span(cls, quiet: str) -> str:
        if quiet and not read_span(quiet):
            raise ValueError('a span such as "90s", "15m", "1h30m" or "2d"')
        return quiet

    @field_validator("delay")
    @classmethod
    def _waits(cls, delay: str, info: ValidationInfo) -> str:
        if parse_delay(delay).down is not None and info.data.get("quiet"):
            raise ValueError("either quiet or down, which are the same")
        return delay


def error_type(record: Record) -> str:
    """Short name of the exception that a record is about, "" when none is named."""
    lines = (record.raised,) if record.raised else record.lines
    for line in lines:
        if not line.startswith(_INDENTED) and (found := _TYPE.search(line)):
            return found.group(1).decode("ascii", "replace")
    return ""


def shown(record: Record) -> str:
    """Its text, with how much of it is not kept."""
    text = b"\n".join(record.lines).replace(b"\0", b"").decode("utf-8", "replace")
    return text + (f"\n… {record.omitted} lines omitted" if record.omitted else "")
