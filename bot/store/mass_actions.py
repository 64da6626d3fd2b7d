"""Actions on many alerts in the database."""

from dataclasses import replace
from datetime import datetime

from bot.core.mass import MassAct, MassAction
from bot.store.database import Database
from bot.store.models import MassActionRow
from bot.store.rows import known_person, person_to_json


class MassActions:
    """`core.ports.MassActionStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, action: MassAction) -> MassAction:
        """Store a proposed one; returns it with its id."""
        number = MassActionRow.insert(
            act=action.act.value,
            alerts=list(action.alerts),
            by=person_to_json(action.by),
            chat=action.chat,
            made_at=action.made_at,
        ).execute(self._database)
        return replace(action, id=int(number))

    def get(self, number: int) -> MassAction | None:
        """One of them."""
        query = MassActionRow.select().where(MassActionRow.id == number)
        return next((_action(row) for row in query.execute(self._database)), None)

    def save(self, action: MassAction) -> None:
        """Store how far it is."""
        MassActionRow.update(
            by=person_to_json(action.by),
            done=action.done,
            failed=action.failed,
            due_at=action.due_at,
        ).where(MassActionRow.id == action.id).execute(self._database)

    def due(self, now: datetime, limit: int) -> tuple[MassAction, ...]:
        """Those that are under way, oldest first."""
        query = MassActionRow.select().where(MassActionRow.due_at <= now)
        query = query.order_by(MassActionRow.id).limit(limit)
        return tuple(_action(row) for row in query.execute(self._database))

    def prune(self, before: datetime) -> int:
        """Forget some that were made before that; how many."""
        old = MassActionRow.made_at < before
        return self._database.forget(MassActionRow, old, MassActionRow.made_at)


def _action(row: MassActionRow) -> MassAction:
    return MassAction(
        id=row.id,
        act=MassAct(row.act),
        alerts=tuple(row.alerts),
        by=known_person(row.by),
        chat=row.chat,
        made_at=row.made_at,
        done=row.done,
        failed=row.failed,
        due_at=row.due_at,
    )
