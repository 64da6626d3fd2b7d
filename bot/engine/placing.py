"""Finds the group that an alert belongs to: one that goes on, or one to begin."""

from dataclasses import replace
from datetime import datetime

from bot.core.alert import Alert
from bot.core.correlation import UPSTREAM, comes_of
from bot.core.grouping import Group, GroupKind, group_key
from bot.core.mute import identity
from bot.core.ports import Store
from bot.core.subscription import Language, Target
from bot.engine.attendance import BEHIND_AT_MOST, Attendance
from bot.engine.limiting import Limiting
from bot.engine.terms import Terms


class Placing:
    """The engine's hand for new alerts; every method runs inside the engine's transaction."""

    def __init__(
        self, store: Store, terms: Terms, limiting: Limiting, attendance: Attendance
    ) -> None:
        self._store = store
        self._terms = terms
        self._limiting = limiting
        self._attendance = attendance

    def group_for(self, alert: Alert, target: Target, language: Language, now: datetime) -> Group:
        """The group that an alert belongs to; one with id 0 is still to be begun."""
        alone = Group(kind=GroupKind.ALONE, target=target, language=language, created_at=now)
        if (upstream := self._upstream(alert, target)) is not None:
            return upstream
        if (away := self._away(alert, alone, now)) is not None:
            return self._going_or(away)
        return self._by_labels(alert, alone, now)

    def _by_labels(self, alert: Alert, alone: Group, now: datetime) -> Group:
        """A card shared with its like, as long as no storm blows and no limit is used up."""
        grouping, groups, target = self._terms.noise.grouping, self._store.groups, alone.target
        key = group_key(alert.labels, grouping.by)
        if key and (going := groups.going(GroupKind.LABELS, key, target)) is not None:
            return going
        if self._storms(target, now):
            return self._going_or(replace(alone, kind=GroupKind.STORM))
        own = replace(alone, kind=GroupKind.LABELS, key=key) if key else alone
        if key and grouping.wait:
            return replace(own, due_at=now + grouping.wait)
        free_at = self._limiting.free_at(alert, target, now)
        if free_at > now:
            return self._going_or(replace(alone, kind=GroupKind.LIMITED, due_at=free_at))
        return own

    def _storms(self, target: Target, now: datetime) -> bool:
        """Whether so many cards came lately that this one would be too many."""
        storm, groups = self._terms.noise.storm, self._store.groups
        if storm.begins(groups.begun(target, now - storm.within)):
            return True
        return groups.going(GroupKind.STORM, {}, target) is not None

    def _going_or(self, group: Group) -> Group:
        """The group like this one that goes on, else this one."""
        return self._store.groups.going(group.kind, group.key, group.target) or group

    def _upstream(self, alert: Alert, target: Target) -> Group | None:
        """The group of an open alert that this one comes of."""
        dependencies = self._terms.noise.dependencies
        seen = identity(alert)
        if not (dependencies or seen.get(UPSTREAM) or alert.annotations.get(UPSTREAM)):
            return None
        for other in self._store.alerts.open_briefly():
            if not comes_of(seen, alert.annotations, other.identity, dependencies):
                continue
            group = self._store.groups.of(other.id, target)
            if group is None:
                continue
            if group.kind is not GroupKind.ALONE:
                return group
            key = {"alert": str(other.id)}
            self._store.groups.turn(group.id, GroupKind.UPSTREAM, key)
            return replace(group, kind=GroupKind.UPSTREAM, key=key)
        return None

    def _away(self, alert: Alert, alone: Group, now: datetime) -> Group | None:
        """The digest that an alert belongs to which was found in a backlog."""
        terms, presence = self._terms.noise.away, self._attendance.noted(now)
        left, back = presence.left_at, presence.back_at
        if left is None or back is None or now - back > BEHIND_AT_MOST:
            return None
        until = back + terms.catch_up
        if now >= until and alert.seen_at >= back and not self._attendance.behind():
            return None
        key = {"rule": alert.rule, "left": left.isoformat(), "back": back.isoformat()}
        due_at = until if now < until else now + terms.catch_up
        return replace(alone, kind=GroupKind.AWAY, key=key, due_at=due_at)
