"""All transitions of an alert, in pages."""

from peewee import fn

from bot.core.alert import Transition
from bot.store.alerts import transition_of
from bot.store.database import Database
from bot.store.models import TransitionRow


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
        return tuple(transition_of(row) for row in query.execute(self._database))
