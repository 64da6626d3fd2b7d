"""The finding: what a watcher hands over, and its versioned wire form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from watchers.delay import Delay, parse_delay
from watchers.errors import FindingFormatError
from watchers.fields.tallied import FieldReport, fields_from_dict, fields_to_dict
from watchers.health import HostSample, health_from_dict, health_to_dict
from watchers.measured import Measured, measured_from_dict, measured_to_dict
from watchers.questions import Answer, answer_from_dict, answer_to_dict
from watchers.spans import known_traceparent

WIRE_VERSION = 1
MESSAGE_CHARS = 300
"""Longest annotation ``message``; cut behind redaction, which must see secrets whole."""
AROUND_CHARS = 300
"""The same of a line around a record."""


class Severity(StrEnum):
    """How bad it is, in rising order."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for info up to 4 for critical."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class Response(StrEnum):
    """What a rule wants done with its findings."""

    ALERT = "alert"
    RECORD = "record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a record stands in its file, and the lines around it.

    Attributes:
        file: Identity of the content, which stays when the file is rotated away.
        offset: Byte offset of the record's first line.
        end: Byte offset behind its last line.
        line: Number of its first line, from 1; 0 when it is not known.
        mark: Proof that the record stands there, to be checked before anything is read there; ""
            where nothing can be read again, since it stands in no file.
        before: The last few lines before it, oldest first, shortened; only of the newest sample.
        after: The first few lines behind it, as far as they were written by then.
    """

    file: str
    offset: int
    end: int
    line: int = 0
    mark: str = ""
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    @property
    def findable(self) -> bool:
        """Whether more can be read around it."""
        return bool(self.mark)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One record that was found, shortened for showing.

    Attributes:
        text: The record's text, several lines for a stack trace; any characters.
        place: Where it stands, ``path:byte-offset``.
        at: When it was read; aware, UTC.
        spot: Its place in detail, None for what was not read from a file.
        written_at: When it says it was written, None when it does not say; aware, UTC. A clock or
            a zone may be wrong there.
        fields: What else it says, by name; untrusted, bounded.
    """

    text: str
    place: str
    at: datetime
    spot: Spot | None = None
    written_at: datetime | None = None
    fields: Mapping[str, str | int | float | bool] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The file, "" without one."""
        return self.place.rpartition(":")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateCount:
    """How many records of a finding are of one template.

    Attributes:
        id: The same on every host, and after a restart.
        text: The constant part of the records, shortened; "" where it was said before.
        count: At least 1.
    """

    id: str
    text: str
    count: int


MOST_TEMPLATES_TOLD = 20
"""Of one finding, those with the most records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one rule saw in one window of records.

    Attributes:
        id: Stable name (agent, rule, labels, file identity, position): the same window read again
            gives the same id, so that a finding sent twice counts once.
        rule: Name of the rule that found it.
        severity: The rule's severity.
        labels: Low-cardinality identity, e.g. ``{"service": "pay"}``; no value that changes from
            line to line, since the fingerprint is made of these.
        annotations: Everything else worth showing; not part of the identity.
        title: One line that says what was found; plain text.
        count: How many records matched; at least 1.
        first_at: When the oldest record of the window was read; aware, UTC.
        seen_at: When the newest record of the window was read; aware, UTC.
        samples: The newest few matching records, oldest first.
        responses: What the rule wants done.
        value: Observed figure in `unit`, or None for keyword rules.
        unit: Unit of `value`, "" without one.
        held_back: Records that matched besides, but that a cap per rule keeps from being told
            singly; not part of `count`.
        watch: Which of the agent's sources it comes from, by the name in its progress; "" when it
            comes from none.
        recovers: It says that what the rule found before is over, for every alert of the rule
            with at least these labels; it counts nothing.
        delay: How long the rule wants its alerts to wait, None when it says nothing.
        formerly: Labels under which the rule found the same before, e.g. of templates that were
            merged into one since.
        kinds: The first record of each kind of line, and how many there are of it; only within an
            agent, of findings with more records than samples.
        templates: Of which templates its records are, the most frequent first; () when that is
            not known.
        first_written_at: When the oldest record says it was written, None when it does not say;
            aware, UTC. A clock or a zone may be wrong there.
        written_at: The same of the newest.
        holds: Its alert stays open for so long without news, since somebody else will say when
            it is over; None where quiet says so. Only within a process.
        alone: What recovers is only the alert with just these labels. Only within a process.
        traceparent: Of the trace that its alert is to go on with, "" where none is kept.
    """

    id: str
    rule: str
    severity: Severity
    labels: Mapping[str, str]
    title: str
    first_at: datetime
    seen_at: datetime
    count: int = 1
    samples: tuple[Sample, ...] = ()
    annotations: Mapping[str, str] = field(default_factory=dict)
    responses: frozenset[Response] = frozenset({Response.ALERT})
    value: float | None = None
    unit: str = ""
    held_back: int = 0
    watch: str = ""
    recovers: bool = False
    delay: Delay | None = None
    formerly: tuple[Mapping[str, str], ...] = ()
    kinds: tuple[tuple[Sample, int], ...] = ()
    templates: tuple[TemplateCount, ...] = ()
    first_written_at: datetime | None = None
    written_at: datetime | None = None
    holds: timedelta | None = None
    alone: bool = False
    traceparent: str = ""

    @property
    def records(self) -> int:
        """All records that matched, those held back included."""
        return self.count + self.held_back


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceProgress:
    """How one watched source stands, as shown by ``/status``.

    Attributes:
        name: What is watched, e.g. ``file:/var/log/pay/*.log``.
        state: ``ok``, ``behind``, ``absent`` or ``error``.
        files: How many files are open.
        lines: Lines read since the agent started.
        lines_per_s: Rate over the last seconds.
        lag_bytes: Bytes written but not yet read.
        lag_s: Age in seconds of the oldest unread byte, 0.0 when nothing waits.
        last_line_at: When the newest line was read, None before the first; aware, UTC.
        error: What is wrong and what to do, "" when nothing is.
        held_deleted_bytes: What deleted files still take up on the disk while they are read to
            their end.
        clock_off_s: By how many seconds its lines say times that cannot be; 0.0 when they do not.
    """

    name: str
    state: str
    files: int = 0
    lines: int = 0
    lines_per_s: float = 0.0
    lag_bytes: int = 0
    lag_s: float = 0.0
    last_line_at: datetime | None = None
    error: str = ""
    held_deleted_bytes: int = 0
    clock_off_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an agent hands over at once; a receiver takes all of it or nothing.

    Attributes:
        agent: Name of the agent, stable over restarts.
        findings: In the order they were found.
        positions: Checkpoints that hold once this report is stored: opaque key → opaque text; an
            empty text deletes the key. Only used when agent and receiver share a process.
        progress: Present state of the sources; replaces what was known of them.
        host: Newest host sample, if one was taken.
        answers: What the agent was asked, answered.
        rules: Version of the rules that it was given beside its own, "" for none.
        given_up: Names of rules that took too long and are not looked for any more, with the
            path of the file that showed it.
        fields: What the fields of records came to, None for nothing new.
        numbers: Of series that rules made of lines; one handed over twice counts once.
        learned: Findings of watches that are not live yet, as they would be told: nobody is told
            of these, only what is everyday is learned of them. Only within an agent.
    """

    agent: str
    findings: tuple[Finding, ...] = ()
    positions: Mapping[str, str] = field(default_factory=dict)
    progress: tuple[SourceProgress, ...] = ()
    host: HostSample | None = None
    answers: tuple[Answer, ...] = ()
    rules: str = ""
    given_up: Mapping[str, str] = field(default_factory=dict)
    fields: FieldReport | None = None
    numbers: tuple[Measured, ...] = ()
    learned: tuple[Finding, ...] = ()


def to_dict(report: Report) -> dict[str, Any]:
    """The wire form of a report, without what stays with the agent: positions, what is learned."""
    return {
        "version": WIRE_VERSION,
        "agent": report.agent,
        "findings": [_finding_to_dict(finding) for finding in report.findings],
        "progress": [_progress_to_dict(progress) for progress in report.progress],
        "host": health_to_dict(report.host) if report.host else None,
        "answers": [answer_to_dict(answer) for answer in report.answers],
        "rules": report.rules,
        "given_up": dict(report.given_up),
        "fields": fields_to_dict(report.fields) if report.fields else None,
        "numbers": list(map(measured_to_dict, report.numbers)),
    }


def from_dict(wire: Mapping[str, Any]) -> Report:
    """Read a report's wire form.

    Raises:
        FindingFormatError: If the version is unknown, or a field is missing or of another type.
    """
    version = wire.get("version")
    if version != WIRE_VERSION:
        raise FindingFormatError(f"version {version!r}, wanted {WIRE_VERSION}")
    try:
        return Report(
            agent=str(wire["agent"]),
            findings=tuple(_finding_from_dict(item) for item in wire["findings"]),
            progress=tuple(_progress_from_dict(item) for item in wire["progress"]),
            host=health_from_dict(wire["host"]) if wire.get("host") else None,
            answers=tuple(map(answer_from_dict, wire.get("answers", ()))),
            rules=str(wire.get("rules", "")),
            given_up={str(rule): str(path) for rule, path in wire.get("given_up", {}).items()},
            fields=fields_from_dict(wire["fields"]) if wire.get("fields") else None,
            numbers=tuple(map(measured_from_dict, wire.get("numbers", ()))),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FindingFormatError(f"{type(error).__name__}: {error}") from error


def sample_to_dict(sample: Sample) -> dict[str, Any]:
    """The JSON-ready form of a sample."""
    plain: dict[str, Any] = {"text": sample.text, "place": sample.place}
    plain["at"] = sample.at.isoformat()
    if sample.spot is not None:
        plain["spot"] = _spot_to_dict(sample.spot)
    if sample.written_at is not None:
        plain["written_at"] = sample.written_at.isoformat()
    if sample.fields:
        plain["fields"] = dict(sample.fields)
    return plain


def sample_from_dict(found: Mapping[str, Any]) -> Sample:
    """A sample from its JSON-ready form; those of older versions know no spot and no fields."""
    spot, written = found.get("spot"), found.get("written_at")
    return Sample(
        text=str(found["text"]),
        place=str(found["place"]),
        at=_time(found["at"]),
        spot=_spot_from_dict(spot) if spot else None,
        written_at=_time(written) if written else None,
        fields={str(name): _value(one) for name, one in found.get("fields", {}).items()},
    )


def _value(found: object) -> str | int | float | bool:
    if not isinstance(found, str | int | float):
        raise TypeError(f"a field must be text or a number, found {type(found).__name__}")
    return found


def _spot_to_dict(spot: Spot) -> dict[str, Any]:
    return {
        "file": spot.file,
        "offset": spot.offset,
        "end": spot.end,
        "line": spot.line,
        "mark": spot.mark,
        "before": list(spot.before),
        "after": list(spot.after),
    }


def _spot_from_dict(found: Mapping[str, Any]) -> Spot:
    return Spot(
        file=str(found["file"]),
        offset=int(found["offset"]),
        end=int(found["end"]),
        line=int(found["line"]),
        mark=str(found["mark"]),
        before=tuple(map(str, found["before"])),
        after=tuple(map(str, found["after"])),
    )


def _finding_to_dict(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "rule": finding.rule,
        "severity": finding.severity.value,
        "labels": dict(finding.labels),
        "annotations": dict(finding.annotations),
        "title": finding.title,
        "count": finding.count,
        "first_at": finding.first_at.isoformat(),
        "seen_at": finding.seen_at.isoformat(),
        "samples": [sample_to_dict(sample) for sample in finding.samples],
        "responses": sorted(response.value for response in finding.responses),
        "value": finding.value,
        "unit": finding.unit,
        "held_back": finding.held_back,
        "watch": finding.watch,
        "recovers": finding.recovers,
        "delay": str(finding.delay) if finding.delay else None,
        "formerly": [dict(labels) for labels in finding.formerly],
        "templates": [[one.id, one.text, one.count] for one in finding.templates],
        "first_written_at": _said(finding.first_written_at),
        "written_at": _said(finding.written_at),
        "traceparent": finding.traceparent,
    }


def _finding_from_dict(wire: Mapping[str, Any]) -> Finding:
    return Finding(
        id=str(wire["id"]),
        rule=str(wire["rule"]),
        severity=Severity(wire["severity"]),
        labels=_labels(wire["labels"]),
        annotations={str(k): str(v) for k, v in wire["annotations"].items()},
        title=str(wire["title"]),
        count=int(wire["count"]),
        first_at=_time(wire["first_at"]),
        seen_at=_time(wire["seen_at"]),
        samples=tuple(map(sample_from_dict, wire["samples"])),
        responses=frozenset(Response(name) for name in wire["responses"]),
        value=None if wire["value"] is None else float(wire["value"]),
        unit=str(wire["unit"]),
        held_back=int(wire["held_back"]),
        # What follows came later: an older agent does not send it.
        watch=str(wire.get("watch", "")),
        recovers=bool(wire.get("recovers", False)),
        delay=parse_delay(wire["delay"]) if wire.get("delay") else None,
        formerly=tuple(_labels(one) for one in wire.get("formerly", ())),
        templates=tuple(
            TemplateCount(id=str(name), text=str(text), count=int(count))
            for name, text, count in wire.get("templates", ())
        ),
        first_written_at=_time_or_none(wire.get("first_written_at")),
        written_at=_time_or_none(wire.get("written_at")),
        traceparent=known_traceparent(wire.get("traceparent")),
    )


def _labels(wire: Mapping[str, Any]) -> dict[str, str]:
    return {str(k): str(v) for k, v in wire.items()}


def _progress_to_dict(progress: SourceProgress) -> dict[str, Any]:
    at = progress.last_line_at
    return {
        "name": progress.name,
        "state": progress.state,
        "files": progress.files,
        "lines": progress.lines,
        "lines_per_s": progress.lines_per_s,
        "lag_bytes": progress.lag_bytes,
        "lag_s": progress.lag_s,
        "last_line_at": at.isoformat() if at else None,
        "error": progress.error,
        "held_deleted_bytes": progress.held_deleted_bytes,
        "clock_off_s": progress.clock_off_s,
    }


def _progress_from_dict(wire: Mapping[str, Any]) -> SourceProgress:
    at = wire["last_line_at"]
    return SourceProgress(
        name=str(wire["name"]),
        state=str(wire["state"]),
        files=int(wire["files"]),
        lines=int(wire["lines"]),
        lines_per_s=float(wire["lines_per_s"]),
        lag_bytes=int(wire["lag_bytes"]),
        lag_s=float(wire["lag_s"]),
        last_line_at=_time(at) if at else None,
        error=str(wire["error"]),
        held_deleted_bytes=int(wire.get("held_deleted_bytes", 0)),  # older agents do not say
        clock_off_s=float(wire.get("clock_off_s", 0.0)),  # older agents do not look
    )


def _said(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _time_or_none(text: object) -> datetime | None:
    return None if text is None else _time(text)


def _time(text: object) -> datetime:
    if not isinstance(text, str):
        raise TypeError(f"a time must be text, found {type(text).__name__}")
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"time {text!r} has no zone")
    return moment
