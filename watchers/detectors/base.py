"""What every kind of rule has: its settings, where its records come from, what it counts."""

import fnmatch
import math
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Annotated, Any, ClassVar, Literal, Protocol, runtime_checkable

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from watchers.clauses.conditions import condition
from watchers.delay import UNSAID, Delay, parse_delay, read_span
from watchers.errors import PatternError
from watchers.finding import Response, Severity, Spot, TemplateCount
from watchers.matching.grok import Value
from watchers.matching.patterns import compiled, matcher
from watchers.record import Record

SAMPLES = 5
MESSAGE_CHARS = 4096
"""More than is shown, so that redaction finds whole what the cut would halve."""
OTHER = "other"
"""Stands for what a cap keeps from standing for itself."""
TEMPLATE = "template"
"""The field that names the template of a record: its id, the same for all that are of it."""
TEMPLATE_TEXT = "template_text"
"""The field with the template itself."""
NUMBERS = "numbers that are pushed"
"""The watch of series of numbers that come from elsewhere; a name that no line's watch has."""
VALUE = "value"
"""The field that holds the number of a series."""
MOST_FORMER = 50
"""So many of the templates that became one are named with a finding, the newest."""
_TYPE = re.compile(
    rb"(?<![\w$])(?:[A-Za-z_$][\w$]*\.)*([A-Z][\w$]{0,80}(?:Exception|Error|Throwable|Interrupt))"
    rb"(?![\w$])"
)
_UNITS = ("weeks", "days", "hours", "minutes", "seconds")
_NUMBER = re.compile(r"\s*([-+]?(?:\d[\d,]{0,30}(?:\.\d{1,30})?|\.\d{1,30})(?:[eE][-+]?\d{1,3})?)")
_GLOB = re.compile(r"[*?\[]")
_FINE = 10.0
"""Below that, a number is written with two decimals."""
_SAID_AGAIN = timedelta(minutes=15)
_INDENTED = (b" ", b"\t")
SpotOf = Callable[[Record, bool], Spot | None]
"""From a record and whether the lines around it are wanted."""


Said = tuple[Mapping[str, Value], datetime | None]
"""The fields of a record, and when it says it was written."""
Says = Callable[[], Said]
"""Reads a record."""


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


class Named(Protocol):
    """A template, as detectors need it."""

    @property
    def id(self) -> str:
        """The same for all records that are of it."""
        ...

    @property
    def text(self) -> str:
        """With marks where values stand."""
        ...


class KnowsTemplates(Protocol):
    """Knows the template of every record."""

    def of(self, record: Record) -> Named:
        """The template of a record, as known by now."""
        ...

    def number(self, record: Record) -> int:
        """The number of a record's template, for `counted`."""
        ...

    def counted(self, numbers: Mapping[int, int]) -> tuple[TemplateCount, ...]:
        """The templates of some numbers with how often each was met, the most frequent first."""
        ...

    def current(self, template_id: str) -> str:
        """The id of the template that a template became one with, or its own."""
        ...

    def text(self, template_id: str) -> str:
        """The template itself."""
        ...

    def former(self, template_id: str) -> tuple[str, ...]:
        """The ids of templates that became one with a template, oldest first."""
        ...


class RuleSettings(BaseModel):
    """What may be said of a rule of any kind.

    Attributes:
        name: Unique among the rules.
        pattern: Regular expression in RE2's syntax, run on single lines, as written: begin it
            with ``(?i)`` to ignore case. With look-around, back-references, atomic groups or
            possessive quantifiers it runs within a bound of time, and is given up beyond it.
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
        series: Only numbers of these series count, and no lines: names, or globs of them.
        stage: In the ``shadow`` what it finds is counted with what it would have sent, and told to
            nobody; in ``training`` it learns, and nothing it finds counts as sent.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

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
    series: tuple[str, ...] = Field(default=(), max_length=20)
    stage: Literal["live", "shadow", "training"] = "live"

    @property
    def by_template(self) -> bool:
        """Whether it needs the template of every record it matches."""
        return False

    @property
    def wanted(self) -> frozenset[Response]:
        """What is wanted of its findings; nothing before it is live."""
        return frozenset(self.responses if self.stage == "live" else ())

    def applies_to(self, watch: str, path: str) -> bool:
        """Whether lines in a file count that a watch reads, or numbers of a series."""
        if self.series or watch == NUMBERS:
            return watch == NUMBERS and self.judges(path)
        if not self.files:
            return True
        name = PurePath(path).name
        return any(
            one == watch or fnmatch.fnmatchcase(path, one) or fnmatch.fnmatchcase(name, one)
            for one in self.files
        )

    def judges(self, series: str) -> bool:
        """Whether it looks at the series of a name."""
        return any(fnmatch.fnmatchcase(series, one) for one in self.series)

    @property
    def waits(self) -> Delay | None:
        """What its alerts wait for, None when it says nothing."""
        said = parse_delay(f"{self.delay} down {self.quiet}" if self.quiet else self.delay)
        return None if said == UNSAID else said

    @field_validator("pattern", "exclude", "recovery", "at_once", check_fields=False)
    @classmethod
    def _usable(cls, pattern: str, info: ValidationInfo) -> str:
        if pattern:
            try:
                (matcher if info.field_name == "pattern" else compiled)(pattern)
            except PatternError as error:
                raise ValueError(error.reason) from None  # what pydantic collects with the rest
        return pattern

    @field_validator("series", mode="before")
    @classmethod
    def _one_or_several(cls, series: object) -> object:
        return (series,) if isinstance(series, str) else series

    @field_validator("series")
    @classmethod
    def _named(cls, series: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if not all(series):
            raise ValueError('names of series, e.g. series = "queue_depth"')
        if series and info.data.get("files"):
            raise ValueError("either files or series")
        return series

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


Note = Callable[[int, Says, RuleSettings | None], None]
"""Told of a record, by where it begins, that a rule counts."""
NoteLines = Callable[[Sequence[RuleSettings], int, Callable[[int], Says]], None]
"""Told how many lines the same rules count, with what reads each by its number."""


def _span(value: object) -> object:
    """Spans as text, or as a table of units as ElastAlert writes them."""
    if isinstance(value, str) and (read := read_span(value)):
        return read
    if isinstance(value, dict) and value and set(value) <= set(_UNITS):
        numbers = [value.get(unit, 0) for unit in _UNITS]
        if all(type(one) in (int, float) and one >= 0 for one in numbers) and any(numbers):
            return timedelta(**value)
    if isinstance(value, timedelta) and value > timedelta():
        return value
    raise ValueError('a span such as "90s", "15m", "1h30m" or "2d", or { minutes = 5 }')


def _pause(value: object) -> object:
    return timedelta() if value in ("0s", "off") else _span(value)


def _names(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Span = Annotated[timedelta, BeforeValidator(_span), Field(le=timedelta(days=366))]
"""A span of time, more than nothing."""
Pause = Annotated[timedelta, BeforeValidator(_pause), Field(le=timedelta(days=366))]
"""A span of time, or nothing: ``off``."""
Name = Annotated[str, Field(min_length=1)]
Names = Annotated[tuple[Name, ...], BeforeValidator(_names)]
"""One name or several."""
PER_TEMPLATE = ("service", TEMPLATE)
"""What rules about templates tell apart when nothing is said."""


def _with_template(names: tuple[str, ...]) -> tuple[str, ...]:
    return names if TEMPLATE in names else (*names, TEMPLATE)


TemplateNames = Annotated[Names, AfterValidator(_with_template)]
"""Names of which the template is always one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A record as a rule's windows take it.

    Attributes:
        at: When it happened, in seconds since 1970; the event's time, not that of its reading.
        fields: What the rule can name of it: groups of its pattern, and labels.
        text: All of its lines.
        watched_since: When the rule's first record of the watch happened.
    """

    at: float
    fields: Mapping[str, str]
    text: bytes = b""
    watched_since: float = 0.0

    def number(self, name: str) -> float | None:
        """A field as a number, a unit behind it left aside; None when it is none."""
        found = _NUMBER.match(self.fields.get(name, ""))
        number = float(found[1].replace(",", "")) if found else math.inf
        return number if math.isfinite(number) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """That a rule holds for a group now.

    Attributes:
        said: What was seen, in a few words: ``12 in 5m, usually 3``.
        count: How many records it rests on.
        value: The figure, None without one.
        unit: Of the figure.
        lasts: It is a state that lasts and is said again, not something that happened.
        over: It is over.
        worse: It is more than what was said last, so no pause holds it back.
        severity: How bad it is, None for as bad as the rule says.
        responses: What is wanted then, None for what the rule wants.
        noted: Annotations of the finding.
        since: What makes it the same when it is seen again after a restart; seconds.
    """

    said: str
    since: float
    count: int = 1
    value: float | None = None
    unit: str = ""
    lasts: bool = False
    over: bool = False
    worse: bool = False
    severity: Severity | None = None
    responses: frozenset[Response] | None = None
    noted: Mapping[str, str] = field(default_factory=dict)


class Course(Protocol):
    """How a rule goes for one group of records; not thread-safe."""

    def take(self, event: Event) -> Sight | None:
        """Count a record in; what that shows."""
        ...

    def tick(self, until: float) -> Sight | None:
        """What shows by itself once everything up to an instant is counted in."""
        ...

    def state(self) -> Any:
        """What another one of the rule goes on with; for JSON, bounded."""
        ...


@runtime_checkable
class MakesNumbers(Protocol):
    """A course that makes a series of numbers of its records."""

    def take_numbers(self) -> Sequence[tuple[float, float]]:
        """Seconds and numbers since the last time."""
        ...


class WindowRule(RuleSettings, ABC):
    """What may be said of a rule that remembers more than one record.

    Attributes:
        pattern: Which records count; any line when nothing is said.
        records_of: Those of another rule count, by its name: its pattern, `exclude`, `where` and
            `files` go for this one too.
        query_key: Labels and fields whose values are counted apart from each other; like the
            alerts when nothing is said: by the labels of the file.
        realert: What shows again this soon in a group is only counted.
        exponential_realert: `realert` doubles up to this while it shows again and again.
        query_delay: How late lines may come, by the time they say.
    """

    pattern: str = "."
    records_of: str = ""
    query_key: Names = Field(
        default=(), max_length=5, validation_alias=AliasChoices("query_key", "group_by")
    )
    realert: Pause = timedelta(minutes=1)
    exponential_realert: Pause = timedelta()
    query_delay: Pause = timedelta(seconds=30)
    most_groups: ClassVar[int] = 1000
    """In one watch; then the one that was quiet for longest is forgotten."""
    times: ClassVar[bool] = False
    """Whether something shows although no line comes."""
    begins_empty: ClassVar[bool] = False
    """Whether it goes on before the first record."""

    @model_validator(mode="before")
    @classmethod
    def _of_the_value(cls, found: Any) -> Any:
        """Of a series its numbers are meant, when no field is named."""
        if not isinstance(found, dict) or not found.get("series"):
            return found
        named = [one for one in ("metric_agg_key", "field_value") if one in cls.model_fields]
        return {**dict.fromkeys(named, VALUE), **found}

    @model_validator(mode="after")
    def _of_one_kind(self) -> "WindowRule":
        said = self.model_fields_set & {"pattern", "exclude", "where", "files", "series"}
        if self.records_of and said:
            raise ValueError(f"either records_of or {', '.join(sorted(said))}")
        return self

    @abstractmethod
    def course(self, state: Any = None) -> Course:
        """For one group, from the beginning or from what `Course.state` said."""

    @property
    def looked_at(self) -> tuple[str, ...]:
        """Names of the fields that it looks at."""
        return self.query_key

    @property
    def by_template(self) -> bool:
        """Whether one of the fields it looks at is the template."""
        return not {TEMPLATE, TEMPLATE_TEXT}.isdisjoint(self.looked_at)

    @property
    def joins(self) -> frozenset[str]:
        """Labels that are not told apart, when it is not said which are."""
        return frozenset()

    def named(self, field: str) -> str:
        """A field as people are told of it: the number of a series is called by its name."""
        plain = len(self.series) == 1 and not _GLOB.search(self.series[0])
        return self.series[0] if field == VALUE and plain else field

    @property
    def late_s(self) -> float:
        """How late lines may come."""
        return self.query_delay.total_seconds()

    @property
    def waits(self) -> Delay | None:
        """Not over before it could be said again."""
        said = super().waits
        again = 2 * max(self.realert, self.exponential_realert)
        if again <= _SAID_AGAIN or (said is not None and said.down is not None):
            return said
        return Delay(down=again).over(said or UNSAID)


def written(number: float) -> str:
    """A number in a few characters."""
    rounded = round(number, 1 if abs(number) >= _FINE else 2)
    return f"{rounded:.15g}"


def usually(count: float | None) -> str:
    """Said behind what was counted; nothing while nobody knows."""
    return "" if count is None else f", usually {written(round(count, 1))}"


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
