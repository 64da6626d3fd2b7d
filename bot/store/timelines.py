"""All transitions of an alert, in pages."""

from peewee import fn

from bot.core.alert import AlertState, Transition
from bot.core.why import Why
from bot.store.database import Database
from bot.store.models import TransitionRow
from bot.store.rows import known_person


class Timelines:
    """`core.lookup_ports.TimelineStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, alert_id: int) -> int:
        """How many an alert has."""
        query = TransitionRow.select(fn.COUNT(TransitionRow.id))
        ((total,),) = query.where(TransitionRow.alert == alert_id).tuples().execute(self._database)
        return int(total)

    def page(self, alert_id: int, offset: int, limit: int) -> tuple[Transition, ...]:
        """Some of them, oldest first."""
        query = (
            TransitionRow.select()
            .where(TransitionRow.alert == alert_id)
            .order_by(TransitionRow.id)
            .offset(offset)
            .limit(limit)
        )
        return tuple(
            Transition(
                alert_id=row.alert,
                source=AlertState(row.source) if row.source else None,
                target=AlertState(row.target),
                by=known_person(row.by),
                why=Why(row.why),
                at=row.at,
                version=row.version,
                note=row.note,
            )
            for row in query.execute(self._database)
        )
