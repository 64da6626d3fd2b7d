"""Tells a chat, when its hours begin, of what came while they were over."""

from datetime import datetime
from itertools import groupby

from bot.core.notification import Notification, Purpose
from bot.core.ports import Store


class AfterHours:
    """The engine's hand for hours; every method runs inside the engine's transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def due(self, now: datetime) -> bool:
        """Whether the hours of a chat began for which something was kept."""
        return self._store.kept.due(now)

    def sweep(self, now: datetime) -> None:
        """Owe each such chat one message about all of it."""
        suspended = {one.target for one in self._store.subscriptions.all() if one.suspended}
        kept = sorted(self._store.kept.take_due(now), key=lambda one: one.target.address)
        for target, group in groupby(kept, key=lambda one: one.target):
            if target in suspended:
                continue  # when it comes back it is told what is still true
            several = list(group)
            self._store.outbox.owe(
                Notification(
                    target=target,
                    purpose=Purpose.AFTER_HOURS,
                    language=several[-1].language,
                    content={"alerts": [one.alert_id for one in several]},
                    due_at=now,
                    created_at=now,
                )
            )
