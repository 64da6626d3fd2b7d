"""Event ids already seen, and waiting events, in the database."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.core.ports import Received
from bot.store.database import Database
from bot.store.models import InboxRow


class Inbox:
    """`core.ports.Inbox` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, key: str, envelope: Mapping[str, Any], now: datetime, *, pending: bool) -> bool:
        """Store an event; False if it was seen before."""
        insert = InboxRow.insert(
            key=key,
            envelope=envelope if pending else {},
            pending=pending,
            received_at=now,
            due_at=now,
        ).on_conflict_ignore()
        return self._database.inserted(insert)

    def pending(self, now: datetime, limit: int) -> tuple[Received, ...]:
        """Events to work on, oldest first."""
        query = (
            InboxRow.select()
            .where((InboxRow.pending == True) & (InboxRow.due_at <= now))  # noqa: E712 - SQL
            .order_by(InboxRow.received_at)
            .limit(limit)
        )
        return tuple(
            Received(
                key=row.key,
                envelope=row.envelope,
                received_at=row.received_at,
                attempts=row.attempts,
            )
            for row in query.execute(self._database)
        )

    def done(self, key: str) -> None:
        """The event is worked on."""
        InboxRow.update(pending=False, envelope={}).where(InboxRow.key == key).execute(
            self._database
        )

    def postpone(self, key: str, due_at: datetime) -> None:
        """The event could not be worked on; try again then."""
        InboxRow.update(due_at=due_at, attempts=InboxRow.attempts + 1).where(
            InboxRow.key == key
        ).execute(self._database)

    def prune(self, before: datetime) -> int:
        """Forget some events seen before that."""
        done = (InboxRow.received_at < before) & (InboxRow.pending == False)  # noqa: E712 - SQL
        return self._database.forget(InboxRow, done, InboxRow.received_at)
