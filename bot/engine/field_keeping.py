"""Keeps what agents counted of the fields of records."""

from datetime import datetime, timedelta

from bot.core.ports import Store
from watchers.finding import Report

LOOK_EVERY = timedelta(minutes=1)


class FieldKeeping:
    """The engine's hand for fields: counts, and bounds how many values there are; a sweep."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._look_at: datetime | None = None

    def count(self, report: Report, now: datetime) -> None:
        """Count a report's fields in, once."""
        counted = report.fields
        if counted is not None and self._store.fields.fresh(counted.id, now):
            self._store.fields.add(counted.tallied, now)

    def due(self, now: datetime) -> bool:
        """Whether there are too many values of something; looked for now and then."""
        if self._look_at is not None and now < self._look_at:
            return False
        found = self._store.fields.overflows(now)
        self._look_at = None if found else now + LOOK_EVERY
        return found

    def sweep(self, now: datetime) -> None:
        """Count the rarest together."""
        self._store.fields.fold(now)
