"""When which chat gets its daily digest, in the database."""

from datetime import datetime, time

from peewee import Expression

from bot.core.subscription import Target, TargetKind
from bot.core.tally_ports import DigestPlan
from bot.store.database import Database
from bot.store.rows import person_from_json, person_to_json
from bot.store.tally_rows import DigestRow


class Digests:
    """`core.tally_ports.DigestStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, target: Target) -> DigestPlan | None:
        """The plan of one chat."""
        query = DigestRow.select().where(_is(target))
        return next((_plan(row) for row in query.execute(self._database)), None)

    def all(self) -> tuple[DigestPlan, ...]:
        """Every plan."""
        query = DigestRow.select().order_by(DigestRow.address)
        return tuple(_plan(row) for row in query.execute(self._database))

    def save(self, plan: DigestPlan) -> None:
        """Store a plan in the place of the one before."""
        facts = {
            "clock": f"{plan.clock:%H:%M}" if plan.clock is not None else "",
            "zone": plan.zone,
            "chosen": plan.chosen,
            "due_at": plan.due_at,
            "by": person_to_json(plan.by),
        }
        key = {"kind": plan.target.kind.value, "address": plan.target.address}
        DigestRow.insert(**key, **facts).on_conflict(
            conflict_target=[DigestRow.kind, DigestRow.address], update=facts
        ).execute(self._database)

    def remove(self, target: Target) -> None:
        """Forget a chat's plan."""
        DigestRow.delete().where(_is(target)).execute(self._database)

    def any_due(self, now: datetime) -> bool:
        """Whether `due` would return any."""
        return bool(self.due(now, 1))

    def due(self, now: datetime, limit: int) -> tuple[DigestPlan, ...]:
        """Plans whose digest is due, longest due first."""
        query = (
            DigestRow.select()
            .where(DigestRow.due_at <= now)
            .order_by(DigestRow.due_at, DigestRow.address)
            .limit(limit)
        )
        return tuple(_plan(row) for row in query.execute(self._database))

    def claim(self, plan: DigestPlan, next_at: datetime) -> bool:
        """Let the next digest be due then; False if somebody else did meanwhile."""
        claimed = (
            DigestRow.update(due_at=next_at)
            .where(_is(plan.target) & (DigestRow.due_at == plan.due_at))
            .execute(self._database)
        )
        return bool(claimed)


def _is(target: Target) -> Expression:
    return (DigestRow.kind == target.kind.value) & (DigestRow.address == target.address)


def _plan(row: DigestRow) -> DigestPlan:
    return DigestPlan(
        target=Target(kind=TargetKind(row.kind), address=row.address),
        clock=time.fromisoformat(row.clock) if row.clock else None,
        zone=row.zone,
        chosen=row.chosen,
        due_at=row.due_at,
        by=person_from_json(row.by),
    )
