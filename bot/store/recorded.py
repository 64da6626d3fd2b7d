"""Records that rules found, in the database; the newest of them."""

import json
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import reduce
from itertools import chain, islice
from math import isfinite
from typing import Any

from peewee import Cast, Expression, Field, chunked, fn

from bot.core.lookup import Recorded, Wish
from bot.store.database import Database
from bot.store.lookup_rows import RecordedFieldRow, RecordedRow
from bot.store.models import storable
from watchers.clauses.conditions import number_of, text_of
from watchers.finding import Finding, Sample, Severity, sample_from_dict, sample_to_dict

MOST_ROWS = 50_000
MOST_FIELDS = 20
"""By which one line is found, labels included."""
VALUE_CHARS = 120
LISTED = 10_000
"""So many lines with such fields, the newest, are read to be looked at."""
_ROWS_AT_ONCE = 200
_FIELDS_AT_ONCE = 1000
_LIST = "INSERT INTO recorded_fields (row_id, field, value, number) VALUES "

_FieldOf = tuple[int, str, str, float | None]


class RecordedLines:
    """`core.lookup_ports.RecordedStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, findings: Iterable[Finding], agent: str, now: datetime) -> None:
        """Keep what findings show."""
        found = [(one, sample) for one in findings for sample in one.samples]
        for some in chunked(found, _ROWS_AT_ONCE):
            insert = RecordedRow.insert_many([_row(*one, agent, now) for one in some])
            stored = insert.returning(RecordedRow.id).tuples().execute(self._database)
            numbers = sorted(int(number) for (number,) in stored)
            fields = [
                row
                for number, (finding, sample) in zip(numbers, some, strict=True)
                for row in _fields(number, finding, sample)
            ]
            for rows in chunked(fields, _FIELDS_AT_ONCE):
                self._list(list(rows))

    def _list(self, rows: list[_FieldOf]) -> None:
        """Write rows as they are: there are many for a line, and peewee takes 50 µs for each."""
        marks = ", ".join([f"({', '.join([self._database.param] * 4)})"] * len(rows))
        self._database.run(_LIST + marks, [value for row in rows for value in row])

    def search(
        self,
        words: str,
        service: str | None,
        since: datetime,
        limit: int,
        wishes: Sequence[Wish] = (),
        takes: Callable[[Recorded], bool] | None = None,
    ) -> tuple[Recorded, ...]:
        """Those that hold the words in any case, newest first."""
        wanted = RecordedRow.at >= since
        if words:
            wanted &= RecordedRow.text.contains(words)
        if service is not None:
            wanted &= RecordedRow.service == service
        found: Iterator[Recorded]
        if wishes:
            found = chain(self._listed(wishes, since, wanted), self._unlisted(wishes, wanted))
        else:
            found = self._read(wanted)
        return tuple(islice(found if takes is None else filter(takes, found), limit))

    def prune(self, before: datetime) -> int:
        """Forget some that are older, or more than are kept, and what they were listed by."""
        surplus = RecordedRow.id <= self._newest() - MOST_ROWS
        old = surplus | (RecordedRow.at < before)
        gone = self._database.forget(RecordedRow, old, RecordedRow.id)
        oldest = self._first(RecordedRow.id)
        row = RecordedFieldRow.row_id
        hanging = row < oldest if oldest is not None else row > 0
        return gone + self._database.forget(RecordedFieldRow, hanging, row)

    def _listed(
        self, wishes: Sequence[Wish], since: datetime, wanted: Expression
    ) -> Iterator[Recorded]:
        """By their fields; the newest many that are so are read, few at a time."""
        first = self._first(RecordedRow.id, RecordedRow.at >= since)
        if first is None:
            return
        row, (narrow, *others) = RecordedFieldRow, sorted(wishes, key=_breadth)
        query = row.select(row.row_id).where(_is_so(narrow) & (row.row_id >= first))
        for other in others:
            there = RecordedFieldRow.alias()
            same = there.select(there.row_id).where(
                (there.row_id == row.row_id) & _is_so(other, there)
            )
            query = query.where(fn.EXISTS(same))
        newest = query.order_by(row.row_id.desc()).limit(LISTED)
        numbers = [int(number) for (number,) in self._database.rows(newest)]
        for some in chunked(numbers, _ROWS_AT_ONCE):
            yield from self._read(wanted & RecordedRow.id.in_(list(some)))

    def _unlisted(self, wishes: Sequence[Wish], wanted: Expression) -> Iterator[Recorded]:
        """Those recorded before they were listed by their fields, by the names in them."""
        listed = self._first(RecordedFieldRow.row_id)
        if listed is not None:
            wanted &= RecordedRow.id < listed
        for wish in wishes:
            said = f"{json.dumps(wish.field)}:"
            columns = (RecordedRow.labels, RecordedRow.sample)
            wanted &= reduce(operator.or_, (Cast(one, "TEXT").contains(said) for one in columns))
        yield from self._read(wanted)

    def _read(self, wanted: Expression) -> Iterator[Recorded]:
        query = RecordedRow.select().where(wanted)
        newest = query.order_by(RecordedRow.at.desc(), RecordedRow.id.desc())
        return (_recorded(one) for one in newest.execute(self._database).iterator())

    def _first(self, number: Field, wanted: Expression | None = None) -> int | None:
        query = number.model.select(fn.MIN(number))
        ((found,),) = self._database.rows(query if wanted is None else query.where(wanted))
        return None if found is None else int(found)

    def _newest(self) -> int:
        ((number,),) = RecordedRow.select(fn.MAX(RecordedRow.id)).tuples().execute(self._database)
        return int(number or 0)


def _row(finding: Finding, sample: Sample, agent: str, now: datetime) -> dict[str, Any]:
    return {
        "at": now,
        "agent": agent,
        "service": finding.labels.get("service", ""),
        "rule": finding.rule,
        "severity": finding.severity.value,
        "labels": dict(finding.labels),
        "text": sample.text,
        "sample": {**sample_to_dict(sample), "text": ""},
    }


def _fields(number: int, finding: Finding, sample: Sample) -> Iterator[_FieldOf]:
    both = {**sample.fields, **finding.labels}
    # Names that differ at their end only are one here: a line is listed once by each.
    known = {storable(name[:VALUE_CHARS]): value for name, value in both.items()}
    for name, value in islice(known.items(), MOST_FIELDS):
        found = number_of(value)
        usable = found is not None and isfinite(found)
        value_told = storable(text_of(value)[:VALUE_CHARS])
        yield number, name, value_told, found if usable else None


def _breadth(wish: Wish) -> int:
    """How much a wish leaves over, as a rule: what is equal is rarer than what is greater."""
    return 0 if wish.op == "=" else 1 if wish.op else 2


def _is_so(wish: Wish, row: Any = RecordedFieldRow) -> Expression:
    number = wish.number
    found: Expression = row.field == wish.field
    match wish.op:
        case ">":
            found &= row.number > number
        case ">=":
            found &= row.number >= number
        case "<":
            found &= row.number < number
        case "<=":
            found &= row.number <= number
        case "=" if number is not None:
            found &= row.number == number  # "200.0" is 200, and written otherwise
        case "=":
            found &= row.value == storable(wish.value[:VALUE_CHARS])
        case _:
            pass  # it only has to be there
    return found


def _recorded(row: RecordedRow) -> Recorded:
    return Recorded(
        at=row.at,
        agent=row.agent,
        rule=row.rule,
        severity=Severity(row.severity),
        labels=row.labels,
        sample=sample_from_dict({**row.sample, "text": row.text}),
    )
