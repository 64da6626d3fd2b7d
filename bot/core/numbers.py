"""Series of numbers over time: how they are taken together, and what is asked of them."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import NamedTuple, Protocol

from watchers.measured import Measured
from watchers.numbers.sketch import Sketch

KNOWN_FOR = timedelta(hours=1)
"""A number of the same series and moment that comes again within this is the same one."""


class Roll(IntEnum):
    """Over how many seconds the numbers of a series are taken together."""

    TEN_SECONDS = 10
    MINUTE = 60
    HOUR = 3600

    @property
    def kept(self) -> timedelta:
        """How long such points are kept."""
        return _KEPT[self]

    def begin(self, at: datetime) -> datetime:
        """When the span began that an instant is in; UTC."""
        return datetime.fromtimestamp(at.timestamp() // self.value * self.value, UTC)


_KEPT = {
    Roll.TEN_SECONDS: timedelta(hours=6),
    Roll.MINUTE: timedelta(days=3),
    Roll.HOUR: timedelta(days=90),
}


def roll_for(span: timedelta) -> Roll:
    """The finest one that is kept for a span and is not too much to draw."""
    if span <= timedelta(minutes=30):
        return Roll.TEN_SECONDS
    return Roll.MINUTE if span <= timedelta(days=2) else Roll.HOUR


def labels_text(labels: Mapping[str, str]) -> str:
    """Labels as text, the same for the same labels."""
    return json.dumps(dict(labels), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSeries:
    """A series that is kept.

    Attributes:
        seen_at: When its newest number came, by this side's clock and within a few minutes.
    """

    id: int
    name: str
    labels: Mapping[str, str]
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberPoint:
    """The numbers of a series in one span, which begins at `at`."""

    at: datetime
    count: int
    total: float
    low: float
    high: float
    bins: Sequence[tuple[int, int, int]] = ()

    @property
    def mean(self) -> float:
        """Of the numbers there are; there is at least one."""
        return self.total / self.count

    def quantile(self, share: float) -> float:
        """The number that so great a share is not above, right within one percent."""
        found = Sketch(self.bins).quantile(share)
        return self.mean if found is None else min(max(found, self.low), self.high)


class Taken(NamedTuple):
    """What became of some numbers.

    Attributes:
        fresh: Stored.
        known: Had come before.
        over: Of series that are too many.
    """

    fresh: int = 0
    known: int = 0
    over: int = 0


class Waiting(NamedTuple):
    """A number that no rule has looked at yet."""

    id: int
    measured: Measured


class NumberStore(Protocol):
    """Series of numbers; called inside `Store.transaction`."""

    def take(
        self, numbers: Sequence[Measured], waits: Callable[[str], bool], now: datetime
    ) -> Taken:
        """Keep numbers that were not known, rolled up.

        Args:
            numbers: In any order, of any series.
            waits: Whether rules look at a series, by its name.
            now: Aware.
        """
        ...

    def backlog(self) -> int:
        """How many numbers wait for rules."""
        ...

    def waiting(self, limit: int) -> tuple[Waiting, ...]:
        """Some numbers that rules have not looked at, those that came first."""
        ...

    def judged(self, numbers: Collection[int]) -> None:
        """Rules looked at these."""
        ...

    def find(self, name: str, labels: Mapping[str, str]) -> tuple[NumberSeries, ...]:
        """The series of a name that have at least these labels, the newest first."""
        ...

    def names_like(self, part: str, limit: int) -> tuple[str, ...]:
        """Names that contain this, whatever the case."""
        ...

    def points(self, series: int, roll: Roll, since: datetime) -> tuple[NumberPoint, ...]:
        """What is kept of a series, oldest first."""
        ...

    def prune(self, now: datetime) -> int:
        """Forget some of what is too old."""
        ...
