"""Counts records by kind, for rankings and trends."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.core.kinds import kinds_of
from bot.core.ports import Store
from watchers.finding import Finding

LOOK_EVERY = timedelta(minutes=1)


class Tallying:
    """The engine's hand for tallies: counts, and makes old counts coarser; a sweep."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._look_at: datetime | None = None

    def count(self, findings: Iterable[Finding], now: datetime) -> None:
        """Count findings that came in just now; one batch for all of them."""
        if kinds := kinds_of(findings):
            self._store.tallies.count(kinds, now)

    def due(self, now: datetime) -> bool:
        """Whether counts are old enough; looked for now and then, and on while there are."""
        if self._look_at is not None and now < self._look_at:
            return False
        found = self._store.tallies.rolls(now)
        self._look_at = None if found else now + LOOK_EVERY
        return found

    def sweep(self, now: datetime) -> None:
        """Make some coarser."""
        self._store.tallies.roll(now)
