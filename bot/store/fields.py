"""Fields of records in the database."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from peewee import EXCLUDED, Tuple, chunked, fn

from bot.core.fields import (
    SERIES_LEFT_OUT,
    FieldSeries,
    NumberPoint,
    NumberStep,
    ValueCount,
    ValueStep,
)
from bot.store.counters import Counters
from bot.store.database import FORGOTTEN_AT_ONCE, Database
from bot.store.field_rows import FieldReportRow, FieldSeriesRow, FieldValueRow, NumberPointRow
from bot.store.models import moment, storable
from bot.store.written import Written, slots
from watchers.fields.merging import together
from watchers.fields.tallied import Numbers, Tallied
from watchers.finding import Severity

MOST_SERIES = 5000
"""Beyond so many, new ones are not kept: a log may write a new name with every line."""
MOST_VALUES = 500
"""Of a series in a span; when there are twice as many, the rarest become one."""
OTHERS = ""
_ROWS_AT_ONCE = 400
_SEEN_EVERY = timedelta(hours=1)
_FOLDED_AT_ONCE = 20
_REPORTS_KEPT = timedelta(days=2)
_LATE = timedelta(hours=2)
_EPOCH = moment(0)

_Place = tuple[int, int, datetime]
"""Number of a series, step, and when the span began."""
_COUNT_VALUE = Written(
    FieldValueRow.insert(slots(FieldValueRow)).on_conflict(
        conflict_target=[
            FieldValueRow.series,
            FieldValueRow.step,
            FieldValueRow.at,
            FieldValueRow.value,
        ],
        update={
            FieldValueRow.count: FieldValueRow.count + EXCLUDED.count,
            FieldValueRow.looked_at: FieldValueRow.looked_at + EXCLUDED.looked_at,
        },
    )
)
_KEEP_NUMBERS = Written(
    NumberPointRow.insert(slots(NumberPointRow)).on_conflict(
        conflict_target=[NumberPointRow.series, NumberPointRow.step, NumberPointRow.at],
        preserve=[NumberPointRow.figures],
    )
)


class Fields:
    """`core.fields.FieldStore` over the database.

    Everything is written at each step at once, so that there is no work by the clock and what
    comes late is where it belongs.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def fresh(self, report: str, now: datetime) -> bool:
        """Whether a report was not counted before; it is from now on."""
        insert = FieldReportRow.insert(id=report[:64], at=now).on_conflict_ignore()
        return self._database.inserted(insert)

    def add(self, tallied: Iterable[Tallied], now: datetime) -> None:
        """Count fields in: their values, and their numbers at every step."""
        found = [
            (
                FieldSeries(
                    field=counts.name,
                    rules=one.rules,
                    severity=Severity(one.severity),
                    labels=one.labels,
                    numeric=counts.numbers is not None,
                ),
                one,
                counts,
            )
            for one in tallied
            for counts in one.fields
        ]
        ids = self._ids([series for series, _, _ in found], now)
        values: dict[tuple[int, int, datetime, str], list[int]] = {}
        numbers: list[tuple[FieldSeries, datetime, Numbers]] = []
        for series, one, counts in found:
            if (number := ids.get(series.name)) is None:
                continue
            if counts.numbers is not None:
                numbers.append((series, one.at, counts.numbers))
            several = [
                *counts.values.items(),
                *([(OTHERS, counts.others)] if counts.others else []),
            ]
            whole = max(1, one.records)
            for step in ValueStep:
                at = _floor(one.at, step)
                seen = 0
                for value, count in several:
                    key = (number, step.value, at, storable(value))
                    row = values.setdefault(key, [0, 0])
                    row[0] += count
                    row[1] += (seen + count) * one.read // whole - seen * one.read // whole
                    seen += count
        self._write_values(values)
        self._write_numbers(numbers, ids)

    def add_numbers(
        self, points: Iterable[tuple[FieldSeries, datetime, Numbers]], now: datetime
    ) -> None:
        """Count numbers of any kind in."""
        found = list(points)
        self._write_numbers(found, self._ids([series for series, _, _ in found], now))

    def series(self, fields: Collection[str], since: datetime) -> tuple[FieldSeries, ...]:
        """Series of these fields that were seen since."""
        row = FieldSeriesRow
        query = row.select().where(row.field.in_(list(fields)) & (row.seen_at >= since))
        return tuple(
            FieldSeries(
                id=one.id,
                field=one.field,
                rules=tuple(one.rules),
                severity=Severity(one.severity),
                labels=one.labels,
                numeric=one.numeric,
            )
            for one in query.order_by(row.id).execute(self._database)
        )

    def names(self, since: datetime) -> Mapping[str, bool]:
        """Names of all fields seen since, and whether there are numbers of it."""
        row = FieldSeriesRow
        query = row.select(row.field, row.numeric).where(row.seen_at >= since).distinct()
        found: dict[str, bool] = {}
        for name, numeric in self._database.rows(query):
            found[name] = found.get(name, False) or bool(numeric)
        return dict(sorted(found.items()))

    def values(
        self, series: Collection[int], since: datetime, until: datetime, limit: int
    ) -> tuple[Sequence[ValueCount], ValueCount, int]:
        """The most frequent values, the sum of all, and how many are known."""
        row = FieldValueRow
        fine = until - since <= ValueStep.FINE.kept
        step = ValueStep.FINE if fine else ValueStep.HOUR
        sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        for some in chunked(series, _ROWS_AT_ONCE):
            wanted = (
                row.series.in_(list(some))
                & (row.step == step.value)
                & (row.at >= _floor(since, step))
                & (row.at < until)
            )
            query = row.select(row.value, fn.SUM(row.count), fn.SUM(row.looked_at)).where(wanted)
            for value, count, looked_at in self._database.rows(query.group_by(row.value)):
                sums[value][0] += int(count)
                sums[value][1] += int(looked_at)
        whole = ValueCount(
            OTHERS, sum(one[0] for one in sums.values()), sum(one[1] for one in sums.values())
        )
        sums.pop(OTHERS, None)
        order = sorted(sums, key=lambda value: (-sums[value][0], value))
        return [ValueCount(one, *sums[one]) for one in order[:limit]], whole, len(order)

    def numbers(
        self, series: Collection[int], step: NumberStep, since: datetime, until: datetime
    ) -> Sequence[NumberPoint]:
        """Numbers in spans that began there, in no order."""
        row = NumberPointRow
        found = []
        for some in chunked(series, _ROWS_AT_ONCE):
            of = row.series.in_(list(some)) & (row.step == step.value)
            query = row.select(row.at, row.figures).where(of & (row.at >= since) & (row.at < until))
            found += [
                NumberPoint(moment(at), _numbers(json.loads(figures)))
                for at, figures in self._database.rows(query)
            ]
        return found

    def full(self) -> bool:
        """Whether there are as many series as there may be."""
        row = FieldSeriesRow
        ((there,),) = self._database.rows(row.select(fn.COUNT(row.id)))
        return int(there) >= MOST_SERIES

    def overflows(self, now: datetime) -> bool:
        """Whether a series has too many values."""
        return bool(self._full(now, 1))

    def fold(self, now: datetime) -> None:
        """Count the rarest values of such series together."""
        row = FieldValueRow
        for series, step, at in self._full(now, _FOLDED_AT_ONCE):
            of = (row.series == series) & (row.step == step) & (row.at == at)
            named = row.select(row.value, row.count, row.looked_at).where(
                of & (row.value != OTHERS)
            )
            rarest = list(self._database.rows(named.order_by(row.count.desc(), row.value)))
            rarest = rarest[MOST_VALUES:]
            for some in chunked(rarest, _ROWS_AT_ONCE):
                gone = [value for value, _, _ in some]
                row.delete().where(of & row.value.in_(gone)).execute(self._database)
            whole = [sum(int(one[n]) for one in rarest) for n in (1, 2)]
            self._write_values({(series, step, at, OTHERS): whole})

    def prune(self, now: datetime, before: datetime) -> int:
        """Forget some that is too old, and series not seen since `before`."""
        gone = self._database.forget(
            FieldReportRow, FieldReportRow.at < now - _REPORTS_KEPT, FieldReportRow.at
        )
        for model, steps in ((FieldValueRow, ValueStep), (NumberPointRow, NumberStep)):
            for step in steps:
                old = (model.step == step.value) & (model.at < now - step.kept)
                gone += self._database.forget(model, old, model.at)
                if gone >= FORGOTTEN_AT_ONCE:
                    return gone
        stale = FieldSeriesRow.seen_at < before - 2 * _SEEN_EVERY
        return gone + self._database.forget(FieldSeriesRow, stale, FieldSeriesRow.seen_at)

    def _full(self, now: datetime, limit: int) -> list[_Place]:
        row = FieldValueRow
        fresh = row.step.in_([one.value for one in ValueStep]) & (row.at >= now - _LATE)
        query = row.select(row.series, row.step, row.at).where(fresh)
        query = query.group_by(row.series, row.step, row.at)
        full = query.having(fn.COUNT(row.value) > 2 * MOST_VALUES).limit(limit)
        return [(int(a), int(b), moment(at)) for a, b, at in self._database.rows(full)]

    def _write_values(self, values: Mapping[tuple[int, int, datetime, str], Sequence[int]]) -> None:
        _COUNT_VALUE.run_many(
            self._database,
            (
                {
                    "series": series,
                    "step": step,
                    "at": at,
                    "value": value,
                    "count": count,
                    "looked_at": looked_at,
                }
                for (series, step, at, value), (count, looked_at) in values.items()
            ),
        )

    def _write_numbers(
        self, points: Iterable[tuple[FieldSeries, datetime, Numbers]], ids: Mapping[str, int]
    ) -> None:
        fresh: defaultdict[_Place, list[Numbers]] = defaultdict(list)
        for series, at, numbers in points:
            if (number := ids.get(series.name)) is not None:
                for step in NumberStep:
                    fresh[number, int(step), _floor(at, step)].append(numbers)
        for some in chunked(fresh, _ROWS_AT_ONCE):
            for place, figures in self._there(some):
                fresh[place].append(_numbers(figures))
            rows = [
                {
                    "series": place[0],
                    "step": place[1],
                    "at": place[2],
                    "figures": _figures(whole),
                }
                for place in some
                if (whole := together(fresh[place])) is not None
            ]
            _KEEP_NUMBERS.run_many(self._database, rows)

    def _there(self, places: Sequence[_Place]) -> Iterator[tuple[_Place, Any]]:
        row = NumberPointRow
        key = Tuple(row.series, row.step, row.at)
        bare = [(a, b, row.at.db_value(at)) for a, b, at in places]
        query = row.select(row.series, row.step, row.at, row.figures).where(key.in_(bare))
        for series, step, at, figures in self._database.rows(query):
            yield (int(series), int(step), moment(at)), json.loads(figures)

    def _ids(self, wanted: Iterable[FieldSeries], now: datetime) -> Mapping[str, int]:
        """Numbers of series by their names, new ones stored; those there is no room for are not."""
        by_name = {one.name: one for one in wanted}
        row, ids = FieldSeriesRow, dict[str, int]()
        for some in chunked(by_name, _ROWS_AT_ONCE):
            query = row.select(row.id, row.name, row.numeric, row.seen_at)
            found = self._database.rows(query.where(row.name.in_(list(some))))
            for number, name, numeric, seen_at in list(found):
                ids[name] = int(number)
                more = by_name[name].numeric and not numeric
                if more or now - moment(seen_at) >= _SEEN_EVERY:
                    fresh = row.update(seen_at=now, numeric=more or bool(numeric))
                    fresh.where(row.id == number).execute(self._database)
        unknown = [one for name, one in by_name.items() if name not in ids]
        if unknown:
            ((there,),) = self._database.rows(row.select(fn.COUNT(row.id)))
            room = max(0, MOST_SERIES - int(there))
            for one in unknown[:room]:
                ids[one.name] = self._store(one, now)
            if left_out := unknown[room:]:
                Counters(self._database).add({SERIES_LEFT_OUT: len(left_out)})
        return ids

    def _store(self, one: FieldSeries, now: datetime) -> int:
        insert = FieldSeriesRow.insert(
            name=one.name,
            field=one.field,
            rules=list(one.rules),
            severity=one.severity.value,
            labels=dict(one.labels),
            numeric=one.numeric,
            seen_at=now,
        )
        return int(insert.execute(self._database))


def _floor(at: datetime, step: int) -> datetime:
    return at - (at - _EPOCH) % timedelta(seconds=step)


def _numbers(found: Any) -> Numbers:
    count, total, low, high, bins = found
    places = tuple((sign, place, many) for sign, place, many in bins)
    return Numbers(count=count, total=total, low=low, high=high, bins=places)


def _figures(one: Numbers) -> list[Any]:
    return [one.count, one.total, one.low, one.high, [list(each) for each in one.bins]]
