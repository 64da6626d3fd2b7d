"""Figures that only grow, in the database: what any process may show of all of them."""

from collections.abc import Mapping

from peewee import EXCLUDED

from bot.store.database import Database
from bot.store.models import CounterRow


class Counters:
    """`core.ports.CounterStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, counts: Mapping[str, int]) -> None:
        """Count under several keys."""
        rows = [{"key": key, "count": count} for key, count in counts.items() if count]
        if rows:
            CounterRow.insert_many(rows).on_conflict(
                conflict_target=[CounterRow.key],
                update={CounterRow.count: CounterRow.count + EXCLUDED.count},
            ).execute(self._database)

    def get(self, key: str) -> int:
        """One figure, 0 when nothing was counted."""
        query = CounterRow.select().where(CounterRow.key == key)
        return next((int(row.count) for row in query.execute(self._database)), 0)

    def under(self, prefix: str) -> Mapping[str, int]:
        """Figures whose key begins so, by the rest of the key."""
        query = CounterRow.select().where(CounterRow.key.startswith(prefix))
        return {
            row.key.removeprefix(prefix): int(row.count) for row in query.execute(self._database)
        }
