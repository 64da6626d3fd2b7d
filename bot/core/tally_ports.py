"""What rankings, trends and daily digests need to keep, as roles; called inside a transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import NamedTuple, Protocol

from bot.core.alert import Person
from bot.core.kinds import Kind
from bot.core.passages import Passage
from bot.core.subscription import Target
from watchers.finding import Severity

FINEST_FOR = timedelta(hours=3)
"""So long counts are known to the minute."""
FINE_FOR = timedelta(hours=60)
"""So long to five minutes, then to the hour. The two days of a digest must be within: they may
begin at half past, and be told late."""


class Tally(NamedTuple):
    """Records of one kind in two spans of time; there may be ten thousand of them."""

    kind: Kind
    records: int
    before: int


class TallyStore(Protocol):
    """Records by kind over time, coarser with their age; each record is counted in one row."""

    def count(self, counts: Iterable[tuple[Kind, int]], now: datetime) -> None:
        """Count records into the minute of `now`.

        Beyond a number of templates, new ones are counted as of none.
        """
        ...

    def began(self) -> datetime | None:
        """Since when figures are kept, None when they are not."""
        ...

    def compare(self, before: datetime, since: datetime, until: datetime) -> tuple[Tally, ...]:
        """Records since, and those between `before` and `since`, by kind; in no order."""
        ...

    def points(
        self, since: datetime, until: datetime, kinds: Collection[int] | None = None
    ) -> Sequence[tuple[datetime, int]]:
        """Records of these kinds or of all, by when a row of them begins, oldest first."""
        ...

    def examples(self, kinds: Collection[int]) -> Mapping[int, str]:
        """An example line of each of some kinds."""
        ...

    def rolls(self, now: datetime) -> bool:
        """Whether `roll` would do anything."""
        ...

    def roll(self, now: datetime) -> None:
        """Make some of what is old coarser."""
        ...

    def prune(self, before: datetime) -> int:
        """Forget some of what was counted before that; how many rows."""
        ...


class PassageStore(Protocol):
    """What became of alerts over time, read for figures."""

    def openings(self, since: datetime, until: datetime) -> tuple[Passage, ...]:
        """When alerts fired, first or again, oldest first."""
        ...

    def tally(self, since: datetime, until: datetime) -> Mapping[Severity, int]:
        """How often alerts fired, by severity; those without any are left out."""
        ...

    def through(self, since: datetime, until: datetime) -> tuple[Passage, ...]:
        """The whole history, until then, of alerts taken or resolved in a span; oldest first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPlan:
    """When a chat gets its daily digest.

    Attributes:
        clock: Time of day in the zone, None for never.
        zone: IANA name.
        chosen: Whether somebody in the chat said so; else it follows the configuration.
        due_at: When the next one is due, None for never; aware, UTC.
        by: Who chose.
    """

    target: Target
    clock: time | None
    zone: str
    chosen: bool = False
    due_at: datetime | None = None
    by: Person | None = None


class DigestStore(Protocol):
    """When which chat gets its daily digest."""

    def get(self, target: Target) -> DigestPlan | None:
        """The plan of one chat."""
        ...

    def all(self) -> tuple[DigestPlan, ...]:
        """Every plan."""
        ...

    def save(self, plan: DigestPlan) -> None:
        """Store a plan in the place of the one before."""
        ...

    def remove(self, target: Target) -> None:
        """Forget a chat's plan."""
        ...

    def any_due(self, now: datetime) -> bool:
        """Whether `due` would return any."""
        ...

    def due(self, now: datetime, limit: int) -> tuple[DigestPlan, ...]:
        """Plans whose digest is due, longest due first."""
        ...

    def claim(self, plan: DigestPlan, next_at: datetime) -> bool:
        """Let the next digest be due then; False if somebody else did meanwhile."""
        ...
