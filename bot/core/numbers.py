"""Numbers of series that came lately: what is kept of them besides their course over time."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from watchers.measured import Measured

KNOWN_FOR = timedelta(hours=1)
"""A number of the same series and moment that comes again within this is the same one."""


class Taken(NamedTuple):
    """How many of some numbers were stored, and how many had come before."""

    fresh: int = 0
    known: int = 0


class Waiting(NamedTuple):
    """A number with its place: those that came later have higher ones."""

    id: int
    measured: Measured


class NumberStore(Protocol):
    """Numbers that came lately; their course over time is `core.fields.FieldStore`'s."""

    def take(
        self, numbers: Sequence[Measured], waits: Callable[[str], bool], now: datetime
    ) -> tuple[Measured, ...]:
        """Keep numbers; those that were not known.

        Args:
            numbers: In any order, of any series.
            waits: Whether rules look at a series, by its name.
            now: Aware.
        """
        ...

    def backlog(self) -> int:
        """How many wait for rules."""
        ...

    def waiting(self, limit: int) -> tuple[Waiting, ...]:
        """Some that rules have not looked at, those that came first."""
        ...

    def after(self, number: int, limit: int) -> tuple[Waiting, ...]:
        """Those that came first behind a number."""
        ...

    def latest(self, since: datetime, limit: int) -> tuple[Measured, ...]:
        """Of some series of which numbers came since then, the newest number of each.

        Args:
            since: By when they came.
            limit: So many numbers are looked at, the newest ones.
        """
        ...

    def judged(self, numbers: Collection[int]) -> None:
        """Rules looked at these."""
        ...

    def prune(self, now: datetime) -> int:
        """Forget some that came long ago and do not wait."""
        ...
