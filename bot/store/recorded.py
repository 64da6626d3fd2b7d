"""Records that rules found, in the database; the newest of them."""

import json
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from functools import reduce
from itertools import islice
from operator import or_
from typing import Any

from peewee import Cast, chunked, fn

from bot.core.lookup import Recorded
from bot.store.database import Database
from bot.store.lookup_rows import RecordedRow
from watchers.finding import Finding, Severity, sample_from_dict, sample_to_dict

MOST_ROWS = 50_000
LOOKED_THROUGH = 10_000
"""So many of the newest a search looks at, whatever else is kept."""
_ROWS_AT_ONCE = 200


class RecordedLines:
    """`core.lookup_ports.RecordedStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, findings: Iterable[Finding], agent: str, now: datetime) -> None:
        """Keep what findings show."""
        rows = [row for finding in findings for row in _rows(finding, agent, now)]
        for some in chunked(rows, _ROWS_AT_ONCE):
            RecordedRow.insert_many(some).execute(self._database)

    def search(
        self,
        words: str,
        service: str | None,
        since: datetime,
        limit: int,
        names: Collection[str] = (),
        takes: Callable[[Recorded], bool] | None = None,
    ) -> tuple[Recorded, ...]:
        """Those that hold the words in any case, newest first; only among the newest many."""
        row = RecordedRow
        query = row.select().where(
            (row.id > self._newest() - LOOKED_THROUGH)
            & (row.at >= since)
            & row.text.contains(words)
        )
        if service is not None:
            query = query.where(row.service == service)
        for name in names:
            said = f"{json.dumps(name)}:"
            there = (Cast(column, "TEXT").contains(said) for column in (row.labels, row.sample))
            query = query.where(reduce(or_, there))
        newest = query.order_by(row.at.desc(), row.id.desc())
        if takes is None:
            newest = newest.limit(limit)
        found = (_recorded(one) for one in newest.execute(self._database).iterator())
        return tuple(islice(found if takes is None else filter(takes, found), limit))

    def prune(self, before: datetime) -> int:
        """Forget some that are older, or more than are kept."""
        surplus = RecordedRow.id <= self._newest() - MOST_ROWS
        old = surplus | (RecordedRow.at < before)
        return self._database.forget(RecordedRow, old, RecordedRow.id)

    def _newest(self) -> int:
        ((number,),) = RecordedRow.select(fn.MAX(RecordedRow.id)).tuples().execute(self._database)
        return int(number or 0)


def _rows(finding: Finding, agent: str, now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "at": now,
            "agent": agent,
            "service": finding.labels.get("service", ""),
            "rule": finding.rule,
            "severity": finding.severity.value,
            "labels": dict(finding.labels),
            "text": sample.text,
            "sample": {**sample_to_dict(sample), "text": ""},
        }
        for sample in finding.samples
    ]


def _recorded(row: RecordedRow) -> Recorded:
    return Recorded(
        at=row.at,
        agent=row.agent,
        rule=row.rule,
        severity=Severity(row.severity),
        labels=row.labels,
        sample=sample_from_dict({**row.sample, "text": row.text}),
    )
