"""Counts records by kind, for rankings and trends."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.core.catalogue import seen_in
from bot.core.kinds import kinds_of
from bot.core.ports import Store
from bot.core.verdict import subject_by
from watchers.finding import Finding

LOOK_EVERY = timedelta(minutes=1)


class Tallying:
    """The engine's hand for tallies: counts, and makes old counts coarser; a sweep."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._look_at: datetime | None = None

    def count(self, findings: Iterable[Finding], now: datetime) -> None:
        """Count findings that came in just now; one batch for all of them."""
        findings = tuple(findings)
        if kinds := kinds_of(findings):
            self._store.tallies.count(kinds, now)
        if seen := seen_in(findings, now):
            self._store.catalogue.count(seen)
        for one in findings:
            if one.formerly and (subject := subject_by(one.labels)):
                former = {subject_by(labels) for labels in one.formerly} - {subject}
                self._store.catalogue.join(subject, former)

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
