"""Hosts and their figures in the database."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from peewee import Expression, fn

from bot.core.health import Figure, HostPoint, Step, badness, figures_of, together
from bot.core.health_ports import HostRecord, HostTally
from bot.store.database import FORGOTTEN_AT_ONCE, Database
from bot.store.health_rows import HealthSettingRow, HostPointRow, HostRow
from bot.store.models import moment
from watchers.health import HostSample, HostStatus, health_from_dict, health_to_dict

_EVERY = "every_s"


class Health:
    """`core.health_ports.HealthStore` over the database.

    A sample is one row, whatever figures it has. When the first sample of a minute comes, the one
    before is taken together, and so on up to hours: there is no work by the clock, and a host that
    is silent costs nothing.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def heard(self, agent: str, sample: HostSample, due_at: datetime, now: datetime) -> bool:
        """Keep a sample and its figures; whether the host's silence was told before."""
        told = HostRow.select(HostRow.told_at).where(HostRow.agent == agent).tuples()
        was_told = any(at is not None for (at,) in told.execute(self._database))
        fresh: dict[str, object] = {
            "host": sample.host,
            "heard_at": now,
            "due_at": due_at,
            "told_at": None,
            "down": sample.status is HostStatus.DOWN,
            "badness": badness(sample),
            "sample": health_to_dict(sample),
        }
        HostRow.insert(agent=agent, **fresh).on_conflict(
            conflict_target=[HostRow.agent], update=fresh
        ).execute(self._database)
        self._keep(sample, now)
        return was_told

    def late(self, now: datetime, told_before: datetime, limit: int) -> tuple[HostRecord, ...]:
        """Hosts that are silent, and of which that was not told since then."""
        untold = HostRow.told_at.is_null() | (HostRow.told_at < told_before)
        query = HostRow.select().where((HostRow.due_at < now) & untold)
        rows = query.order_by(HostRow.due_at).limit(limit).execute(self._database)
        return tuple(map(_record, rows))

    def tell(self, agent: str, now: datetime) -> None:
        """The silence of an agent's host is told now."""
        HostRow.update(told_at=now).where(HostRow.agent == agent).execute(self._database)

    def page(self, now: datetime, offset: int, limit: int) -> tuple[HostRecord, ...]:
        """Some of the hosts: silent ones first, then the worst."""
        query = HostRow.select().order_by(
            (HostRow.due_at < now).desc(), HostRow.badness.desc(), HostRow.host, HostRow.agent
        )
        rows = query.offset(offset).limit(limit).execute(self._database)
        return tuple(map(_record, rows))

    def tally(self, now: datetime) -> HostTally:
        """How many stand how."""
        silent = HostRow.due_at < now
        down = (HostRow.due_at >= now) & (HostRow.down == True)  # noqa: E712 - SQL
        return HostTally(total=self._count(), silent=self._count(silent), down=self._count(down))

    def find(self, name: str) -> HostRecord | None:
        """A host by its name or its agent's, the one heard last."""
        named = (HostRow.host == name) | (HostRow.agent == name)
        query = HostRow.select().where(named).order_by(HostRow.heard_at.desc()).limit(1)
        return next(map(_record, query.execute(self._database)), None)

    def names_like(self, name: str, limit: int) -> tuple[str, ...]:
        """Names of hosts that contain this, whatever the case."""
        query = HostRow.select(HostRow.host).where(HostRow.host.contains(name)).distinct()
        rows = query.order_by(HostRow.host).limit(limit).tuples().execute(self._database)
        return tuple(found for (found,) in rows)

    def points(self, host: str, step: Step, since: datetime) -> Sequence[HostPoint]:
        """A host's figures, oldest first."""
        return self._between(host, step, HostPointRow.at >= since)

    def every(self) -> timedelta | None:
        """How often hosts are to be sampled, None for as each is configured."""
        query = HealthSettingRow.select().where(HealthSettingRow.name == _EVERY)
        for row in query.execute(self._database):
            return timedelta(seconds=float(row.value))
        return None

    def set_every(self, every: timedelta | None) -> None:
        """Let them be sampled that often."""
        named = HealthSettingRow.name == _EVERY
        HealthSettingRow.delete().where(named).execute(self._database)
        if every is not None:
            value = str(every.total_seconds())
            HealthSettingRow.insert(name=_EVERY, value=value).execute(self._database)

    def forget(self, host: str) -> tuple[str, ...]:
        """Forget a host and its figures; the agents that reported of it."""
        query = HostRow.select(HostRow.agent).where(HostRow.host == host).tuples()
        agents = tuple(agent for (agent,) in query.execute(self._database))
        HostRow.delete().where(HostRow.host == host).execute(self._database)
        HostPointRow.delete().where(HostPointRow.host == host).execute(self._database)
        return agents

    def prune(self, now: datetime, before: datetime) -> int:
        """Forget some figures that are too old, and hosts not heard since `before`."""
        gone = 0
        for step in Step:
            old = (HostPointRow.step == step.value) & (HostPointRow.at < now - step.kept)
            gone += self._database.forget(HostPointRow, old, HostPointRow.at)
            if gone >= FORGOTTEN_AT_ONCE:
                return gone
        return gone + self._database.forget(HostRow, HostRow.heard_at < before, HostRow.heard_at)

    def _keep(self, sample: HostSample, now: datetime) -> None:
        raw = (HostPointRow.host == sample.host) & (HostPointRow.step == Step.RAW.value)
        newest = HostPointRow.select(fn.MAX(HostPointRow.at)).where(raw)
        ((before,),) = newest.tuples().execute(self._database)
        self._write(sample.host, Step.RAW, now, figures_of(sample))
        if before is None:
            return
        last = before if isinstance(before, datetime) else moment(before)
        for finer, coarser in pairwise(Step):
            begun = coarser.begin(last)
            if begun >= coarser.begin(now):
                return
            within = (HostPointRow.at >= begun) & (
                HostPointRow.at < begun + timedelta(seconds=coarser.value)
            )
            figures = together(self._between(sample.host, finer, within))
            self._write(sample.host, coarser, begun, figures)

    def _write(self, host: str, step: Step, at: datetime, figures: object) -> None:
        HostPointRow.insert(host=host, step=step.value, at=at, figures=figures).on_conflict(
            conflict_target=[HostPointRow.host, HostPointRow.step, HostPointRow.at],
            preserve=[HostPointRow.figures],
        ).execute(self._database)

    def _between(self, host: str, step: Step, within: Expression) -> list[HostPoint]:
        of = (HostPointRow.host == host) & (HostPointRow.step == step.value)
        query = HostPointRow.select(HostPointRow.at, HostPointRow.figures).where(of & within)
        return [
            HostPoint(at=moment(at), figures=_figures(json.loads(figures)))
            for at, figures in self._database.rows(query.order_by(HostPointRow.at))
        ]

    def _count(self, where: Any = None) -> int:
        query = HostRow.select(fn.COUNT(HostRow.agent))
        query = query if where is None else query.where(where)
        ((found,),) = query.tuples().execute(self._database)
        return int(found)


def _figures(kept: dict[str, Any]) -> dict[str, Figure]:
    return {
        name: (value[0], value[1]) if isinstance(value, list) else (value, value)
        for name, value in kept.items()
    }


def _record(row: HostRow) -> HostRecord:
    return HostRecord(
        agent=row.agent,
        host=row.host,
        heard_at=row.heard_at,
        due_at=row.due_at,
        sample=health_from_dict(row.sample),
    )
