"""Alerts that wait for the hours of a chat, in the database."""

from datetime import datetime

from peewee import Expression

from bot.core.ports import Kept
from bot.core.subscription import Language, Target, TargetKind
from bot.store.database import Database
from bot.store.models import KeptRow


class KeptAlerts:
    """`core.ports.KeptStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, kept: Kept) -> None:
        """Note one; the same alert waits once for a chat."""
        KeptRow.insert(
            alert=kept.alert_id,
            kind=kept.target.kind.value,
            address=kept.target.address,
            language=kept.language.value,
            due_at=kept.due_at,
        ).on_conflict_ignore().execute(self._database)

    def targets(self, alert_id: int) -> tuple[Target, ...]:
        """For whose hours an alert waits."""
        query = KeptRow.select().where(KeptRow.alert == alert_id).order_by(KeptRow.id)
        return tuple(
            Target(kind=TargetKind(row.kind), address=row.address)
            for row in query.execute(self._database)
        )

    def due(self, now: datetime) -> bool:
        """Whether any has waited for long enough."""
        query = KeptRow.select(KeptRow.id).where(KeptRow.due_at <= now).limit(1)
        return bool(list(query.execute(self._database)))

    def take_due(self, now: datetime) -> tuple[Kept, ...]:
        """Those that have, in the order they came; they are forgotten here."""
        due = KeptRow.due_at <= now
        rows = list(KeptRow.select().where(due).order_by(KeptRow.id).execute(self._database))
        KeptRow.delete().where(due).execute(self._database)
        return tuple(
            Kept(
                alert_id=row.alert,
                target=Target(kind=TargetKind(row.kind), address=row.address),
                language=Language(row.language),
                due_at=row.due_at,
            )
            for row in rows
        )

    def move(self, target: Target, due_at: datetime) -> None:
        """The hours of a target changed."""
        KeptRow.update(due_at=due_at).where(_waits_for(target)).execute(self._database)

    def drop(self, target: Target) -> None:
        """Forget all of a target."""
        KeptRow.delete().where(_waits_for(target)).execute(self._database)


def _waits_for(target: Target) -> Expression:
    return (KeptRow.kind == target.kind.value) & (KeptRow.address == target.address)
