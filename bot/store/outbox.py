"""Notifications owed and the cards that stand, in the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from peewee import Expression, chunked, fn

from bot.core.alert import AlertState
from bot.core.attempt import Dropped, Owed
from bot.core.backoff import AGAIN_AFTER, AGAIN_AFTER_LAST
from bot.core.grouping import GroupKind
from bot.core.lookup import number_about
from bot.core.notification import (
    RENEW_AFTER,
    DeliveryState,
    Notification,
    Purpose,
    Receipt,
    SentCard,
)
from bot.core.ports import NOTHING_HELD, Held, OutboxTally, OwnMessage
from bot.core.subscription import Language, Target, TargetKind
from bot.core.urgency import urgency_of
from bot.store.lookups import note_card
from bot.store.models import (
    AlertRow,
    CardRow,
    GroupRow,
    MemberRow,
    MessageRow,
    OutboxRow,
    TimeField,
)
from bot.store.queues import Queues, goes_to
from bot.store.written import Slot, Written, slots
from watchers.finding import Severity
from watchers.spans import CURRENT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from peewee import ModelSelect

    from bot.store.database import Database

_WAITING = DeliveryState.WAITING.value
_CANDIDATES = 8
_ROWS_AT_ONCE = 500
_DRAWN_BEFORE_US = 60_000_000
"""Longer than a call may take."""
_CARD = Written(
    CardRow.select().where(
        (CardRow.alert == Slot("alert"))
        & (CardRow.kind == Slot("kind"))
        & (CardRow.address == Slot("address"))
    ),
    CardRow,
)
_CARDS = Written(
    CardRow.select().where(CardRow.alert == Slot("alert")).order_by(CardRow.sent_at), CardRow
)
_GROUP = Written(
    MemberRow.select(MemberRow.group_id)
    .join(GroupRow, on=(GroupRow.id == MemberRow.group_id))
    .where(
        (MemberRow.alert == Slot("alert"))
        & (MemberRow.kind == Slot("kind"))
        & (MemberRow.address == Slot("address"))
        & (GroupRow.grouping != GroupKind.ALONE.value)
    )
)
_SEVERITY = Written(AlertRow.select(AlertRow.severity).where(AlertRow.id == Slot("id")))
_OWED = OutboxRow.insert(
    slots(
        OutboxRow,
        OutboxRow.id,
        OutboxRow.finished_at,
        OutboxRow.attempts,
        OutboxRow.plainness,
        OutboxRow.claimed_by,
        OutboxRow.fault,
        OutboxRow.code,
        OutboxRow.latency_us,
        OutboxRow.reason,
    )
)
_OWE = Written(_OWED)
_FOLD = Written(
    _OWED.on_conflict(
        conflict_target=[OutboxRow.slot],
        update={
            OutboxRow.due_at: Slot("due_at", OutboxRow.due_at.db_value),
            OutboxRow.traceparent: Slot("traceparent", OutboxRow.traceparent.db_value),
        },
        where=OutboxRow.due_at > Slot("due_at"),
    )
)
_OF_MANY = [Purpose.AFTER_HOURS.value, Purpose.DIGEST.value]
"""Messages about several alerts, whose numbers stand in their content."""
_LOOKED_THROUGH = 200
_OF_THE_CARD = frozenset(
    {
        Purpose.FIRST,
        Purpose.REFRESH,
        Purpose.JOINED,
        Purpose.REPEATED,
        Purpose.CONTINUED,
        Purpose.FROZEN,
    }
)
"""About the card itself, whichever of its alerts they name: of alerts that share one they fold."""


class Outbox(Queues):
    """`core.ports.Outbox` over the database."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)

    def owe(self, notification: Notification) -> None:
        """Store an owed notification, folded into a waiting one of the same card."""
        group = self._group_about(notification)
        if notification.purpose is Purpose.FIRST:
            self._stay(notification)
            if self._told(notification, group):
                return
        slot = _slot(notification, group)
        columns: dict[str, object] = {
            "kind": notification.target.kind.value,
            "address": notification.target.address,
            "purpose": notification.purpose.value,
            "urgency": urgency_of(notification.purpose, self._severity(notification)).value,
            "alert": notification.alert_id,
            "language": notification.language.value,
            "content": notification.content,
            "state": _WAITING,
            "slot": slot,
            "due_at": notification.due_at,
            "created_at": notification.created_at,
            "claimed_until": notification.created_at,
            "again": notification.again,
            "about": notification.about,
            "traceparent": CURRENT.get(),
        }
        (_OWE if slot is None else _FOLD).run(self._database, **columns)

    def owed_since(self, about: str, since: datetime) -> bool:
        """Whether something about this came to be owed after that moment."""
        query = OutboxRow.select(OutboxRow.id).where(
            (OutboxRow.about == about) & (OutboxRow.created_at > since)
        )
        return bool(list(query.limit(1).execute(self._database)))

    def claim(
        self,
        now: datetime,
        until: datetime,
        holder: str,
        passing_over: Iterable[Target],
        held: Held = NOTHING_HELD,
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
        if held.kinds:
            wanted &= OutboxRow.kind.not_in([kind.value for kind in held.kinds])
        if held.beyond is not None:
            wanted &= OutboxRow.urgency <= held.beyond.value
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
                found = _notification(row)
                return replace(found, group_id=self._group(row.alert, found.target))
        return None

    def first_try(self, owed: Notification) -> tuple[int, datetime]:
        """Number and making of the first notification that owed this same message."""
        if owed.purpose is not Purpose.FIRST or owed.alert_id is None:
            return owed.id, owed.created_at
        same = (
            (OutboxRow.alert == owed.alert_id)
            & (OutboxRow.purpose == Purpose.FIRST.value)
            & goes_to(owed.target)
        )
        sent = OutboxRow.select(fn.COALESCE(fn.MAX(OutboxRow.id), 0)).where(
            same & (OutboxRow.state == DeliveryState.SENT.value)
        )
        tries = OutboxRow.select().where(same & (OutboxRow.id > sent)).order_by(OutboxRow.id)
        (row,) = tries.limit(1).execute(self._database)
        return row.id, row.created_at

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
        for message_id, address in receipt.beside:
            self._keep_message(notification, message_id, address, now)
        if not receipt.message_id:
            return
        self._keep_message(notification, receipt.message_id, notification.target.address, now)
        if note_card(self._database, notification, receipt.message_id):
            late = replace(
                notification,
                purpose=Purpose.LOOKED_UP,
                content={"lookup": number_about(notification.about)},
                due_at=now,
                created_at=now,
            )
            self.owe(late)
        if notification.alert_id is None:
            return
        if notification.purpose in (Purpose.FIRST, Purpose.CONTINUED):
            self._keep_card(notification, receipt, now)
        elif notification.purpose is Purpose.REFRESH:
            CardRow.update(
                digest=receipt.digest,
                edited_at=now,
                edits=CardRow.edits + 1,
                **_refusal(notification, receipt, now),
            ).where(self._same_card(notification.alert_id, notification.target)).execute(
                self._database
            )

    def postpone(self, notification: Notification, due_at: datetime, fault: str) -> None:
        """Give a claimed notification back; one that a newer wish replaced is skipped.

        One that was given up meanwhile stays so: a slot on a finished row would swallow every
        later wish for the same card.
        """
        slot = _slot(notification, self._group_about(notification))
        taken = OutboxRow.select().where(OutboxRow.slot == slot)
        if slot is not None and list(taken.execute(self._database)):
            self._finish(notification, DeliveryState.SKIPPED, Dropped.SUPERSEDED, due_at)
            return
        OutboxRow.update(
            due_at=due_at,
            slot=slot,
            claimed_until=notification.created_at,
            claimed_by="",
            attempts=notification.attempts + 1,
            plainness=notification.plainness,
            fault=fault,
            code=notification.code,
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
        ).where((OutboxRow.state == _WAITING) & goes_to(target)).execute(self._database)

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
        place = {"alert": alert_id, "kind": target.kind.value, "address": target.address}
        return next((_card(row) for row in _CARD.rows(self._database, **place)), None)

    def cards(self, alert_id: int) -> tuple[SentCard, ...]:
        """All cards of an alert."""
        return tuple(_card(row) for row in _CARDS.rows(self._database, alert=alert_id))

    def cards_of(self, alert_ids: Collection[int]) -> tuple[SentCard, ...]:
        """All cards of some alerts."""
        query = CardRow.select().where(CardRow.alert.in_(list(alert_ids)))
        return tuple(_card(row) for row in query.execute(self._database))

    def owe_refreshes(
        self,
        alert_ids: Collection[int],
        passing_over: Collection[Target],
        due_at: datetime,
        now: datetime,
    ) -> None:
        """Owe every card of some alerts drawn anew, but in these targets; as `owe` would."""
        groups = self._groups(alert_ids)
        # Cards that several alerts share are owed once.
        owed: dict[str, dict[str, object]] = {}
        for card in self.cards_of(alert_ids):
            if card.target in passing_over:
                continue
            slot = _slot_of(
                Purpose.REFRESH,
                card.alert_id,
                card.target,
                groups.get((card.alert_id, card.target)),
            )
            owed[slot] = {
                "kind": card.target.kind.value,
                "address": card.target.address,
                "purpose": Purpose.REFRESH.value,
                "urgency": urgency_of(Purpose.REFRESH, None),
                "alert": card.alert_id,
                "language": card.language.value,
                "content": {},
                "state": _WAITING,
                "slot": slot,
                "due_at": due_at,
                "created_at": now,
                "claimed_until": now,
            }
        for some in chunked(owed.values(), _ROWS_AT_ONCE):
            OutboxRow.insert_many(some).on_conflict(
                conflict_target=[OutboxRow.slot],
                update={OutboxRow.due_at: due_at},
                where=OutboxRow.due_at > due_at,
            ).execute(self._database)

    def behind(self, target: Target) -> tuple[SentCard, ...]:
        """Cards of a target whose alert is open, or changed since the card was drawn.

        A card is drawn before it is sent, and what was owed meanwhile may have been dropped: a
        change shortly before the sending counts too.
        """
        drawn = fn.COALESCE(CardRow.edited_at, 0) - _DRAWN_BEFORE_US
        query = (
            CardRow.select()
            .join(AlertRow, on=(AlertRow.id == CardRow.alert))
            .where(
                (CardRow.kind == target.kind.value)
                & (CardRow.address == target.address)
                & ((AlertRow.state != AlertState.RESOLVED.value) | (AlertRow.changed_at > drawn))
            )
        )
        return tuple(_card(row) for row in query.execute(self._database))

    def standing(self, target: Target) -> tuple[SentCard, ...]:
        """Cards of a target whose alert is open."""
        query = (
            CardRow.select()
            .join(AlertRow, on=(AlertRow.id == CardRow.alert))
            .where(
                (CardRow.kind == target.kind.value)
                & (CardRow.address == target.address)
                & (AlertRow.state != AlertState.RESOLVED.value)
            )
        )
        return tuple(_card(row) for row in query.execute(self._database))

    def drop_first(self, alert_id: int, target: Target, why: str, now: datetime) -> None:
        """A first card that waits is owed no more, unless it tells of others too.

        One that was tried may stand there, its answer lost: it is sent to become known, and
        `leaving` says so then.
        """
        if self._group(alert_id, target) is not None:
            return
        first = (OutboxRow.alert == alert_id) & _first_waits(target)
        untried = (OutboxRow.claimed_by == "") & (OutboxRow.attempts == 0)
        OutboxRow.update(
            state=DeliveryState.SKIPPED.value, slot=None, reason=why, finished_at=now
        ).where(first & untried).execute(self._database)
        OutboxRow.update(reason=why).where(first).execute(self._database)

    def leaving(self, notification: Notification) -> bool:
        """Whether its target took leave of the alert while it was on its way."""
        query = OutboxRow.select(OutboxRow.id).where(
            (OutboxRow.id == notification.id) & (OutboxRow.reason != "")
        )
        return bool(list(query.execute(self._database)))

    def own_message(self, message_id: str) -> OwnMessage | None:
        """What a message was, None when Larkwatch did not send it."""
        query = MessageRow.select().where(MessageRow.message == message_id)
        for row in query.execute(self._database):
            return OwnMessage(message_id=row.message, address=row.address, alert_id=row.alert)
        return None

    def sending_to(self, target: Target) -> bool:
        """Whether a message may stand in a target that is not noted as sent yet."""
        tried = (OutboxRow.claimed_by != "") | (OutboxRow.attempts > 0)
        query = OutboxRow.select(OutboxRow.id).where(
            (OutboxRow.state == _WAITING) & goes_to(target) & tried
        )
        return bool(list(query.limit(1).execute(self._database)))

    def renewals(self, now: datetime, limit: int) -> tuple[SentCard, ...]:
        """Cards that will soon be too old to edit, oldest first."""
        query = CardRow.select().where(CardRow.renew_at <= now).order_by(CardRow.renew_at)
        return tuple(_card(row) for row in query.limit(limit).execute(self._database))

    def renewed(self, alert_id: int, target: Target) -> None:
        """The card's renewal is owed, or not needed."""
        CardRow.update(renew_at=None).where(self._same_card(alert_id, target)).execute(
            self._database
        )

    def forget_card(self, alert_id: int, target: Target) -> None:
        """The message is gone, for every alert that it told of."""
        gone = self._same_card(alert_id, target)
        CardRow.delete().where(gone).execute(self._database)

    def became(self, alert_id: int, limit: int, now: datetime) -> tuple[Owed, ...]:
        """What became of the newest few notifications of an alert, oldest first."""
        query = OutboxRow.select().where(OutboxRow.alert == alert_id)
        rows = list(query.order_by(OutboxRow.id.desc()).limit(limit).execute(self._database))
        many = OutboxRow.select().where(OutboxRow.alert.is_null() & OutboxRow.purpose.in_(_OF_MANY))
        newest = many.order_by(OutboxRow.id.desc()).limit(_LOOKED_THROUGH)
        rows += [
            row
            for row in newest.execute(self._database)
            if alert_id in row.content.get("alerts", ())
        ]
        return tuple(_owed(row, now) for row in sorted(rows, key=lambda row: row.id))

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

    def prune(self, before: datetime) -> int:
        """Forget some finished notifications, and messages whose cards stand no more."""
        over = (OutboxRow.finished_at < before) & (OutboxRow.state != _WAITING)
        gone = self._database.forget(OutboxRow, over, OutboxRow.finished_at)
        lost = (MessageRow.sent_at < before) & MessageRow.message.not_in(
            CardRow.select(CardRow.message)
        )
        return gone + self._database.forget(MessageRow, lost, MessageRow.sent_at)

    def _told(self, first: Notification, group: int | None) -> bool:
        """Whether the card of a first notification stands, or is on its way."""
        if first.alert_id is None or self.card(first.alert_id, first.target) is not None:
            return True
        waits = OutboxRow.state == _WAITING
        rests = (
            (OutboxRow.state == DeliveryState.GIVEN_UP.value)
            & (OutboxRow.again >= len(AGAIN_AFTER))
            & (OutboxRow.finished_at > first.created_at - AGAIN_AFTER_LAST)
        )
        sharing = [first.alert_id] if group is None else self._sharing(group)
        query = OutboxRow.select(OutboxRow.id).where(
            OutboxRow.alert.in_(sharing)
            & (OutboxRow.purpose == Purpose.FIRST.value)
            & goes_to(first.target)
            & (waits | rests)
        )
        return bool(list(query.limit(1).execute(self._database)))

    def _group(self, alert_id: int | None, target: Target) -> int | None:
        """The group whose card tells of an alert, None when the alert's card is its own."""
        if alert_id is None:
            return None
        place = {"alert": alert_id, "kind": target.kind.value, "address": target.address}
        return next((group for (group,) in _GROUP.run(self._database, **place)), None)

    def _groups(self, alert_ids: Collection[int]) -> Mapping[tuple[int, Target], int]:
        """The groups whose cards tell of some alerts, by alert and target."""
        query = (
            MemberRow.select(MemberRow.alert, MemberRow.kind, MemberRow.address, MemberRow.group_id)
            .join(GroupRow, on=(GroupRow.id == MemberRow.group_id))
            .where(
                MemberRow.alert.in_(list(alert_ids)) & (GroupRow.grouping != GroupKind.ALONE.value)
            )
        )
        return {
            (alert, Target(kind=TargetKind(kind), address=address)): group
            for alert, kind, address, group in self._database.rows(query)
        }

    def _sharing(self, group: int) -> ModelSelect[MemberRow]:
        return MemberRow.select(MemberRow.alert).where(MemberRow.group_id == group)

    def _same_card(self, alert_id: int, target: Target) -> Expression:
        """The rows of every alert that an alert's card tells of."""
        card = self.card(alert_id, target)
        if card is None:
            return _card_is(alert_id, target)
        return (
            (CardRow.message == card.message_id)
            & (CardRow.kind == target.kind.value)
            & (CardRow.address == target.address)
        )

    def _group_about(self, notification: Notification) -> int | None:
        """The group whose card a notification is about."""
        if notification.purpose not in _OF_THE_CARD:
            return None
        return self._group(notification.alert_id, notification.target)

    def _severity(self, notification: Notification) -> Severity | None:
        """Of its alert, where that decides how urgent it is."""
        if notification.alert_id is None or notification.purpose is Purpose.REFRESH:
            return None
        rows = list(_SEVERITY.run(self._database, id=notification.alert_id))
        return Severity(rows[0][0]) if rows else None

    def _claimed(self, now: datetime) -> ModelSelect[OutboxRow]:
        return OutboxRow.select(OutboxRow.kind, OutboxRow.address).where(
            (OutboxRow.state == _WAITING) & (OutboxRow.claimed_until > now)
        )

    def _count(self, query: ModelSelect[OutboxRow]) -> int:
        counted = query.select(fn.COUNT(OutboxRow.id)).tuples()
        return int(next(iter(counted.execute(self._database)))[0])

    def _stay(self, notification: Notification) -> None:
        """The target follows the alert again whose first card it left while that was tried."""
        OutboxRow.update(reason="").where(
            (OutboxRow.alert == notification.alert_id)
            & _first_waits(notification.target)
            & (OutboxRow.reason != "")
        ).execute(self._database)

    def _finish(
        self, notification: Notification, state: DeliveryState, fault: str, now: datetime
    ) -> None:
        columns: dict[str, object] = {"state": state.value, "slot": None, "finished_at": now}
        if fault:
            columns["fault"] = fault if state is DeliveryState.GIVEN_UP else ""
        if state is DeliveryState.SKIPPED:
            columns["reason"] = fault
        if state is DeliveryState.GIVEN_UP:
            columns["code"] = notification.code
        if state is DeliveryState.SENT and notification.purpose is Purpose.FIRST:
            alert = AlertRow.select(AlertRow.first_at).where(AlertRow.id == notification.alert_id)
            for row in alert.execute(self._database):
                columns["latency_us"] = (now - row.first_at) // timedelta(microseconds=1)
        OutboxRow.update(**columns).where(OutboxRow.id == notification.id).execute(self._database)

    def _keep_message(
        self, notification: Notification, message_id: str, address: str, now: datetime
    ) -> None:
        MessageRow.insert(
            message=message_id,
            address=address,
            alert=notification.alert_id,
            sent_at=now,
        ).on_conflict_ignore().execute(self._database)

    def _keep_card(self, notification: Notification, receipt: Receipt, now: datetime) -> None:
        group = self._group(notification.alert_id, notification.target)
        if group is None:
            self._keep_card_of(notification.alert_id, notification, receipt, now)
            return
        for (alert,) in list(self._database.rows(self._sharing(group))):
            self._keep_card_of(alert, notification, receipt, now)

    def _keep_card_of(
        self, alert: int | None, notification: Notification, receipt: Receipt, now: datetime
    ) -> None:
        CardRow.insert(
            alert=alert,
            kind=notification.target.kind.value,
            address=notification.target.address,
            language=notification.language.value,
            message=receipt.message_id,
            digest=receipt.digest,
            edits=0,
            sent_at=now,
            edited_at=now,
            plainness=receipt.plainness,
            refused=notification.code if receipt.plainness else 0,
            refused_at=now if receipt.plainness else None,
            follows=receipt.follows,
            renew_at=now + RENEW_AFTER,
        ).on_conflict(
            conflict_target=[CardRow.alert, CardRow.kind, CardRow.address],
            preserve=[
                CardRow.language,
                CardRow.message,
                CardRow.digest,
                CardRow.edits,
                CardRow.sent_at,
                CardRow.edited_at,
                CardRow.plainness,
                CardRow.refused,
                CardRow.refused_at,
                CardRow.follows,
                CardRow.renew_at,
            ],
        ).execute(self._database)


def _refusal(notification: Notification, receipt: Receipt, now: datetime) -> dict[str, object]:
    """What an edit changes of a card that shows less, or could show more again."""
    if not receipt.plainness:
        return {"plainness": 0, "refused": 0, "refused_at": None}
    if not notification.plainness:  # began where the card stood: nothing new was refused
        return {"plainness": receipt.plainness}
    return {
        "plainness": receipt.plainness,
        "refused": notification.code,
        "refused_at": now,
    }


def _slot_of(purpose: Purpose, alert_id: int, target: Target, group: int | None) -> str:
    about = alert_id if group is None else f"g{group}"
    return f"{purpose.value}:{about}:{target.kind.value}:{target.address}"


def _slot(notification: Notification, group: int | None) -> str | None:
    if notification.alert_id is None:
        return None
    target, name = notification.target, notification.purpose.value
    about = notification.alert_id if group is None else f"g{group}"
    return f"{name}:{about}:{target.kind.value}:{target.address}"


def _us(moment: datetime) -> int | None:
    return TimeField().db_value(moment)


def _unclaimed(now: datetime) -> Expression:
    """Wrapped, so that no index on it is chosen: it holds for nearly every waiting row."""
    return fn.COALESCE(OutboxRow.claimed_until, 0) <= _us(now)


def _first_waits(target: Target) -> Expression:
    return (
        (OutboxRow.state == _WAITING) & (OutboxRow.purpose == Purpose.FIRST.value) & goes_to(target)
    )


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
        code=row.code,
        again=row.again,
        about=row.about,
        traceparent=row.traceparent,
    )


def _owed(row: OutboxRow, now: datetime) -> Owed:
    return Owed(
        id=row.id,
        target=Target(kind=TargetKind(row.kind), address=row.address),
        purpose=Purpose(row.purpose),
        state=DeliveryState(row.state),
        created_at=row.created_at,
        due_at=row.due_at,
        finished_at=row.finished_at,
        attempts=row.attempts,
        plainness=row.plainness,
        code=row.code,
        reason=row.reason or row.fault,
        claimed=row.state == _WAITING and row.claimed_until > now,
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
        plainness=row.plainness,
        refused=row.refused,
        refused_at=row.refused_at,
        follows=row.follows,
    )
