"""Records by kind over time in the database."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from peewee import EXCLUDED, Case, Expression, chunked, fn

from bot.core.kinds import Kind
from bot.core.tally_ports import FINE_FOR, FINEST_FOR, Tally
from bot.store.database import Database
from bot.store.models import MigrationRow, moment, storable
from bot.store.tally_rows import KindRow, TallyRow
from bot.store.written import Written, slots
from watchers.finding import Severity

MOST_TEMPLATES = 10_000
"""Beyond so many, new ones are counted as of none: a log may write a new one with every line."""
_LADDER = ((1, 5, FINEST_FOR), (5, 60, FINE_FOR))
"""Rows of so many minutes become rows of so many when they are so old."""
_STEPS = (1, 5, 60)
_MADE_BY = "m0011_tallies_and_digests"
_SEEN_EVERY = timedelta(days=1)
_ROWS_AT_ONCE = 500
_NAMES_AT_ONCE = 10_000
_KINDS_KEPT = 50_000
_SEVERITIES = {one.value: one for one in Severity}
_EPOCH = moment(0)
_COUNT = Written(
    TallyRow.insert(slots(TallyRow)).on_conflict(
        conflict_target=[TallyRow.minutes, TallyRow.at, TallyRow.kind],
        update={TallyRow.count: TallyRow.count + EXCLUDED.count},
    )
)


class Tallies:
    """`core.tally_ports.TallyStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kinds: dict[int, Kind] = {}

    def count(self, counts: Iterable[tuple[Kind, int]], now: datetime) -> None:
        """Count records into the minute of `now`."""
        wanted: dict[str, tuple[Kind, int]] = {}
        for kind, count in counts:
            wanted[kind.name] = (kind, count)
        numbers = self._numbers(wanted, now)
        unknown = [wanted[name] for name in wanted if name not in numbers]
        if unknown:
            for name, more in self._with_new(unknown, numbers, now).items():
                kind, count = wanted.get(name, (more[0], 0))
                wanted[name] = (kind, count + more[1])
        minute = now.replace(second=0, microsecond=0)
        _COUNT.run_many(
            self._database,
            (
                {"minutes": 1, "at": minute, "kind": numbers[name], "count": count}
                for name, (_, count) in wanted.items()
                if name in numbers
            ),
        )

    def began(self) -> datetime | None:
        """Since when figures are kept: what a backup brought along may be older than the table."""
        made = MigrationRow.select(MigrationRow.applied_at).where(MigrationRow.name == _MADE_BY)
        oldest = [row.applied_at for row in made.execute(self._database)]
        oldest += [self._oldest(minutes) for minutes in _STEPS]
        return min((one for one in oldest if one is not None), default=None)

    def compare(self, before: datetime, since: datetime, until: datetime) -> tuple[Tally, ...]:
        """Records since, and those between `before` and `since`, by kind."""
        now = fn.SUM(Case(None, [(TallyRow.at >= since, TallyRow.count)], 0))
        earlier = fn.SUM(Case(None, [(TallyRow.at < since, TallyRow.count)], 0))
        query = TallyRow.select(TallyRow.kind, now, earlier).where(_between(before, until))
        rows = list(self._database.rows(query.group_by(TallyRow.kind)))
        kinds = self._facts([number for number, _, _ in rows])
        return tuple(
            Tally(kinds[number], int(count), int(count_before))
            for number, count, count_before in rows
            if number in kinds
        )

    def points(
        self, since: datetime, until: datetime, kinds: Collection[int] | None = None
    ) -> Sequence[tuple[datetime, int]]:
        """Records of these kinds or of all, by when a row of them begins, oldest first."""
        found: defaultdict[int, int] = defaultdict(int)
        some = [None] if kinds is None else chunked(kinds, _NAMES_AT_ONCE)
        for numbers in some:
            wanted = _between(since, until)
            if numbers is not None:
                wanted &= TallyRow.kind.in_(list(numbers))
            query = TallyRow.select(TallyRow.at, fn.SUM(TallyRow.count)).where(wanted)
            for at, count in self._database.rows(query.group_by(TallyRow.at)):
                found[int(at)] += int(count)
        return [(moment(at), found[at]) for at in sorted(found)]

    def examples(self, kinds: Collection[int]) -> Mapping[int, str]:
        """An example line of each of some kinds."""
        query = KindRow.select(KindRow.id, KindRow.example).where(KindRow.id.in_(list(kinds)))
        return {int(number): str(example) for number, example in self._database.rows(query)}

    def rolls(self, now: datetime) -> bool:
        """Whether anything is old enough to be made coarser."""
        return any(self._bucket(*step, now) for step in _LADDER)

    def roll(self, now: datetime) -> None:
        """Make the oldest bucket of each step coarser: a few rows, however much waits."""
        for minutes, coarser, after in _LADDER:
            begins = self._bucket(minutes, coarser, after, now)
            if begins is None:
                continue
            ends = begins + timedelta(minutes=coarser)
            old = (TallyRow.minutes == minutes) & (TallyRow.at >= begins) & (TallyRow.at < ends)
            sums = TallyRow.select(TallyRow.kind, fn.SUM(TallyRow.count)).where(old)
            _COUNT.run_many(
                self._database,
                [
                    {"minutes": coarser, "at": begins, "kind": int(kind), "count": int(count)}
                    for kind, count in self._database.rows(sums.group_by(TallyRow.kind))
                ],
            )
            TallyRow.delete().where(old).execute(self._database)

    def prune(self, before: datetime) -> int:
        """Forget some older rows, and kinds that were not seen for as long."""
        forget = self._database.forget
        old = TallyRow.minutes.in_(_STEPS) & (TallyRow.at < before)
        return forget(TallyRow, old, TallyRow.at) + forget(
            KindRow, KindRow.seen_at < before - 2 * _SEEN_EVERY, KindRow.seen_at
        )

    def _facts(self, numbers: list[int]) -> Mapping[int, Kind]:
        """Kinds by their numbers, without examples; kept, since a number means the same always."""
        known = self._kinds
        missing = [number for number in numbers if number not in known]
        if len(known) + len(missing) > _KINDS_KEPT:
            known, missing = {}, numbers
        for some in chunked(missing, _NAMES_AT_ONCE):
            row = KindRow
            query = row.select(
                row.id, row.rule, row.severity, row.labels, row.template, row.template_id
            )
            for number, *facts in self._database.rows(query.where(row.id.in_(list(some)))):
                known[int(number)] = _kind(int(number), *facts)
        self._kinds = known
        return known

    def _numbers(self, wanted: Mapping[str, tuple[Kind, int]], now: datetime) -> dict[str, int]:
        """Numbers of the kinds that are known; those not seen for a day are seen now."""
        numbers: dict[str, int] = {}
        stale: list[str] = []
        for some in chunked(wanted, _ROWS_AT_ONCE):
            query = KindRow.select(KindRow.id, KindRow.name, KindRow.seen_at)
            found = self._database.rows(query.where(KindRow.name.in_(list(some))))
            for number, name, seen_at in found:
                numbers[str(name)] = int(number)
                if now - moment(seen_at) >= _SEEN_EVERY:
                    stale.append(str(name))
        for name in stale:
            example = storable(wanted[name][0].example)
            fresh = KindRow.update(seen_at=now, example=example)
            fresh.where(KindRow.name == name).execute(self._database)
        return numbers

    def _with_new(
        self, unknown: list[tuple[Kind, int]], numbers: dict[str, int], now: datetime
    ) -> Mapping[str, tuple[Kind, int]]:
        """Store new kinds and add their numbers; what is counted as of no template instead."""
        room = MOST_TEMPLATES - self._templates()
        instead: dict[str, tuple[Kind, int]] = {}
        storing: dict[str, Kind] = {}
        for kind, count in unknown:
            if not kind.template or room > 0:
                room -= bool(kind.template)
                storing[kind.name] = kind
                continue
            plain = replace(kind, template="", template_id="")
            _, so_far = instead.get(plain.name, (plain, 0))
            instead[plain.name] = (plain, so_far + count)
        known = self._numbers(instead, now) if instead else {}
        numbers |= known
        storing |= {name: one for name, (one, _) in instead.items() if name not in known}
        for some in chunked(storing.items(), _ROWS_AT_ONCE):
            insert = KindRow.insert_many([_columns(name, kind, now) for name, kind in some])
            stored = insert.returning(KindRow.id, KindRow.name).tuples().execute(self._database)
            numbers |= {str(name): int(number) for number, name in stored}
        return instead

    def _templates(self) -> int:
        query = KindRow.select(fn.COUNT(KindRow.id)).where(KindRow.template != "")
        ((count,),) = self._database.rows(query)
        return int(count)

    def _oldest(self, minutes: int) -> datetime | None:
        query = TallyRow.select(fn.MIN(TallyRow.at)).where(TallyRow.minutes == minutes)
        ((oldest,),) = self._database.rows(query)
        return None if oldest is None else moment(oldest)

    def _bucket(
        self, minutes: int, coarser: int, after: timedelta, now: datetime
    ) -> datetime | None:
        """Where the oldest bucket begins that is to be made coarser."""
        oldest = self._oldest(minutes)
        if oldest is None:
            return None
        begins = _floor(oldest, coarser)
        return begins if begins + timedelta(minutes=coarser) <= now - after else None


def _between(since: datetime, until: datetime) -> Expression:
    return TallyRow.minutes.in_(_STEPS) & (TallyRow.at >= since) & (TallyRow.at < until)


def _floor(at: datetime, minutes: int) -> datetime:
    return at - (at - _EPOCH) % timedelta(minutes=minutes)


def _kind(
    number: int, rule: str, severity: str, labels: str, template: str, template_id: str
) -> Kind:
    return Kind(
        id=number,
        rule=rule,
        severity=_SEVERITIES[severity],
        labels=json.loads(labels),
        template=template,
        template_id=template_id,
    )


def _columns(name: str, kind: Kind, now: datetime) -> dict[str, Any]:
    return {
        "name": name,
        "rule": kind.rule,
        "severity": kind.severity.value,
        "labels": dict(kind.labels),
        "template": storable(kind.template),
        "template_id": storable(kind.template_id),
        "example": storable(kind.example),
        "seen_at": now,
    }
