"""A record as rules that remember look at it: no more of it than they ask for."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from watchers.clauses.conditions import text_of
from watchers.detectors.base import (
    MESSAGE_CHARS,
    TEMPLATE,
    TEMPLATE_TEXT,
    Origin,
    error_type,
    shown,
)
from watchers.finding import Sample
from watchers.record import Record
from watchers.records.reading import Read, Reading, shown_fields
from watchers.templating import Templates

_AHEAD_S = 60.0
"""A line that says it is from further ahead has a wrong clock or zone: it is of now."""
_NO_TEMPLATE: Mapping[str, str] = {}


class Heard:
    """One record; what is asked of it is found out once.

    Attributes:
        at: When it happened, as far as that can be, in seconds since 1970.
        text: All of its lines.
        now: When it was read.
    """

    __slots__ = ("_own", "_reading", "_template", "at", "now", "origin", "record", "text")

    def __init__(
        self,
        record: Record,
        origin: Origin,
        now: datetime,
        now_s: float,
        reads: Read,
        templates: Templates | None,
    ) -> None:
        """Look at when it happened, and at its template where there is a rule for these.

        Args:
            record: The record.
            origin: Where it stands.
            now: When it was read; aware.
            now_s: The same in seconds since 1970.
            reads: What a line says.
            templates: Those of the watch, None when no rule looks at them.
        """
        self.record = record
        self.origin = origin
        self.now = now
        self._reading = reads(record.lines[0], now)
        said = record.at or self._reading.at
        at = now_s if said is None else said.timestamp()
        self.at = now_s if at > now_s + _AHEAD_S else at
        lines = record.lines
        self.text = lines[0] if len(lines) == 1 else b"\n".join(lines)
        self._own: str | None = None
        self._template = _NO_TEMPLATE
        if templates is not None:
            found = templates.of(record)
            self._template = {TEMPLATE: found.id, TEMPLATE_TEXT: found.text}

    @property
    def reading(self) -> Reading:
        """What its first line says."""
        return self._reading

    @property
    def written_at(self) -> datetime | None:
        """When it was written, as its source or else its text says."""
        return self.record.at or self._reading.at

    @property
    def message(self) -> str:
        """Its first line, shortened."""
        line = self.record.lines[0].replace(b"\0", b"")
        return line.decode("utf-8", "replace").strip()[:MESSAGE_CHARS]

    @property
    def template(self) -> str:
        """The text of its template, "" where nobody looks at these."""
        return self._template.get(TEMPLATE_TEXT, "")

    def value(self, name: str) -> str | None:
        """What is known of it under a name, None for nothing; labels go before what it says."""
        found = self.origin.labels.get(name)
        if found is None:
            found = self._template.get(name)
        if found is None and name == "error_type":
            found = self._raised() or None
        if found is None and (read := self._reading.fields.get(name)) is not None:
            found = text_of(read)
        if found is None and name == "message":
            found = self.message
        return found

    def values(self, names: Sequence[str], known: Mapping[str, str]) -> dict[str, str]:
        """All of it under some names; what is known already goes first."""
        found = {}
        for name in names:
            value = known.get(name)
            if value is None:
                value = self.value(name)
            if value is not None:
                found[name] = value
        return found

    def sample(self) -> Sample:
        """For showing."""
        return Sample(
            text=shown(self.record),
            place=f"{self.origin.path}:{self.record.offset}",
            at=self.now,
            written_at=self.written_at,
            fields=shown_fields(self._reading.fields),
        )

    def _raised(self) -> str:
        if self._own is None:
            self._own = error_type(self.record)
        return self._own
