"""Numbers of series that came lately in the database."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from peewee import Select, Tuple, chunked, fn

from bot.core.numbers import KNOWN_FOR, Waiting
from bot.store.database import Database
from bot.store.models import moment
from bot.store.number_rows import NumberRow
from watchers.measured import Measured

_AT_ONCE = 200
_Spot = tuple[str, datetime]


class Numbers:
    """`core.numbers.NumberStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(
        self, numbers: Sequence[Measured], waits: Callable[[str], bool], now: datetime
    ) -> tuple[Measured, ...]:
        """Keep numbers; those that were not known."""
        placed: dict[_Spot, Measured] = {}
        for one in numbers:
            placed.setdefault((_series(one), one.at), one)
        for spot in self._known(placed):
            placed.pop(spot, None)
        rows = [
            {
                "series": series,
                "name": one.name,
                "labels": dict(one.labels),
                "at": at,
                "value": one.value,
                "waits": waits(one.name),
                "received_at": now,
            }
            for (series, at), one in placed.items()
        ]
        for some in chunked(rows, _AT_ONCE):
            NumberRow.insert_many(some).execute(self._database)
        return tuple(placed.values())

    def backlog(self) -> int:
        """How many wait for rules."""
        query = NumberRow.select(fn.COUNT(NumberRow.id)).where(NumberRow.waits == True)  # noqa: E712
        ((found,),) = query.tuples().execute(self._database)
        return int(found)

    def waiting(self, limit: int) -> tuple[Waiting, ...]:
        """Some that rules have not looked at, those that came first."""
        row = NumberRow
        query = _columns().where(row.waits == True).order_by(row.id).limit(limit)  # noqa: E712 - SQL
        return tuple(map(_waiting, self._database.rows(query)))

    def after(self, number: int, limit: int) -> tuple[Waiting, ...]:
        """Those that came first behind a number."""
        query = _columns().where(NumberRow.id > number).order_by(NumberRow.id).limit(limit)
        return tuple(map(_waiting, self._database.rows(query)))

    def latest(self, since: datetime, limit: int) -> tuple[Measured, ...]:
        """Of some series of which numbers came since then, the newest number of each."""
        row = NumberRow
        query = _columns().where(row.received_at >= since).order_by(row.received_at.desc())
        newest: dict[str, Measured] = {}
        for one in map(_waiting, self._database.rows(query.limit(limit))):
            found = one.measured
            key = _series(found)
            if key not in newest or newest[key].at < found.at:
                newest[key] = found
        return tuple(newest.values())

    def judged(self, numbers: Collection[int]) -> None:
        """Rules looked at these."""
        for some in chunked(numbers, _AT_ONCE):
            query = NumberRow.update(waits=False).where(NumberRow.id.in_(list(some)))
            query.execute(self._database)

    def prune(self, now: datetime) -> int:
        """Forget some that came long ago and do not wait."""
        received = NumberRow.received_at
        done = (received < now - KNOWN_FOR) & (NumberRow.waits == False)  # noqa: E712 - SQL
        return self._database.forget(NumberRow, done, received)

    def _known(self, spots: Iterable[_Spot]) -> list[_Spot]:
        key = Tuple(NumberRow.series, NumberRow.at)
        found: list[_Spot] = []
        for some in chunked(spots, _AT_ONCE):
            wanted = [(series, NumberRow.at.db_value(at)) for series, at in some]
            query = NumberRow.select(NumberRow.series, NumberRow.at).where(key.in_(wanted))
            found += [(series, moment(at)) for series, at in self._database.rows(query)]
        return found


def _columns() -> Select:
    row = NumberRow
    return row.select(row.id, row.name, row.labels, row.at, row.value)


def _waiting(row: tuple[Any, ...]) -> Waiting:
    number, name, labels, at, value = row
    value = float(json.loads(value))
    return Waiting(
        int(number), Measured(name=name, labels=json.loads(labels), at=moment(at), value=value)
    )


def _series(one: Measured) -> str:
    identity = json.dumps([one.name, sorted(one.labels.items())])
    return hashlib.blake2b(identity.encode(), digest_size=16).hexdigest()
