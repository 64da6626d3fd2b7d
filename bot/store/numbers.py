"""Series of numbers in the database."""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from peewee import Tuple, chunked, fn

from bot.core.numbers import (
    KNOWN_FOR,
    NumberPoint,
    NumberSeries,
    Roll,
    Taken,
    Waiting,
    labels_text,
)
from bot.store.database import FORGOTTEN_AT_ONCE, Database
from bot.store.measured_rows import MeasuredPointRow, MeasuredRow, MeasuredSeriesRow
from bot.store.models import moment, storable
from watchers.measured import Measured
from watchers.numbers.buckets import Bucket
from watchers.numbers.sketch import Sketch

MOST_SERIES = 5000
"""New ones beyond so many are not taken: a label that is never twice the same makes no series."""
_AT_ONCE = 200
_SEEN_EVERY = timedelta(minutes=5)
_Spot = tuple[int, int, datetime]


class Numbers:
    """`core.numbers.NumberStore` over the database.

    A number goes into its span of every length as it comes, however late: there is no work by
    the clock. Those of one call are taken together first, so that a span is written once.
    """

    def __init__(self, database: Database, most_series: int = MOST_SERIES) -> None:
        self._database = database
        self._most_series = most_series

    def take(
        self, numbers: Sequence[Measured], waits: Callable[[str], bool], now: datetime
    ) -> Taken:
        """Keep numbers that were not known, rolled up."""
        ids = self._ids(numbers, now)
        placed: dict[tuple[int, datetime], Measured] = {}
        over = 0
        for one in numbers:
            series = ids.get(_named(one))
            if series is None:
                over += 1
            else:
                placed.setdefault((series, one.at), one)
        for spot in self._known(placed):
            placed.pop(spot, None)
        rows = [
            {
                "series": series,
                "at": at,
                "value": one.value,
                "waits": waits(one.name),
                "received_at": now,
            }
            for (series, at), one in placed.items()
        ]
        for some in chunked(rows, _AT_ONCE):
            MeasuredRow.insert_many(some).execute(self._database)
        self._roll_up(placed)
        return Taken(fresh=len(placed), known=len(numbers) - over - len(placed), over=over)

    def backlog(self) -> int:
        """How many numbers wait for rules."""
        query = MeasuredRow.select(fn.COUNT(MeasuredRow.id)).where(MeasuredRow.waits == True)  # noqa: E712
        ((found,),) = query.tuples().execute(self._database)
        return int(found)

    def waiting(self, limit: int) -> tuple[Waiting, ...]:
        """Some numbers that rules have not looked at, those that came first."""
        columns = (MeasuredRow.id, MeasuredRow.series, MeasuredRow.at, MeasuredRow.value)
        query = MeasuredRow.select(*columns).where(MeasuredRow.waits == True)  # noqa: E712 - SQL
        rows = list(self._database.rows(query.order_by(MeasuredRow.id).limit(limit)))
        of = self._series({int(series) for _, series, _, _ in rows})
        return tuple(
            Waiting(
                int(number),
                Measured(
                    name=of[series].name,
                    labels=of[series].labels,
                    at=moment(at),
                    value=float(json.loads(value)),
                ),
            )
            for number, series, at, value in rows
        )

    def judged(self, numbers: Collection[int]) -> None:
        """Rules looked at these."""
        for some in chunked(numbers, _AT_ONCE):
            query = MeasuredRow.update(waits=False).where(MeasuredRow.id.in_(list(some)))
            query.execute(self._database)

    def find(self, name: str, labels: Mapping[str, str]) -> tuple[NumberSeries, ...]:
        """The series of a name that have at least these labels, the newest first."""
        query = MeasuredSeriesRow.select().where(MeasuredSeriesRow.name == name)
        rows = query.order_by(MeasuredSeriesRow.seen_at.desc(), MeasuredSeriesRow.id)
        found = map(_facts, rows.execute(self._database))
        return tuple(one for one in found if labels.items() <= one.labels.items())

    def names_like(self, part: str, limit: int) -> tuple[str, ...]:
        """Names that contain this, whatever the case."""
        named = MeasuredSeriesRow.name.contains(part)
        query = MeasuredSeriesRow.select(MeasuredSeriesRow.name).where(named).distinct()
        rows = query.order_by(MeasuredSeriesRow.name).limit(limit).tuples().execute(self._database)
        return tuple(name for (name,) in rows)

    def points(self, series: int, roll: Roll, since: datetime) -> tuple[NumberPoint, ...]:
        """What is kept of a series, oldest first."""
        of = (MeasuredPointRow.series == series) & (MeasuredPointRow.step == roll.value)
        query = MeasuredPointRow.select(MeasuredPointRow.at, MeasuredPointRow.figures)
        rows = query.where(of & (MeasuredPointRow.at >= since)).order_by(MeasuredPointRow.at)
        return tuple(
            _point(moment(at), json.loads(figures)) for at, figures in self._database.rows(rows)
        )

    def prune(self, now: datetime) -> int:
        """Forget some of what is too old."""
        forget = self._database.forget
        received = MeasuredRow.received_at
        done = (received < now - KNOWN_FOR) & (MeasuredRow.waits == False)  # noqa: E712 - SQL
        gone = forget(MeasuredRow, done, received)
        for roll in Roll:
            if gone >= FORGOTTEN_AT_ONCE:
                return gone
            old = (MeasuredPointRow.step == roll.value) & (MeasuredPointRow.at < now - roll.kept)
            gone += forget(MeasuredPointRow, old, MeasuredPointRow.at)
        unseen = MeasuredSeriesRow.seen_at < now - max(roll.kept for roll in Roll)
        return gone + forget(MeasuredSeriesRow, unseen, MeasuredSeriesRow.seen_at)

    def _ids(self, numbers: Sequence[Measured], now: datetime) -> dict[tuple[str, str], int]:
        wanted = dict.fromkeys(map(_named, numbers))
        ids = self._numbered(wanted, now)
        new = [one for one in wanted if one not in ids]
        if new:
            query = MeasuredSeriesRow.select(fn.COUNT(MeasuredSeriesRow.id)).tuples()
            ((known,),) = query.execute(self._database)
            new = new[: max(0, self._most_series - int(known))]
            rows = [{"name": name, "labels": text, "seen_at": now} for name, text in new]
            for some in chunked(rows, _AT_ONCE):
                MeasuredSeriesRow.insert_many(some).execute(self._database)
            ids |= self._numbered(new, now)
        return ids

    def _numbered(
        self, wanted: Iterable[tuple[str, str]], now: datetime
    ) -> dict[tuple[str, str], int]:
        columns = (MeasuredSeriesRow.id, MeasuredSeriesRow.name, MeasuredSeriesRow.labels)
        key = Tuple(MeasuredSeriesRow.name, MeasuredSeriesRow.labels)
        found: dict[tuple[str, str], int] = {}
        stale: list[int] = []
        for some in chunked(wanted, _AT_ONCE):
            query = MeasuredSeriesRow.select(*columns, MeasuredSeriesRow.seen_at)
            for number, name, text, seen in self._database.rows(query.where(key.in_(list(some)))):
                found[name, text] = int(number)
                stale += [int(number)] if now - moment(seen) >= _SEEN_EVERY else []
        for few in chunked(stale, _AT_ONCE):
            MeasuredSeriesRow.update(seen_at=now).where(
                MeasuredSeriesRow.id.in_(list(few))
            ).execute(self._database)
        return found

    def _known(self, placed: Iterable[tuple[int, datetime]]) -> list[tuple[int, datetime]]:
        key = Tuple(MeasuredRow.series, MeasuredRow.at)
        found: list[tuple[int, datetime]] = []
        for some in chunked(placed, _AT_ONCE):
            spots = [(series, MeasuredRow.at.db_value(at)) for series, at in some]
            query = MeasuredRow.select(MeasuredRow.series, MeasuredRow.at).where(key.in_(spots))
            found += [(int(series), moment(at)) for series, at in self._database.rows(query)]
        return found

    def _roll_up(self, placed: Mapping[tuple[int, datetime], Measured]) -> None:
        spans: dict[_Spot, list[float]] = defaultdict(list)
        for (series, at), one in placed.items():
            for roll in Roll:
                spans[series, roll.value, roll.begin(at)].append(one.value)
        for some in chunked(spans, _AT_ONCE):
            kept = self._kept(some)
            rows = []
            for spot in some:
                bucket = kept.get(spot) or Bucket()
                for value in spans[spot]:
                    bucket.add(value)
                series, step, begun = spot
                rows.append(
                    {"series": series, "step": step, "at": begun, "figures": bucket.state()}
                )
            MeasuredPointRow.insert_many(rows).on_conflict(
                conflict_target=[
                    MeasuredPointRow.series,
                    MeasuredPointRow.step,
                    MeasuredPointRow.at,
                ],
                preserve=[MeasuredPointRow.figures],
            ).execute(self._database)

    def _kept(self, spots: Iterable[_Spot]) -> dict[_Spot, Bucket]:
        key = Tuple(MeasuredPointRow.series, MeasuredPointRow.step, MeasuredPointRow.at)
        wanted = [(series, step, MeasuredPointRow.at.db_value(at)) for series, step, at in spots]
        query = MeasuredPointRow.select(
            MeasuredPointRow.series,
            MeasuredPointRow.step,
            MeasuredPointRow.at,
            MeasuredPointRow.figures,
        ).where(key.in_(wanted))
        return {
            (int(series), int(step), moment(at)): _bucket(json.loads(figures))
            for series, step, at, figures in self._database.rows(query)
        }

    def _series(self, ids: Iterable[int]) -> dict[int, NumberSeries]:
        found: dict[int, NumberSeries] = {}
        for some in chunked(ids, _AT_ONCE):
            query = MeasuredSeriesRow.select().where(MeasuredSeriesRow.id.in_(list(some)))
            found |= {one.id: _facts(one) for one in query.execute(self._database)}
        return found


def _named(one: Measured) -> tuple[str, str]:
    return storable(one.name), storable(labels_text(one.labels))


def _facts(row: MeasuredSeriesRow) -> NumberSeries:
    labels = json.loads(row.labels)
    return NumberSeries(id=row.id, name=row.name, labels=labels, seen_at=row.seen_at)


def _bucket(stored: Any) -> Bucket:
    count, total, low, high, bins = stored
    return Bucket(count=count, total=total, low=low, high=high, sketch=Sketch(bins))


def _point(at: datetime, stored: Any) -> NumberPoint:
    count, total, low, high, bins = stored
    return NumberPoint(at=at, count=count, total=total, low=low, high=high, bins=bins)
