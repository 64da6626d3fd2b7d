"""The audit in the database: rows are added and read, and nothing here changes one."""

from datetime import datetime

from bot.core.audit import Actor, Entry, Source
from bot.store.database import Database
from bot.store.models import AuditRow


class Audit:
    """`core.ports.AuditLog` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, entry: Entry) -> None:
        """Store an entry."""
        AuditRow.insert(
            at=entry.at,
            person=entry.actor.id,
            name=entry.actor.name,
            source=entry.actor.source.value,
            chat=entry.actor.chat,
            action=entry.action,
            subject=entry.subject,
            alert=entry.alert_id,
            before=dict(entry.before),
            after=dict(entry.after),
        ).execute(self._database)

    def newest(
        self, limit: int, alert_id: int | None = None, chat: str | None = None
    ) -> tuple[Entry, ...]:
        """The newest few, newest first: all, of one alert, or of one chat."""
        query = AuditRow.select().order_by(AuditRow.id.desc()).limit(limit)
        if alert_id is not None:
            query = query.where(AuditRow.alert == alert_id)
        if chat is not None:
            query = query.where(AuditRow.chat == chat)
        return tuple(_entry(row) for row in query.execute(self._database))

    def since(self, moment: datetime, after_id: int, limit: int) -> tuple[Entry, ...]:
        """Some of the entries from `moment` on with a greater id, oldest first."""
        query = (
            AuditRow.select()
            .where((AuditRow.at >= moment) & (AuditRow.id > after_id))
            .order_by(AuditRow.id)
            .limit(limit)
        )
        return tuple(_entry(row) for row in query.execute(self._database))


def _entry(row: AuditRow) -> Entry:
    return Entry(
        id=row.id,
        at=row.at,
        actor=Actor(id=row.person, name=row.name, source=Source(row.source), chat=row.chat),
        action=row.action,
        subject=row.subject,
        alert_id=row.alert,
        before=row.before,
        after=row.after,
    )
