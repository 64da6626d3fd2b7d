"""Alerts that share a card, and what was decided about telling them, in the database."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from peewee import SQL, Expression, fn

from bot.core.alert import AlertState
from bot.core.grouping import Decision, Group, GroupKind, Member, Reason, Silence
from bot.core.noise_ports import Decided, GroupFacts, GroupMember
from bot.core.subscription import Language, Target, TargetKind
from bot.store.alerts import Alerts
from bot.store.database import Database
from bot.store.models import AlertRow, CardRow, DecisionRow, GroupRow, MemberRow
from bot.store.written import Slot, Written, slots
from watchers.finding import Severity

MEMBERS_AT_ONCE = 300
NOTED_AT_ONCE = 50
"""Of the alerts that one decision is about; the others share its reason."""
DECISIONS_KEPT = 30
"""Per alert: a flapping one must not fill the database with what was decided about it."""
_RESOLVED = AlertState.RESOLVED.value
_TOP = 5
_ONE = Written(GroupRow.select().where(GroupRow.id == Slot("id")), GroupRow)
_OF = Written(
    GroupRow.select()
    .join(MemberRow, on=(MemberRow.group_id == GroupRow.id))
    .where(
        (MemberRow.alert == Slot("alert"))
        & (MemberRow.kind == Slot("kind"))
        & (MemberRow.address == Slot("address"))
    ),
    GroupRow,
)
_GOING = Written(
    GroupRow.select()
    .where(
        (GroupRow.kind == Slot("kind"))
        & (GroupRow.address == Slot("address"))
        & (GroupRow.grouping == Slot("grouping"))
        & (GroupRow.key == Slot("key"))
        & GroupRow.ended_at.is_null()
    )
    .order_by(GroupRow.id.desc())
    .limit(1),
    GroupRow,
)
_BEGUN = Written(
    GroupRow.select(fn.COUNT(GroupRow.id)).where(
        (GroupRow.kind == Slot("kind"))
        & (GroupRow.address == Slot("address"))
        & (GroupRow.created_at > Slot("since"))
        & (GroupRow.grouping != GroupKind.STORM.value)
    )
)
_STANDING = Written(
    CardRow.select()
    .join(
        MemberRow,
        on=(
            (MemberRow.alert == CardRow.alert)
            & (MemberRow.kind == CardRow.kind)
            & (MemberRow.address == CardRow.address)
        ),
    )
    .where(MemberRow.group_id == Slot("group_id"))
    .limit(1),
    CardRow,
)
_ANY_OPEN = Written(
    MemberRow.select(SQL("1"))
    .join(AlertRow, on=(AlertRow.id == MemberRow.alert))
    .where((MemberRow.group_id == Slot("group_id")) & (AlertRow.state != _RESOLVED))
    .limit(1)
)
_ADD_CARD = Written(CardRow.insert(slots(CardRow)))
_ADD_MEMBER = Written(MemberRow.insert(slots(MemberRow)))
_LOOK_AT = {GroupRow.look_at: Slot("look_at", GroupRow.look_at.db_value)}
_LOOK = Written(GroupRow.update(_LOOK_AT).where(GroupRow.id == Slot("id")))
_LOOK_AT_THOSE_OF = Written(
    GroupRow.update(_LOOK_AT).where(
        GroupRow.id.in_(
            MemberRow.select(MemberRow.group_id).where(MemberRow.alert == Slot("alert"))
        )
    )
)
_HOLD = Written(
    GroupRow.update({GroupRow.held: GroupRow.held + 1} | _LOOK_AT).where(GroupRow.id == Slot("id"))
)


class Groups:
    """`core.noise_ports.GroupStore` over the database."""

    def __init__(self, database: Database, alerts: Alerts) -> None:
        self._database = database
        self._alerts = alerts

    def get(self, group_id: int) -> Group | None:
        """One group."""
        return next((_group(row) for row in _ONE.rows(self._database, id=group_id)), None)

    def of(self, alert_id: int, target: Target) -> Group | None:
        """The group that an alert is in."""
        place = {"alert": alert_id, "kind": target.kind.value, "address": target.address}
        return next((_group(row) for row in _OF.rows(self._database, **place)), None)

    def going(self, kind: GroupKind, key: Mapping[str, str], target: Target) -> Group | None:
        """The newest group of this kind and key that is not over."""
        rows = _GOING.rows(
            self._database,
            kind=target.kind.value,
            address=target.address,
            grouping=kind.value,
            key=_key(key),
        )
        found = next((_group(row) for row in rows), None)
        if found is None or kind is GroupKind.STORM or found.rung_at is None:
            return found
        return found if self._any_open(found.id) else None

    def begin(self, group: Group, alert_id: int, decision: Decision, now: datetime) -> Group:
        """Store a new group with its first alert and what was decided; returns it with its id."""
        rings = decision.reason is not Reason.NOTHING
        place = {"kind": group.target.kind.value, "address": group.target.address}
        number = GroupRow.insert(
            **place,
            grouping=group.kind.value,
            language=group.language.value,
            key=_key(group.key),
            created_at=group.created_at,
            due_at=group.due_at,
            reason=decision.reason.value if rings else None,
            rung_at=now if rings else None,
            look_at=decision.look_at,
            held=group.held,
        ).execute(self._database)
        MemberRow.insert(
            **place,
            alert=alert_id,
            group_id=number,
            joined_at=now,
            told_at=now if rings else None,
        ).execute(self._database)
        said = {"reason": decision.reason.value, "why": decision.why.value, "at": now}
        DecisionRow.insert(alert=alert_id, group_id=number, **said).execute(self._database)
        reason = decision.reason if rings else None
        return replace(group, id=int(number), reason=reason, rung_at=now if rings else None)

    def join(self, group: Group, alert_id: int, now: datetime) -> bool:
        """Put an alert into a group; whether the group's card stands, which is its card now."""
        rows = list(_STANDING.rows(self._database, group_id=group.id))
        for row in rows:
            _ADD_CARD.run(self._database, **{**vars(row), "alert": alert_id})
        told = group.kind is GroupKind.UPSTREAM or (group.rung_at is not None and not rows)
        _ADD_MEMBER.run(
            self._database,
            alert=alert_id,
            kind=group.target.kind.value,
            address=group.target.address,
            group_id=group.id,
            joined_at=now,
            told_at=now if told else None,
        )
        return bool(rows)

    def leave(self, alert_id: int, target: Target) -> None:
        """Take an alert out of its group: it has no card in the target any more."""
        MemberRow.delete().where(_member_is(alert_id, target)).execute(self._database)
        CardRow.delete().where(
            (CardRow.alert == alert_id)
            & (CardRow.kind == target.kind.value)
            & (CardRow.address == target.address)
        ).execute(self._database)

    def without_card(self, target: Target) -> tuple[int, ...]:
        """Open alerts in a target's groups that have no card there yet."""
        card = CardRow.select(SQL("1")).where(
            (CardRow.alert == MemberRow.alert)
            & (CardRow.kind == MemberRow.kind)
            & (CardRow.address == MemberRow.address)
        )
        query = (
            MemberRow.select(MemberRow.alert)
            .join(AlertRow, on=(AlertRow.id == MemberRow.alert))
            .where(
                (MemberRow.kind == target.kind.value)
                & (MemberRow.address == target.address)
                & (AlertRow.state != AlertState.RESOLVED.value)
                & ~fn.EXISTS(card)
            )
        )
        return tuple(int(row.alert) for row in query.execute(self._database))

    def turn(self, group_id: int, kind: GroupKind, key: Mapping[str, str]) -> None:
        """An alert that was alone gets company."""
        self._set(group_id, grouping=kind.value, key=_key(key))

    def members(self, group_id: int) -> tuple[GroupMember, ...]:
        """The open alerts of a group, the newest few hundred; if none is open, some others."""
        query = (
            AlertRow.select(
                AlertRow.id,
                AlertRow.severity,
                AlertRow.state,
                AlertRow.opened_at,
                AlertRow.seen_at,
                AlertRow.fingerprint,
                AlertRow.rule,
                AlertRow.labels,
                AlertRow.flaps,
                AlertRow.tell_at,
                MemberRow.told_at.alias("told_at"),
            )
            .join(MemberRow, on=(MemberRow.alert == AlertRow.id))
            .where(MemberRow.group_id == group_id)
            .order_by(AlertRow.id.desc())
            .limit(MEMBERS_AT_ONCE)
        )
        open_ones = query.where(AlertRow.state != _RESOLVED).objects()
        found = [_member(row) for row in open_ones.execute(self._database)]
        return tuple(found or (_member(row) for row in query.objects().execute(self._database)))

    def alerts(self, group_id: int) -> frozenset[int]:
        """The numbers of a group's alerts."""
        query = MemberRow.select(MemberRow.alert).where(MemberRow.group_id == group_id)
        return frozenset(alert for (alert,) in self._database.rows(query))

    def tell(self, group: Group, decision: Decision, now: datetime) -> None:
        """Note what was decided and when to decide again; who is told counts as told now."""
        facts: dict[str, object] = {"look_at": decision.look_at}
        if decision.reason is not Reason.NOTHING:
            facts |= {"reason": decision.reason.value}
            if decision.reason is not Reason.RESOLVED:
                facts |= {"rung_at": now}
                MemberRow.update(told_at=now).where(
                    (MemberRow.group_id == group.id) & MemberRow.alert.in_(decision.alerts)
                ).execute(self._database)
        self._set(group.id, **facts)
        for alert_id in decision.alerts[:NOTED_AT_ONCE]:
            self._note(group.id, alert_id, decision, now)

    def look(self, group_id: int, at: datetime | None) -> None:
        """Decide again then."""
        _LOOK.run(self._database, id=group_id, look_at=at)

    def look_at_those_of(self, alert_id: int, at: datetime) -> None:
        """Decide about all groups of an alert then."""
        _LOOK_AT_THOSE_OF.run(self._database, alert=alert_id, look_at=at)

    def postpone(self, group_id: int, due_at: datetime) -> None:
        """The first card does not go out before."""
        self._set(group_id, due_at=due_at, look_at=due_at)

    def hold(self, group_id: int, now: datetime) -> None:
        """Count one message that was held back; the next sweep records it."""
        _HOLD.run(self._database, id=group_id, look_at=now)

    def recorded(self, group: Group) -> tuple[int, ...]:
        """What is held back is in the local record now; the newest few alerts of the group."""
        self._set(group.id, recorded=group.held)
        query = (
            MemberRow.select(MemberRow.alert)
            .where(MemberRow.group_id == group.id)
            .order_by(MemberRow.alert.desc())
            .limit(max(1, min(group.held - group.recorded, MEMBERS_AT_ONCE)))
        )
        return tuple(sorted(alert for (alert,) in self._database.rows(query)))

    def end(self, group_id: int, now: datetime) -> None:
        """A storm is over."""
        self._set(group_id, ended_at=now)

    def due(self, now: datetime, limit: int) -> tuple[Group, ...]:
        """Groups to decide about, longest due first."""
        query = (
            GroupRow.select()
            .where(GroupRow.look_at <= now)
            .order_by(GroupRow.look_at, GroupRow.id)
            .limit(limit)
        )
        return tuple(_group(row) for row in query.execute(self._database))

    def begun(self, target: Target, since: datetime) -> int:
        """How many groups a target has got since, storms left out."""
        place = {"kind": target.kind.value, "address": target.address}
        return int(_BEGUN.run(self._database, **place, since=since).fetchone()[0])

    def joined(self, group_id: int, since: datetime) -> int:
        """How many alerts came into a group since."""
        query = MemberRow.select(fn.COUNT(MemberRow.alert)).where(
            (MemberRow.group_id == group_id) & (MemberRow.joined_at > since)
        )
        return int(next(self._database.rows(query))[0])

    def shown(self, group_id: int, limit: int) -> GroupFacts | None:
        """What a group's card shows, with so many of its alerts, worst first."""
        group = self.get(group_id)
        if group is None:
            return None
        query = (
            AlertRow.select(
                AlertRow.id, AlertRow.state, AlertRow.severity, AlertRow.rule, AlertRow.labels
            )
            .join(MemberRow, on=(MemberRow.alert == AlertRow.id))
            .where(MemberRow.group_id == group_id)
        )
        rows = list(self._database.rows(query))
        rows.sort(key=lambda row: (row[1] == _RESOLVED, -Severity(row[2]).rank, -row[0]))
        services = Counter(json.loads(row[4]).get("service", "") for row in rows)
        alerts = (self._alerts.get(row[0]) for row in rows[:limit])
        return GroupFacts(
            group=group,
            alerts=tuple(alert for alert in alerts if alert is not None),
            states={AlertState(name): n for name, n in Counter(row[1] for row in rows).items()},
            rules=tuple(_most(Counter(row[3] for row in rows))),
            services=tuple(_most(services)),
        )

    def trace(self, alert_id: int) -> tuple[Decided, ...]:
        """The newest few decisions about an alert, oldest first."""
        query = (
            DecisionRow.select()
            .where(DecisionRow.alert == alert_id)
            .order_by(DecisionRow.id.desc())
            .limit(DECISIONS_KEPT)
        )
        found = []
        for row in query.execute(self._database):
            group = self.get(row.group_id)
            if group is not None:
                reason, why = Reason(row.reason), Silence(row.why)
                one = Decided(group=group, reason=reason, why=why, at=row.at, times=row.times)
                found.append(one)
        return tuple(reversed(found))

    def prune(self, before: datetime) -> int:
        """Forget some decisions made before that, and groups whose alerts are forgotten."""
        used = MemberRow.select(SQL("1")).where(MemberRow.group_id == GroupRow.id)
        empty = (GroupRow.created_at < before) & ~fn.EXISTS(used)
        return self._database.forget(
            DecisionRow, DecisionRow.at < before, DecisionRow.at
        ) + self._database.forget(GroupRow, empty, GroupRow.created_at)

    def _any_open(self, group_id: int) -> bool:
        return bool(list(_ANY_OPEN.run(self._database, group_id=group_id)))

    def _set(self, group_id: int, **facts: object) -> None:
        GroupRow.update(**facts).where(GroupRow.id == group_id).execute(self._database)

    def _note(self, group_id: int, alert_id: int, decision: Decision, now: datetime) -> None:
        """Keep a decision; the same one again only counts."""
        of_alert = DecisionRow.alert == alert_id
        newest = DecisionRow.select().where(of_alert).order_by(DecisionRow.id.desc())
        rows = list(newest.limit(DECISIONS_KEPT).execute(self._database))
        said = (group_id, decision.reason.value, decision.why.value)
        if rows and (rows[0].group_id, rows[0].reason, rows[0].why) == said:
            DecisionRow.update(at=now, times=DecisionRow.times + 1).where(
                DecisionRow.id == rows[0].id
            ).execute(self._database)
            return
        if len(rows) == DECISIONS_KEPT:
            DecisionRow.delete().where(of_alert & (DecisionRow.id <= rows[-1].id)).execute(
                self._database
            )
        DecisionRow.insert(
            alert=alert_id, group_id=group_id, reason=said[1], why=said[2], at=now
        ).execute(self._database)


def _most(counts: Counter[str]) -> list[tuple[str, int]]:
    """The most frequent, equals by name."""
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:_TOP]


def _key(key: Mapping[str, str]) -> str:
    return json.dumps(dict(sorted(key.items())), ensure_ascii=False, separators=(",", ":"))


def _member_is(alert_id: int, target: Target) -> Expression:
    return (
        (MemberRow.alert == alert_id)
        & (MemberRow.kind == target.kind.value)
        & (MemberRow.address == target.address)
    )


def _member(row: Any) -> GroupMember:
    return GroupMember(
        member=Member(
            alert_id=row.id,
            severity=Severity(row.severity),
            state=AlertState(row.state),
            opened_at=row.opened_at,
            told_at=row.told_at,
            damped=bool(row.flaps and row.flaps.get("since")),
        ),
        identity={
            **row.labels,
            "rule": row.rule,
            "severity": row.severity,
            "fingerprint": row.fingerprint,
        },
        seen_at=row.seen_at,
        tell_at=row.tell_at,
    )


def _group(row: GroupRow) -> Group:
    return Group(
        id=row.id,
        kind=GroupKind(row.grouping),
        target=Target(kind=TargetKind(row.kind), address=row.address),
        language=Language(row.language),
        key=json.loads(row.key),
        created_at=row.created_at,
        due_at=row.due_at,
        reason=Reason(row.reason) if row.reason else None,
        rung_at=row.rung_at,
        ended_at=row.ended_at,
        held=row.held,
        recorded=row.recorded,
    )
