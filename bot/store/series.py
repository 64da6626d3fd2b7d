"""Counts per minute in the database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from peewee import EXCLUDED, chunked, fn

from bot.store.database import Database
from bot.store.models import MinuteRow
from bot.store.written import Written, slots

_ROWS_AT_ONCE = 500
_COUNT = Written(
    MinuteRow.insert(slots(MinuteRow)).on_conflict(
        conflict_target=[MinuteRow.key, MinuteRow.minute],
        update={MinuteRow.count: MinuteRow.count + EXCLUDED.count},
    )
)


class Series:
    """`core.ports.SeriesStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, counts: Mapping[str, int], at: datetime) -> None:
        """Count under several keys into the minute of `at`."""
        minute = at.replace(second=0, microsecond=0)
        _COUNT.run_many(
            self._database,
            ({"key": key, "minute": minute, "count": count} for key, count in counts.items()),
        )

    def read(self, key: str, since: datetime) -> Sequence[tuple[datetime, int]]:
        """Minutes with a count, oldest first."""
        query = (
            MinuteRow.select()
            .where((MinuteRow.key == key) & (MinuteRow.minute >= since))
            .order_by(MinuteRow.minute)
        )
        return [(row.minute, row.count) for row in query.execute(self._database)]

    def sum_of(self, keys: Collection[str], since: datetime) -> int:
        """Sum over several keys."""
        total = 0
        for some in chunked(keys, _ROWS_AT_ONCE):
            query = MinuteRow.select(fn.SUM(MinuteRow.count)).where(
                MinuteRow.key.in_(list(some)) & (MinuteRow.minute >= since)
            )
            ((found,),) = query.tuples().execute(self._database)
            total += int(found or 0)
        return total

    def total(self, key: str, since: datetime) -> tuple[int, datetime | None]:
        """Sum, and the newest minute with a count."""
        query = MinuteRow.select(
            fn.SUM(MinuteRow.count).alias("total"), fn.MAX(MinuteRow.minute).alias("newest")
        ).where((MinuteRow.key == key) & (MinuteRow.minute >= since))
        (row,) = query.tuples().execute(self._database)
        return int(row[0] or 0), row[1]

    def prune(self, before: datetime) -> int:
        """Forget some older minutes."""
        return self._database.forget(MinuteRow, MinuteRow.minute < before, MinuteRow.minute)
