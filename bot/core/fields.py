"""Fields of records over time: which there are, how often each value, what their numbers are."""

import dataclasses
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import NamedTuple, Protocol

from watchers.fields.tallied import Numbers, Tallied
from watchers.finding import Severity

SERIES_LEFT_OUT = "fields:left_out"
"""Counts how often a new series was not kept since there are as many as there may be."""


class ValueStep(IntEnum):
    """Seconds over which values are counted together."""

    FINE = 300
    HOUR = 3600

    @property
    def kept(self) -> timedelta:
        """How long."""
        return timedelta(hours=26) if self is ValueStep.FINE else timedelta(days=14)


class NumberStep(IntEnum):
    """Seconds over which numbers are taken together."""

    FINE = 10
    MINUTE = 60
    HOUR = 3600

    @property
    def kept(self) -> timedelta:
        """How long; as figures of hosts are."""
        return _KEPT[self]


_KEPT = {
    NumberStep.FINE: timedelta(hours=6),
    NumberStep.MINUTE: timedelta(days=2),
    NumberStep.HOUR: timedelta(days=90),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSeries:
    """A field of the records that the same rules found in the same place, or any named numbers.

    Attributes:
        id: 0 while not stored.
        field: Its name.
        rules: That found the records; none for lines that no rule matched.
        numeric: Whether there are numbers.
    """

    id: int = 0
    field: str
    rules: tuple[str, ...] = ()
    severity: Severity = Severity.INFO
    labels: Mapping[str, str] = dataclasses.field(default_factory=dict)
    numeric: bool = False

    @property
    def name(self) -> str:
        """Hash of what it is of; 32 characters."""
        identity = [
            self.field,
            sorted(self.rules),
            self.severity.value,
            sorted(self.labels.items()),
        ]
        return hashlib.blake2b(json.dumps(identity).encode(), digest_size=16).hexdigest()


class ValueCount(NamedTuple):
    """Records with a value, and so many of them that were looked at; "" for all other values."""

    value: str
    records: int
    looked_at: int


class NumberPoint(NamedTuple):
    """The numbers of a span that began at an instant."""

    at: datetime
    numbers: Numbers


class FieldStore(Protocol):
    """Fields of records, and any other numbers over time; bounded in number and time."""

    def fresh(self, report: str, now: datetime) -> bool:
        """Whether a report was not counted before; it is from now on."""
        ...

    def add(self, tallied: Iterable[Tallied], now: datetime) -> None:
        """Count fields in: their values, and their numbers at every step."""
        ...

    def add_numbers(
        self, points: Iterable[tuple[FieldSeries, datetime, Numbers]], now: datetime
    ) -> None:
        """Count numbers of any kind in, such as a rate or what others push."""
        ...

    def series(self, fields: Collection[str], since: datetime) -> tuple[FieldSeries, ...]:
        """Series of these fields that were seen since."""
        ...

    def names(self, since: datetime) -> Mapping[str, bool]:
        """Names of all fields seen since, and whether there are numbers of it."""
        ...

    def values(
        self, series: Collection[int], since: datetime, until: datetime, limit: int
    ) -> tuple[Sequence[ValueCount], ValueCount, int]:
        """The most frequent values, most first; the sum of all values; how many are known."""
        ...

    def numbers(
        self, series: Collection[int], step: NumberStep, since: datetime, until: datetime
    ) -> Sequence[NumberPoint]:
        """Numbers in spans that began there, in no order; several of one span."""
        ...

    def full(self) -> bool:
        """Whether there are as many series as there may be, so that no new one is kept."""
        ...

    def overflows(self, now: datetime) -> bool:
        """Whether `fold` would do anything."""
        ...

    def fold(self, now: datetime) -> None:
        """Count the rarest values together where there are too many."""
        ...

    def prune(self, now: datetime, before: datetime) -> int:
        """Forget some that is too old, and series not seen since `before`; how many rows."""
        ...
