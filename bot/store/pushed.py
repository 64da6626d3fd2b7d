"""What others push in, in the database: events that came to nothing, and silences elsewhere."""

from collections.abc import Collection
from datetime import datetime

from peewee import chunked, fn

from bot.core.pushed import EventTally, KeptEvent, Outcome, Silence
from bot.store.database import Database
from bot.store.pushed_rows import KeptEventRow, SilenceRow

MOST_EVENTS = 5000
_AT_ONCE = 100


class KeptEvents:
    """`core.pushed.EventStore` over the database."""

    def __init__(self, database: Database, most: int = MOST_EVENTS) -> None:
        self._database = database
        self._most = most

    def keep(self, events: Collection[KeptEvent]) -> None:
        """Keep some; the oldest of all go where there are too many."""
        if not events:
            return
        rows = [
            {
                "sender": one.sender,
                "event": one.event,
                "outcome": one.outcome.value,
                "note": one.note,
                "data": one.data,
                "at": one.at,
                "received_at": one.received_at,
            }
            for one in events
        ]
        for some in chunked(rows, _AT_ONCE):
            KeptEventRow.insert_many(some).execute(self._database)
        query = KeptEventRow.select(fn.MAX(KeptEventRow.id))
        ((newest,),) = self._database.rows(query)
        surplus = KeptEventRow.id <= int(newest) - self._most
        KeptEventRow.delete().where(surplus).execute(self._database)

    def tallies(self, limit: int) -> tuple[EventTally, ...]:
        """By sender, name and outcome, newest first."""
        row = KeptEventRow
        newest, count = fn.MAX(row.id), fn.COUNT(row.id)
        query = row.select(newest, count).group_by(row.sender, row.event, row.outcome)
        found = list(self._database.rows(query.order_by(newest.desc()).limit(limit)))
        rows = row.select().where(row.id.in_([number for number, _ in found]))
        events = {one.id: _event(one) for one in rows.execute(self._database)}
        return tuple(EventTally(newest=events[n], count=int(m)) for n, m in found)

    def since(self, moment: datetime, after_id: int, limit: int) -> tuple[KeptEvent, ...]:
        """Those received since then with higher numbers, oldest first."""
        row = KeptEventRow
        query = row.select().where((row.received_at >= moment) & (row.id > after_id))
        return tuple(map(_event, query.order_by(row.id).limit(limit).execute(self._database)))

    def prune(self, before: datetime) -> int:
        """Forget some that were received before that."""
        received = KeptEventRow.received_at
        return self._database.forget(KeptEventRow, received < before, received)


class Silences:
    """`core.pushed.SilenceStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, sender: str) -> tuple[Silence, ...]:
        """Those of one sender, by alert."""
        query = SilenceRow.select().where(SilenceRow.sender == sender)
        return tuple(
            Silence(
                sender=row.sender,
                alert_id=row.alert_id,
                silence_id=row.silence_id,
                ends_at=row.ends_at,
            )
            for row in query.order_by(SilenceRow.alert_id).execute(self._database)
        )

    def save(self, silence: Silence) -> None:
        """Keep one, in the place of another for the same alert."""
        self.remove(silence)
        SilenceRow.insert(
            sender=silence.sender,
            alert_id=silence.alert_id,
            silence_id=silence.silence_id,
            ends_at=silence.ends_at,
        ).execute(self._database)

    def remove(self, silence: Silence) -> None:
        """It is lifted, or over."""
        row = SilenceRow
        meant = (row.sender == silence.sender) & (row.alert_id == silence.alert_id)
        row.delete().where(meant).execute(self._database)


def _event(row: KeptEventRow) -> KeptEvent:
    return KeptEvent(
        id=row.id,
        sender=row.sender,
        event=row.event,
        outcome=Outcome(row.outcome),
        note=row.note,
        data=row.data,
        at=row.at,
        received_at=row.received_at,
    )
