"""Notifications owed and the cards that stand, in the database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from peewee import Expression, fn

from bot.core.alert import AlertState
from bot.core.notification import DeliveryState, Notification, Purpose, Receipt, SentCard
from bot.core.ports import OutboxTally
from bot.core.subscription import Language, Target, TargetKind
from bot.store.models import AlertRow, CardRow, OutboxRow, TimeField

if TYPE_CHECKING:
    from collections.abc import Iterable

    from peewee import ModelSelect

    from bot.store.database import Database

_WAITING = DeliveryState.WAITING.value
_CANDIDATES = 8
_URGENCY = {
    Purpose.ANSWER: 0,
    Purpose.FIRST: 1,
    Purpose.REOPENED: 1,
    Purpose.SEVERITY_RAISED: 1,
    Purpose.WORSE: 1,
    Purpose.UNACKNOWLEDGED: 1,
    Purpose.ACK_REMINDER: 1,
    Purpose.FLAPPING: 1,
    Purpose.STEADY: 1,
    Purpose.RECORD: 1,
    Purpose.REFRESH: 2,
}


class Outbox:
    """`core.ports.Outbox` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def owe(self, notification: Notification) -> None:
        """Store an owed notification, folded into a waiting one of the same card."""
        if notification.purpose is Purpose.FIRST and self._told(notification):
            return
        slot = _slot(notification)
        insert = OutboxRow.insert(
            kind=notification.target.kind.value,
            address=notification.target.address,
            purpose=notification.purpose.value,
            urgency=_URGENCY[notification.purpose],
            alert=notification.alert_id,
            language=notification.language.value,
            content=notification.content,
            state=_WAITING,
            slot=slot,
            due_at=notification.due_at,
            created_at=notification.created_at,
            claimed_until=notification.created_at,
        )
        if slot is not None:
            insert = insert.on_conflict(
                conflict_target=[OutboxRow.slot],
                update={OutboxRow.due_at: notification.due_at},
                where=OutboxRow.due_at > notification.due_at,
            )
        insert.execute(self._database)

    def claim(
        self, now: datetime, until: datetime, holder: str, passing_over: Iterable[Target]
    ) -> Notification | None:
        """Take the most urgent due notification that nobody holds, by conditional update.

        A target with a notification on its way is passed over, so that its messages keep their
        order and no two edits of one card race.
        """
        passed = {(target.kind.value, target.address) for target in passing_over}
        passed |= {(row.kind, row.address) for row in self._claimed(now).execute(self._database)}
        free = (OutboxRow.state == _WAITING) & _unclaimed(now)
        wanted = free & (fn.COALESCE(OutboxRow.due_at, 0) <= _us(now))
        # In the query, not after it: a thousand rows of one held chat must not hide the others.
        for kind in {kind for kind, _ in passed}:
            addresses = [address for of, address in passed if of == kind]
            wanted &= ~((OutboxRow.kind == kind) & OutboxRow.address.in_(addresses))
        query = (
            OutboxRow.select()
            .where(wanted)
            .order_by(OutboxRow.urgency, OutboxRow.due_at, OutboxRow.id)
            .limit(_CANDIDATES)
        )
        for row in query.execute(self._database):
            # A claim that ran out was a try too: its message may stand, drawn earlier.
            row.attempts += bool(row.claimed_by)
            claimed = (
                OutboxRow.update(
                    claimed_until=until, claimed_by=holder, slot=None, attempts=row.attempts
                )
                .where((OutboxRow.id == row.id) & free)
                .execute(self._database)
            )
            if claimed:
                return _notification(row)
        return None

    def next_due(self, now: datetime) -> datetime | None:
        """When the next waiting notification is due or its claim ends; None without any."""
        query = OutboxRow.select(OutboxRow.due_at, OutboxRow.claimed_until).where(
            OutboxRow.state == _WAITING
        )
        free = query.where(_unclaimed(now)).order_by(OutboxRow.due_at).limit(1)
        held = query.where(OutboxRow.claimed_until > now)
        held = held.order_by(OutboxRow.claimed_until).limit(1)
        moments = [row.due_at for row in free.execute(self._database)]
        moments += [row.claimed_until for row in held.execute(self._database)]
        return min(moments, default=None)

    def sent(self, notification: Notification, receipt: Receipt, now: datetime) -> None:
        """Note a delivery; keeps the card of a first or refresh."""
        self._finish(notification, DeliveryState.SENT, "", now)
        if notification.alert_id is None or not receipt.message_id:
            return
        if notification.purpose is Purpose.FIRST:
            self._keep_card(notification, receipt, now)
        elif notification.purpose is Purpose.REFRESH:
            CardRow.update(digest=receipt.digest, edited_at=now, edits=CardRow.edits + 1).where(
                _card_is(notification.alert_id, notification.target)
            ).execute(self._database)

    def postpone(self, notification: Notification, due_at: datetime, fault: str) -> None:
        """Give a claimed notification back; one that a newer wish replaced is skipped.

        One that was given up meanwhile stays so: a slot on a finished row would swallow every
        later wish for the same card.
        """
        slot = _slot(notification)
        taken = OutboxRow.select().where(OutboxRow.slot == slot)
        if slot is not None and list(taken.execute(self._database)):
            self._finish(notification, DeliveryState.SKIPPED, "superseded", due_at)
            return
        OutboxRow.update(
            due_at=due_at,
            slot=slot,
            claimed_until=notification.created_at,
            claimed_by="",
            attempts=notification.attempts + 1,
            plainness=notification.plainness,
            fault=fault,
        ).where((OutboxRow.id == notification.id) & (OutboxRow.state == _WAITING)).execute(
            self._database
        )

    def give_up(self, notification: Notification, fault: str, now: datetime) -> None:
        """Note that a notification will not be delivered, and why."""
        self._finish(notification, DeliveryState.GIVEN_UP, fault, now)

    def skip(self, notification: Notification, why: str, now: datetime) -> None:
        """Note that a notification is owed no more."""
        self._finish(notification, DeliveryState.SKIPPED, why, now)

    def drop_target(self, target: Target, fault: str, now: datetime) -> None:
        """Give up all that waits for a target."""
        OutboxRow.update(
            state=DeliveryState.GIVEN_UP.value, slot=None, fault=fault, finished_at=now
        ).where((OutboxRow.state == _WAITING) & _goes_to(target)).execute(self._database)

    def release(self, dead: Iterable[str]) -> None:
        """Free the claims of holders that are gone; their slots stay empty until postponed."""
        OutboxRow.update(
            claimed_until=OutboxRow.created_at,
            claimed_by="",
            attempts=OutboxRow.attempts + 1,
        ).where((OutboxRow.state == _WAITING) & OutboxRow.claimed_by.in_(list(dead))).execute(
            self._database
        )

    def holders(self) -> tuple[str, ...]:
        """Who holds claims now."""
        query = (
            OutboxRow.select(OutboxRow.claimed_by)
            .where((OutboxRow.state == _WAITING) & (OutboxRow.claimed_by != ""))
            .distinct()
        )
        return tuple(str(row.claimed_by) for row in query.execute(self._database))

    def card(self, alert_id: int, target: Target) -> SentCard | None:
        """The card of an alert in a target."""
        query = CardRow.select().where(_card_is(alert_id, target))
        return next((_card(row) for row in query.execute(self._database)), None)

    def cards(self, alert_id: int) -> tuple[SentCard, ...]:
        """All cards of an alert."""
        query = CardRow.select().where(CardRow.alert == alert_id).order_by(CardRow.sent_at)
        return tuple(_card(row) for row in query.execute(self._database))

    def behind(self, target: Target) -> tuple[SentCard, ...]:
        """Cards of a target whose alert is open, or changed after the card was drawn."""
        query = (
            CardRow.select()
            .join(AlertRow, on=(AlertRow.id == CardRow.alert))
            .where(
                (CardRow.kind == target.kind.value)
                & (CardRow.address == target.address)
                & (
                    (AlertRow.state != AlertState.RESOLVED.value)
                    | (AlertRow.changed_at > CardRow.edited_at)
                )
            )
        )
        return tuple(_card(row) for row in query.execute(self._database))

    def forget_card(self, alert_id: int, target: Target) -> None:
        """The message is gone."""
        CardRow.delete().where(_card_is(alert_id, target)).execute(self._database)

    def tally(self, since: datetime, now: datetime) -> OutboxTally:
        """Figures for the status."""
        lately = OutboxRow.finished_at >= since
        state = OutboxRow.state
        sent = OutboxRow.select().where((state == DeliveryState.SENT.value) & lately)
        given_up = OutboxRow.select().where((state == DeliveryState.GIVEN_UP.value) & lately)
        waiting = OutboxRow.select().where(state == _WAITING)
        due = waiting.where(OutboxRow.due_at <= now).order_by(OutboxRow.due_at).limit(1)
        faults = OutboxRow.select().where(OutboxRow.fault != "").order_by(OutboxRow.id.desc())
        retried = OutboxRow.select(fn.SUM(OutboxRow.attempts)).where(lately).tuples()
        timed = sent.where(OutboxRow.latency_us.is_null(False)).order_by(OutboxRow.id.desc())
        return OutboxTally(
            sent=self._count(sent),
            given_up=self._count(given_up),
            retried=int(next(iter(retried.execute(self._database)))[0] or 0),
            waiting=self._count(waiting),
            oldest_due_at=next((row.due_at for row in due.execute(self._database)), None),
            latencies_s=tuple(
                row.latency_us / 1e6 for row in timed.limit(1000).execute(self._database)
            ),
            last_fault=next(
                (str(row.fault) for row in faults.limit(1).execute(self._database)), ""
            ),
        )

    def prune(self, before: datetime) -> None:
        """Forget finished notifications."""
        OutboxRow.delete().where(
            (OutboxRow.state != _WAITING) & (OutboxRow.finished_at < before)
        ).execute(self._database)

    def _told(self, first: Notification) -> bool:
        """Whether the card of a first notification stands, or is on its way."""
        if first.alert_id is None or self.card(first.alert_id, first.target) is not None:
            return True
        query = OutboxRow.select().where(
            (OutboxRow.state == _WAITING)
            & (OutboxRow.purpose == Purpose.FIRST.value)
            & (OutboxRow.alert == first.alert_id)
            & _goes_to(first.target)
        )
        return bool(list(query.limit(1).execute(self._database)))

    def _claimed(self, now: datetime) -> ModelSelect[OutboxRow]:
        return OutboxRow.select(OutboxRow.kind, OutboxRow.address).where(
            (OutboxRow.state == _WAITING) & (OutboxRow.claimed_until > now)
        )

    def _count(self, query: ModelSelect[OutboxRow]) -> int:
        counted = query.select(fn.COUNT(OutboxRow.id)).tuples()
        return int(next(iter(counted.execute(self._database)))[0])

    def _finish(
        self, notification: Notification, state: DeliveryState, fault: str, now: datetime
    ) -> None:
        columns: dict[str, object] = {"state": state.value, "slot": None, "finished_at": now}
        if fault:
            columns["fault"] = fault if state is DeliveryState.GIVEN_UP else ""
        if state is DeliveryState.SENT and notification.purpose is Purpose.FIRST:
            alert = AlertRow.select(AlertRow.first_at).where(AlertRow.id == notification.alert_id)
            for row in alert.execute(self._database):
                columns["latency_us"] = (now - row.first_at) // timedelta(microseconds=1)
        OutboxRow.update(**columns).where(OutboxRow.id == notification.id).execute(self._database)

    def _keep_card(self, notification: Notification, receipt: Receipt, now: datetime) -> None:
        CardRow.insert(
            alert=notification.alert_id,
            kind=notification.target.kind.value,
            address=notification.target.address,
            language=notification.language.value,
            message=receipt.message_id,
            digest=receipt.digest,
            edits=0,
            sent_at=now,
            edited_at=now,
        ).on_conflict(
            conflict_target=[CardRow.alert, CardRow.kind, CardRow.address],
            preserve=[
                CardRow.language,
                CardRow.message,
                CardRow.digest,
                CardRow.edits,
                CardRow.sent_at,
                CardRow.edited_at,
            ],
        ).execute(self._database)


def _slot(notification: Notification) -> str | None:
    if notification.alert_id is None:
        return None
    target = notification.target
    name = notification.purpose.value
    return f"{name}:{notification.alert_id}:{target.kind.value}:{target.address}"


def _us(moment: datetime) -> int | None:
    return TimeField().db_value(moment)


def _unclaimed(now: datetime) -> Expression:
    """Wrapped, so that no index on it is chosen: it holds for nearly every waiting row."""
    return fn.COALESCE(OutboxRow.claimed_until, 0) <= _us(now)


def _goes_to(target: Target) -> Expression:
    return (OutboxRow.kind == target.kind.value) & (OutboxRow.address == target.address)


def _card_is(alert_id: int, target: Target) -> Expression:
    return (
        (CardRow.alert == alert_id)
        & (CardRow.kind == target.kind.value)
        & (CardRow.address == target.address)
    )


def _notification(row: OutboxRow) -> Notification:
    return Notification(
        id=row.id,
        target=Target(kind=TargetKind(row.kind), address=row.address),
        purpose=Purpose(row.purpose),
        alert_id=row.alert,
        language=Language(row.language),
        content=row.content,
        due_at=row.due_at,
        created_at=row.created_at,
        attempts=row.attempts,
        plainness=row.plainness,
    )


def _card(row: CardRow) -> SentCard:
    return SentCard(
        alert_id=row.alert,
        target=Target(kind=TargetKind(row.kind), address=row.address),
        language=Language(row.language),
        message_id=row.message,
        digest=row.digest,
        edits=row.edits,
        sent_at=row.sent_at,
        edited_at=row.edited_at,
    )
