"""Agents and their positions in the database."""

from collections.abc import Mapping
from datetime import datetime

from bot.core.ports import AgentRecord
from bot.store.database import FORGOTTEN_AT_ONCE, Database
from bot.store.models import AgentRow, PositionRow
from watchers.finding import Report, from_dict, to_dict
from watchers.health import briefly


class Agents:
    """`core.ports.AgentStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def heard(self, report: Report, now: datetime) -> None:
        """Note progress, host and positions of a report."""
        self.keep(report)
        # All of it is kept with the hosts; agents are read often.
        host = briefly(report.host) if report.host else None
        wire = to_dict(Report(agent=report.agent, progress=report.progress, host=host))
        fresh: dict[str, object] = {"heard_at": now}
        if report.progress:
            fresh["sources"] = wire["progress"]
        if report.host:
            fresh["host"] = wire["host"]
        AgentRow.insert(agent=report.agent, **{"sources": [], **fresh}).on_conflict(
            conflict_target=[AgentRow.agent], update=fresh
        ).execute(self._database)

    def all(self) -> tuple[AgentRecord, ...]:
        """Every agent, by name."""
        rows = AgentRow.select().execute(self._database)
        # Sorted here: each database has an order of its own.
        return tuple(sorted(map(_record, rows), key=lambda record: record.agent))

    def positions(self, agent: str) -> Mapping[str, str]:
        """What `Report.positions` left behind."""
        query = PositionRow.select().where(PositionRow.agent == agent)
        return {row.key: row.value for row in query.execute(self._database)}

    def prune(self, before: datetime) -> int:
        """Forget some agents not heard since then, after their positions."""
        gone = AgentRow.select(AgentRow.agent).where(AgentRow.heard_at < before)
        forget = self._database.forget
        hanging = forget(PositionRow, PositionRow.agent.in_(gone), PositionRow.key)
        if hanging == FORGOTTEN_AT_ONCE:
            return hanging
        return hanging + forget(AgentRow, AgentRow.heard_at < before, AgentRow.heard_at)

    def keep(self, report: Report) -> None:
        """Note the positions of a report, and nothing else."""
        kept = [
            {"agent": report.agent, "key": key, "value": value}
            for key, value in report.positions.items()
            if value
        ]
        gone = [key for key, value in report.positions.items() if not value]
        if kept:
            PositionRow.insert_many(kept).on_conflict(
                conflict_target=[PositionRow.agent, PositionRow.key], preserve=[PositionRow.value]
            ).execute(self._database)
        if gone:
            PositionRow.delete().where(
                (PositionRow.agent == report.agent) & PositionRow.key.in_(gone)
            ).execute(self._database)


def _record(row: AgentRow) -> AgentRecord:
    wire = {"version": 1, "agent": row.agent, "findings": [], "progress": row.sources}
    read = from_dict({**wire, "host": row.host})
    return AgentRecord(
        agent=row.agent, heard_at=row.heard_at, host=read.host, sources=read.progress
    )
