"""What one record says, read only when somebody wants to know."""

from collections.abc import Mapping
from datetime import datetime

from watchers.matching.captures import Captures
from watchers.matching.grok import Value
from watchers.record import Record
from watchers.records.reading import Read, Reading


class Saying:
    """One record; what is read of it is read once."""

    __slots__ = ("_now", "_read", "_reading", "record")

    def __init__(self, record: Record, read: Read, now: datetime) -> None:
        self.record = record
        self._read = read
        self._now = now
        self._reading: Reading | None = None

    @property
    def reading(self) -> Reading:
        """Of its first line, which is the one that has a time and a level."""
        if self._reading is None:
            self._reading = self._read(self.record.lines[0], self._now)
        return self._reading

    @property
    def written_at(self) -> datetime | None:
        """When it was written, as its source or else its text says."""
        return self.record.at or self.reading.at

    def fields(self, captures: Captures) -> Mapping[str, Value]:
        """Those of its format, and the named groups of a rule's pattern, which go before."""
        found = captures.of(self.record.lines)
        return {**self.reading.fields, **found} if found else self.reading.fields
