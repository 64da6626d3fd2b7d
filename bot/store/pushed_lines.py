"""Lines that were pushed, in the database."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime

from peewee import chunked, fn

from bot.store.database import Database
from bot.store.models import moment
from bot.store.pushed_line_rows import PushedLineRow
from watchers.streams.pushed import Kept, PushedLine

_AT_ONCE = 200


class PushedLines:
    """`core.pushed_lines.PushedLineStore` over the database.

    Changes of the database happen one after the other, so whoever reads up to a number has read
    all that comes before it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, watch: str, lines: Sequence[PushedLine], now: datetime) -> None:
        """Keep lines."""
        rows = [
            {
                "watch": watch,
                "path": one.path,
                "labels": [list(pair) for pair in one.labels],
                "text": one.text,
                "at": one.at,
                "dated": one.dated,
                "received_at": now,
            }
            for one in lines
        ]
        for some in chunked(rows, _AT_ONCE):
            PushedLineRow.insert_many(some).execute(self._database)

    def backlog(self, watch: str) -> int:
        """How many are kept of a watch."""
        query = PushedLineRow.select(fn.COUNT(PushedLineRow.id))
        ((found,),) = query.where(PushedLineRow.watch == watch).tuples().execute(self._database)
        return int(found)

    def after(self, watch: str, number: int, limit: int) -> tuple[Kept, ...]:
        """The first of a watch behind a number."""
        row = PushedLineRow
        query = row.select(row.id, row.path, row.labels, row.text, row.at, row.dated)
        query = query.where((row.watch == watch) & (row.id > number)).order_by(row.id).limit(limit)
        return tuple(
            Kept(
                int(found),
                PushedLine(
                    path=path,
                    labels=tuple((str(key), str(value)) for key, value in json.loads(labels)),
                    text=text,
                    at=moment(at),
                    dated=bool(dated),
                ),
            )
            for found, path, labels, text, at, dated in self._database.rows(query)
        )

    def forget(self, watch: str, through: int) -> int:
        """Forget those up to a number; how many."""
        row = PushedLineRow
        query = row.delete().where((row.watch == watch) & (row.id <= through))
        return int(query.execute(self._database))

    def forget_others(self, watches: Collection[str], before: datetime) -> int:
        """Forget some of watches that are no more, kept since before then; how many."""
        row = PushedLineRow
        gone = row.received_at < before
        if watches:
            gone &= row.watch.not_in(list(watches))
        return self._database.forget(row, gone, row.received_at)
