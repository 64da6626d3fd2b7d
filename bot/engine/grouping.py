"""Decides which card tells of an alert, and when the people who see it are rung again."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.core.alert import Alert
from bot.core.grouping import Decision, Group, GroupKind, Member, Reason, Silence, decide
from bot.core.mute import mute_over, withholds
from bot.core.notification import Notification, Purpose, SentCard, refreshed
from bot.core.ports import Store
from bot.core.routing import route
from bot.core.subscription import Language, Target, TargetKind
from bot.engine.attendance import BEHIND_AT_MOST, Attendance
from bot.engine.limiting import Limiting
from bot.engine.placing import Placing
from bot.engine.terms import Terms

RECORD_TARGET = Target(kind=TargetKind.RECORD, address="local")
LOOKED_AT_ONCE = 100
"""Per sweep: the write lock is not kept from a click for long."""
BACK_SINGLY = 3
"""Alerts that fire again at one time have a notice each, up to so many."""
_RING = frozenset({Reason.FIRST, Reason.NEW_ALERTS, Reason.REOPENED, Reason.REPEATED})
_HELD_BACK = frozenset({GroupKind.STORM, GroupKind.LIMITED})
"""An alert in one of these would have had a card of its own."""


class Grouping:
    """The engine's hand for groups; every method runs inside the engine's transaction."""

    def __init__(self, store: Store, terms: Terms) -> None:
        self._store = store
        self._terms = terms
        self._limiting = Limiting(store, terms)
        self._presence = Attendance(store, terms)
        self._placing = Placing(store, terms, self._limiting, self._presence)

    def first(self, alert: Alert, target: Target, language: Language, now: datetime) -> None:
        """Give an alert its place in a target, and owe its card when that is due now."""
        standing = self._store.groups.of(alert.id, target)
        card = self._store.outbox.card(alert.id, target)
        if standing is None and card is not None:
            self._adopt(alert, card)
        elif standing is None:
            self._place(alert, target, language, now)
        elif card is None and standing.rung_at is not None:
            self._owe(standing, Purpose.FIRST, alert.id, now)

    def changed(self, alert: Alert, now: datetime) -> None:
        """Its groups are decided about anew by the next sweep."""
        if alert.version == 1:  # it is in none yet
            return
        self._store.groups.look_at_those_of(alert.id, now)

    def rings(self, alert: Alert, purpose: Purpose, card: SentCard, now: datetime) -> bool:
        """Whether a notice beneath a card goes out now; what does not is counted or put off."""
        group = self._store.groups.of(alert.id, card.target) or self._adopt(alert, card)
        if purpose is Purpose.REOPENED:
            self._look(group, now)
            return False
        if self._limiting.free_at(alert, card.target, now) > now:
            limited = Decision(reason=Reason.NOTHING, why=Silence.LIMITED, alerts=(alert.id,))
            self._store.groups.tell(group, limited, now)
            self._store.groups.hold(group.id, now)
            self._refresh(alert.id, card, now)
            return False
        # The next sweep sees when to ring again.
        rung = Decision(reason=Reason.CHANGED, alerts=(alert.id,), look_at=now)
        self._store.groups.tell(group, rung, now)
        return True

    def told_otherwise(self, card: SentCard, now: datetime) -> None:
        """Something else rings for an alert: what repeats is counted from now."""
        group = self._store.groups.of(card.alert_id, card.target)
        if group is not None and group.rung_at is not None:
            rung = Decision(reason=Reason.CHANGED, alerts=(card.alert_id,), look_at=now)
            self._store.groups.tell(group, rung, now)

    def left(self, card: SentCard, now: datetime) -> bool:
        """Take an alert off a card that others keep; whether there is such a card."""
        group = self._store.groups.of(card.alert_id, card.target)
        if group is None or group.kind is GroupKind.ALONE:
            return False
        others = [one.member.alert_id for one in self._store.groups.members(group.id)]
        stay = [number for number in others if number != card.alert_id]
        if not stay:
            return False
        self._store.groups.leave(card.alert_id, card.target)
        self._refresh(stay[0], card, now)
        return True

    def unsent(self, alert_id: int, target: Target, now: datetime) -> None:
        """Take an alert that has no card yet out of its group; the others do not wait longer."""
        group = self._store.groups.of(alert_id, target)
        self._store.groups.leave(alert_id, target)
        if group is None or group.rung_at is None:
            return
        for one in self._store.groups.members(group.id)[:1]:
            self._owe(group, Purpose.FIRST, one.member.alert_id, now)

    def due(self, now: datetime) -> bool:
        """Whether a group is to be decided about, or a sign of life is due."""
        return self._presence.due(now) or bool(self._store.groups.due(now, 1))

    def sweep(self, now: datetime) -> None:
        """Decide about the groups whose time has come."""
        self._presence.noted(now)
        served = {one.target: not one.suspended for one in self._store.subscriptions.all()}
        for one in self._terms.fallback:
            served.setdefault(one.target, True)
        for group in self._store.groups.due(now, LOOKED_AT_ONCE):
            self._record(group, now)
            if not served.get(group.target, False):
                self._store.groups.look(group.id, None)
            elif group.kind is GroupKind.AWAY and group.rung_at is None:
                self._back(group, now)
            else:
                self._look(group, now)

    def _place(self, alert: Alert, target: Target, language: Language, now: datetime) -> None:
        group = self._placing.group_for(alert, target, language, now)
        if group.id:
            self._join(group, alert, now)
            return
        flaps = alert.flaps.since is not None
        only = Member(
            alert_id=alert.id,
            severity=alert.severity,
            state=alert.state,
            opened_at=alert.opened_at,
            damped=flaps,
        )
        decision = decide(group, (only,), self._terms.noise.grouping, now)
        if group.kind in _HELD_BACK:
            group, decision = replace(group, held=1), replace(decision, look_at=now)
        begun = self._store.groups.begin(group, alert.id, decision, now)
        if decision.reason is Reason.FIRST:
            self._owe(begun, Purpose.FIRST, alert.id, now)

    def _join(self, group: Group, alert: Alert, now: datetime) -> None:
        """Put an alert on a card that other alerts have; the next sweep sees whether that rings."""
        stands = self._store.groups.join(group, alert.id, now)
        if stands and (card := self._store.outbox.card(alert.id, group.target)) is not None:
            self._refresh(alert.id, card, now)
        if group.kind is GroupKind.UPSTREAM:
            silent = Decision(reason=Reason.NOTHING, why=Silence.UPSTREAM, alerts=(alert.id,))
            self._store.groups.tell(group, silent, now)
        if group.kind in _HELD_BACK:
            self._store.groups.hold(group.id, now)
        else:
            self._store.groups.look(group.id, now)

    def _look(self, group: Group, now: datetime) -> None:
        """Decide about a group, and owe what that comes to."""
        members = self._members(group, now)
        decision = decide(group, members, self._terms.noise.grouping, now)
        if decision.reason in _RING:
            decision = self._allowed(group, members, decision, now)
        if group.kind is GroupKind.STORM and group.ended_at is None:
            decision = self._storm(group, members, decision, now)
        self._store.groups.tell(group, decision, now)
        self._tell(group, members, decision, now)

    def _allowed(
        self, group: Group, members: Collection[Member], decision: Decision, now: datetime
    ) -> Decision:
        """What is decided, unless the chat's hours are over or a limit is used up."""
        worst = self._worst(members, decision)
        if worst is None:
            return decision
        wait: datetime | None = None
        why = Silence.AFTER_HOURS
        if decision.reason is not Reason.FIRST:
            subscriptions = self._store.subscriptions.of(group.target)
            wait = next((one.later for one in route(worst, subscriptions, now)), None)
        if wait is None and _asks_limits(group, decision):
            why, wait = Silence.LIMITED, self._limiting.free_at(worst, group.target, now)
        if wait is None or wait <= now:
            return decision
        return replace(decision, reason=Reason.NOTHING, why=why, look_at=wait)

    def _tell(
        self, group: Group, members: Collection[Member], decision: Decision, now: datetime
    ) -> None:
        worst = self._worst(members, decision)
        if worst is None:
            return
        match decision.reason:
            case Reason.FIRST:
                self._owe(group, Purpose.FIRST, worst.id, now)
            case Reason.REOPENED if len(decision.alerts) <= BACK_SINGLY:
                for alert_id in decision.alerts:
                    self._owe(group, Purpose.REOPENED, alert_id, now)
            case Reason.NEW_ALERTS | Reason.REOPENED:
                since = {"since": (group.rung_at or now).isoformat()}
                self._owe(group, Purpose.JOINED, worst.id, now, since)
            case Reason.REPEATED:
                self._owe(group, Purpose.REPEATED, worst.id, now)
            case _:
                return

    def _storm(
        self, group: Group, members: Collection[Member], decision: Decision, now: datetime
    ) -> Decision:
        """Look again while a storm lasts, and end it when fewer alerts begin."""
        storm = self._terms.noise.storm
        joined = self._store.groups.joined(group.id, now - storm.within)
        lasts = now - group.created_at < storm.within or not storm.over(joined)
        if lasts:
            soon = now + storm.within / 4
            return replace(decision, look_at=min(decision.look_at or soon, soon))
        self._store.groups.end(group.id, now)
        for one in list(members)[:1]:
            card = self._store.outbox.card(one.alert_id, group.target)
            if card is not None:
                self._refresh(one.alert_id, card, now)
        return decision

    def _back(self, group: Group, now: datetime) -> None:
        """Tell what was found in a backlog; what is still seen by now gets a card of its own."""
        catch_up = self._terms.noise.away.catch_up
        if self._presence.behind() and now - group.created_at < BEHIND_AT_MOST:
            self._store.groups.postpone(group.id, now + catch_up)
            return
        members = self._store.groups.members(group.id)
        true = {
            one.member.alert_id
            for one in members
            if one.member.state.open and one.seen_at > now - catch_up / 2
        }
        for alert_id in true:
            alert = self._store.alerts.get(alert_id)
            self._store.groups.leave(alert_id, group.target)
            if alert is not None:
                self._place(alert, group.target, group.language, now)
        self._look(group, now)

    def _adopt(self, alert: Alert, card: SentCard) -> Group:
        """The group of an alert whose card is older than groups are."""
        new = Group(
            kind=GroupKind.ALONE,
            target=card.target,
            language=card.language,
            created_at=card.sent_at,
        )
        first = Decision(reason=Reason.FIRST, alerts=(alert.id,))
        return self._store.groups.begin(new, alert.id, first, card.sent_at)

    def _members(self, group: Group, now: datetime) -> tuple[Member, ...]:
        mutes, found = self._store.mutes.active(now), []
        for one in self._store.groups.members(group.id):
            mute = mute_over(one.identity, mutes, now)
            early = one.tell_at is not None and now < one.tell_at
            found.append(
                replace(
                    one.member,
                    muted=mute is not None,
                    hidden=withholds(mute),
                    damped=one.member.damped or early,
                )
            )
        return tuple(found)

    def _worst(self, members: Collection[Member], decision: Decision) -> Alert | None:
        about = [one for one in members if one.alert_id in decision.alerts]
        worst = max(about, key=lambda one: (one.severity.rank, -one.alert_id), default=None)
        return self._store.alerts.get(worst.alert_id) if worst is not None else None

    def _record(self, group: Group, now: datetime) -> None:
        """Write what was held back into the local record."""
        if group.held <= group.recorded:
            return
        alerts = self._store.groups.recorded(group)
        content = {
            "id": f"held-{group.id}-{group.held}",
            "held_back": group.held - group.recorded,
            "why": group.kind.value,
            "chat": group.target.address,
            "group": group.id,
            "alerts": list(alerts),
        }
        self._store.outbox.owe(
            Notification(
                target=RECORD_TARGET,
                purpose=Purpose.RECORD,
                content=content,
                due_at=now,
                created_at=now,
            )
        )

    def _refresh(self, alert_id: int, card: SentCard, now: datetime) -> None:
        self._store.outbox.owe(refreshed(alert_id, card, now))

    def _owe(
        self,
        group: Group,
        purpose: Purpose,
        alert_id: int,
        now: datetime,
        content: Mapping[str, Any] | None = None,
    ) -> None:
        self._store.outbox.owe(
            Notification(
                target=group.target,
                purpose=purpose,
                alert_id=alert_id,
                language=group.language,
                content=content or {},
                due_at=now,
                created_at=now,
            )
        )


def _asks_limits(group: Group, decision: Decision) -> bool:
    """Whether limits are asked: they were for a card that went out as soon as it was thought of.

    A storm and a backlog are told together for the limits' own sake.
    """
    if decision.reason is not Reason.FIRST:
        return True
    return group.due_at is not None and group.kind is not GroupKind.AWAY
