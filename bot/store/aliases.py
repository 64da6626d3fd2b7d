"""Fingerprints that are counted under another one."""

from collections.abc import Collection, Mapping
from datetime import datetime

from peewee import chunked

from bot.store.database import Database
from bot.store.models import AliasRow

_ROWS_AT_ONCE = 500


class Aliases:
    """`core.ports.AliasStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def canonical(self, fingerprints: Collection[str]) -> Mapping[str, str]:
        """Under which fingerprint each of these is counted; itself without an alias."""
        found = {name: name for name in fingerprints}
        for some in chunked(found, _ROWS_AT_ONCE):
            query = AliasRow.select().where(AliasRow.fingerprint.in_(some))
            found |= {row.fingerprint: row.canonical for row in query.execute(self._database)}
        return found

    def add(self, fingerprint: str, canonical: str, now: datetime) -> None:
        """Count one under another from now on, and all that were counted under it."""
        canonical = self.canonical((canonical,))[canonical]
        if canonical == fingerprint:
            return
        AliasRow.update(canonical=canonical).where(AliasRow.canonical == fingerprint).execute(
            self._database
        )
        AliasRow.insert(fingerprint=fingerprint, canonical=canonical, at=now).on_conflict(
            conflict_target=[AliasRow.fingerprint], update={AliasRow.canonical: canonical}
        ).execute(self._database)
