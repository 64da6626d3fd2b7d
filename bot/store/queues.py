"""The outbox seen by target: what waits where, and what is folded into a digest."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from peewee import Expression, ModelSelect, fn

from bot.core.alert import AlertState
from bot.core.attempt import Dropped
from bot.core.grouping import GroupKind
from bot.core.notification import DeliveryState, Purpose
from bot.core.ports import Queue
from bot.core.subscription import Language, Target, TargetKind
from bot.core.urgency import urgency_of
from bot.store.database import Database
from bot.store.models import AlertRow, CardRow, GroupRow, MemberRow, OutboxRow

MOST_NAMED = 200
"""Alerts that one digest names; of the others it knows how many."""
_WAITING = OutboxRow.state == DeliveryState.WAITING.value
_RINGS = [Purpose.FIRST.value, *(one.value for one in Purpose if one.notice)]


class Queues:
    """The part of `core.ports.Outbox` that looks at whole targets."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waits_since(self, target: Target) -> datetime | None:
        """When the oldest of what waits for a target came to be owed; None without any."""
        query = OutboxRow.select(fn.MIN(OutboxRow.created_at).alias("oldest")).where(
            _WAITING & goes_to(target)
        )
        return next((row.oldest for row in query.execute(self._database)), None)

    def fold(self, target: Target, language: Language, now: datetime) -> None:
        """Owe one digest for all that waits to tell of resolved alerts there."""
        over = AlertRow.select(AlertRow.id).where(AlertRow.state == AlertState.RESOLVED.value)
        stale = (
            _WAITING
            & goes_to(target)
            & OutboxRow.purpose.in_(_RINGS)
            & OutboxRow.alert.in_(over)
            & OutboxRow.alert.not_in(_sharing_a_card(target))
        )
        found = list(
            OutboxRow.select(OutboxRow.alert, OutboxRow.created_at)
            .where(stale)
            .order_by(OutboxRow.created_at, OutboxRow.id)
            .execute(self._database)
        )
        if not found:
            return
        OutboxRow.update(
            state=DeliveryState.SKIPPED.value,
            slot=None,
            finished_at=now,
            fault="",
            reason=Dropped.IN_A_DIGEST.value,
        ).where(stale).execute(self._database)
        content = {
            "alerts": [row.alert for row in found],
            "more": 0,
            "since": found[0].created_at.isoformat(),
        }
        self._owe_digest(target, language, content, found[0].created_at, now)

    def _owe_digest(
        self,
        target: Target,
        language: Language,
        content: dict[str, object],
        since: datetime,
        now: datetime,
    ) -> None:
        slot = f"{Purpose.DIGEST.value}:{target.kind.value}:{target.address}"
        standing = OutboxRow.select().where(OutboxRow.slot == slot)
        for row in standing.execute(self._database):
            merged = _merged(row.content, content)
            OutboxRow.update(content=merged).where(OutboxRow.id == row.id).execute(self._database)
            return
        OutboxRow.insert(
            kind=target.kind.value,
            address=target.address,
            purpose=Purpose.DIGEST.value,
            urgency=urgency_of(Purpose.DIGEST, None).value,
            language=language.value,
            content=_merged({"alerts": [], "more": 0, "since": since.isoformat()}, content),
            state=DeliveryState.WAITING.value,
            slot=slot,
            due_at=now,
            # As old as what it tells of, so that the outage does not look younger than it is.
            created_at=since,
            claimed_until=since,
        ).execute(self._database)

    def queues(self) -> tuple[Queue, ...]:
        """What waits, by target."""
        query = (
            OutboxRow.select(
                OutboxRow.kind,
                OutboxRow.address,
                fn.COUNT(OutboxRow.id).alias("waiting"),
                fn.MIN(OutboxRow.due_at).alias("oldest"),
            )
            .where(_WAITING)
            .group_by(OutboxRow.kind, OutboxRow.address)
            .order_by(OutboxRow.kind, OutboxRow.address)
        )
        return tuple(
            Queue(
                target=Target(kind=TargetKind(row.kind), address=row.address),
                waiting=int(row.waiting),
                oldest_due_at=row.oldest,
            )
            for row in query.execute(self._database)
        )

    def lessened(self) -> Mapping[Target, int]:
        """How many cards of open alerts show less than all, by target; without those of none."""
        query = (
            CardRow.select(CardRow.kind, CardRow.address)
            .join(AlertRow, on=(AlertRow.id == CardRow.alert))
            .where((CardRow.plainness > 0) & (AlertRow.state != AlertState.RESOLVED.value))
        )
        return Counter(
            Target(kind=TargetKind(row.kind), address=row.address)
            for row in query.execute(self._database)
        )


def goes_to(target: Target) -> Expression:
    """Rows of the outbox for this target."""
    return (OutboxRow.kind == target.kind.value) & (OutboxRow.address == target.address)


def _sharing_a_card(target: Target) -> "ModelSelect[MemberRow]":
    """Alerts whose card tells of others too: it goes out, however long they are over."""
    return (
        MemberRow.select(MemberRow.alert)
        .join(GroupRow, on=(GroupRow.id == MemberRow.group_id))
        .where(
            (MemberRow.kind == target.kind.value)
            & (MemberRow.address == target.address)
            & (GroupRow.grouping != GroupKind.ALONE.value)
        )
    )


def _merged(standing: dict[str, Any], newer: dict[str, Any]) -> dict[str, object]:
    """A digest that tells of both; it names the first and counts the others."""
    alerts = list(dict.fromkeys((*standing["alerts"], *newer["alerts"])))
    return {
        "alerts": alerts[:MOST_NAMED],
        "more": standing["more"] + newer["more"] + max(0, len(alerts) - MOST_NAMED),
        "since": standing["since"],
    }
