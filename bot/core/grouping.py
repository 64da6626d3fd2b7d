"""Alerts told together: which card tells of an alert, and when that card's chat is rung again.

Every alert has one group per target, mostly one of its own. A group has one card; an edit of it is
silent, so that `decide` says when people are to be rung, with a named reason for each yes and no.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.alert import AlertState
from bot.core.subscription import Language, Target
from watchers.finding import Severity


class GroupKind(StrEnum):
    """Silence alerts share a card."""

    ALONE = "alone"
    """They do not: the card is the alert's own."""
    LABELS = "labels"
    """They have the labels in common that ``[grouping] by`` names."""
    UPSTREAM = "upstream"
    """They come of the group's first alert."""
    STORM = "storm"
    """They began when too many others did."""
    LIMITED = "limited"
    """A limit kept each of them from a card of its own."""
    AWAY = "away"
    """They began while Larkwatch was not running."""


class Reason(StrEnum):
    """What people are told of a group now, and why."""

    FIRST = "first"
    NEW_ALERTS = "new_alerts"
    REOPENED = "reopened"
    REPEATED = "repeated"
    CHANGED = "changed"
    """An alert changed in a way that a silent edit is not enough for."""
    RESOLVED = "resolved"
    """The card turns green, which rings nowhere."""
    NOTHING = "nothing"


class Silence(StrEnum):
    """Silence people are told nothing just now."""

    SAID = ""
    """They are told something."""
    GROUP_WAIT = "group_wait"
    GROUP_INTERVAL = "group_interval"
    REPEAT_INTERVAL = "repeat_interval"
    DEDUP = "dedup"
    MUTED = "muted"
    DAMPED = "damped"
    LIMITED = "limited"
    AFTER_HOURS = "after_hours"
    AWAY = "away"
    STORM = "storm"
    UPSTREAM = "upstream"
    TAKEN_ON = "taken_on"
    SOURCE_LOST = "source_lost"
    NO_NEWS = "no_news"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTerms:
    """How alerts are told together.

    Attributes:
        by: Labels whose equal values make a group; none means that every alert is alone.
        wait: How long a new group waits for more alerts before its first card.
        interval: Least time between two rings of a group for alerts that are new in it.
        repeat: After this, people are rung again if nobody acknowledged; None for never.
        repeat_from: Only if an alert is at least this severe.
        dedup: By severity: an alert that fires again within this of its last ring waits.
    """

    by: tuple[str, ...] = ()
    wait: timedelta = timedelta(0)
    interval: timedelta = timedelta(minutes=5)
    repeat: timedelta | None = timedelta(hours=4)
    repeat_from: Severity = Severity.CRITICAL
    dedup: Mapping[Severity, timedelta] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Alerts that share one card of a target.

    Attributes:
        id: 0 while not stored.
        key: What its alerts have in common, e.g. ``{"service": "pay"}``.
        due_at: Its first card does not go out before; None for at once.
        reason: What people were last told of it; None before the first card.
        rung_at: When that was; aware, UTC.
        ended_at: When a storm was over.
        held: Messages that were held back and are counted on the card instead.
        recorded: Of these, how many the local record has.
    """

    id: int = 0
    kind: GroupKind
    target: Target
    language: Language
    key: Mapping[str, str] = field(default_factory=dict)
    created_at: datetime
    due_at: datetime | None = None
    reason: Reason | None = None
    rung_at: datetime | None = None
    ended_at: datetime | None = None
    held: int = 0
    recorded: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An alert in a group, as far as `decide` looks at it.

    Attributes:
        opened_at: When it last went from nothing or resolved to firing.
        told_at: When people were last rung for it, None when never.
        muted: A mute keeps it from ringing.
        hidden: And even from having a card.
        damped: It flaps, and one notice when that begins and one when it ends are enough; or it
            does not last for long enough yet.
    """

    alert_id: int
    severity: Severity
    state: AlertState
    opened_at: datetime
    told_at: datetime | None = None
    muted: bool = False
    hidden: bool = False
    damped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to do about a group now.

    Attributes:
        reason: What people are told.
        why: Silence they are told nothing; `Silence.SAID` when they are.
        alerts: The alerts that it is about.
        look_at: When this may be decided otherwise without a further change, None for never.
    """

    reason: Reason
    why: Silence = Silence.SAID
    alerts: tuple[int, ...] = ()
    look_at: datetime | None = None


_TOLD_EVEN_LATE = frozenset({GroupKind.LIMITED, GroupKind.AWAY})
"""What was kept from people is told to them, though it may be over by then."""
_WAITS = {
    GroupKind.ALONE: Silence.LIMITED,
    GroupKind.LABELS: Silence.GROUP_WAIT,
    GroupKind.UPSTREAM: Silence.UPSTREAM,
    GroupKind.STORM: Silence.STORM,
    GroupKind.LIMITED: Silence.LIMITED,
    GroupKind.AWAY: Silence.AWAY,
}


def decide(group: Group, members: Collection[Member], terms: GroupTerms, now: datetime) -> Decision:
    """Whether a group's chat is rung now, from what it was told before and how things stand."""
    firing = [one for one in members if one.state is AlertState.FIRING]
    if not firing:
        return _none_firing(group, members, terms, now)
    first = group.rung_at is None
    heard = [one for one in firing if not (one.hidden if first else one.muted)]
    if not heard:
        return _nothing(Silence.MUTED, firing)
    loud = [one for one in heard if not one.damped]
    if not loud:
        return _nothing(Silence.DAMPED, heard)
    if group.rung_at is None:
        return _first(group, loud, terms, now)
    news = [one for one in loud if one.told_at is None or one.told_at < one.opened_at]
    if news:
        return _news(group.rung_at, news, terms, now)
    return _again(group.rung_at, loud, terms, now)


def group_key(labels: Mapping[str, str], by: Iterable[str]) -> Mapping[str, str]:
    """What an alert has in common with others of its group; empty if it lacks all of these."""
    return {name: labels[name] for name in by if labels.get(name)}


def _none_firing(
    group: Group, members: Collection[Member], terms: GroupTerms, now: datetime
) -> Decision:
    if group.rung_at is None and group.kind in _TOLD_EVEN_LATE:
        return _first(group, members, terms, now)
    if any(one.state is AlertState.ACKNOWLEDGED for one in members):
        return _nothing(Silence.TAKEN_ON, members)
    if any(one.state.open for one in members):
        return _nothing(Silence.SOURCE_LOST, members)
    if group.reason in (None, Reason.RESOLVED):
        return _nothing(Silence.NO_NEWS, ())
    return Decision(reason=Reason.RESOLVED, alerts=tuple(one.alert_id for one in members))


def _first(group: Group, told: Collection[Member], terms: GroupTerms, now: datetime) -> Decision:
    if group.due_at is not None and now < group.due_at:
        return _nothing(_WAITS[group.kind], told, group.due_at)
    return Decision(
        reason=Reason.FIRST,
        alerts=tuple(one.alert_id for one in told),
        look_at=_repeat_at(now, told, terms),
    )


def _news(rung_at: datetime, news: list[Member], terms: GroupTerms, now: datetime) -> Decision:
    """An alert that is new waits for the group's interval, one that is back for its own window."""
    due = {one.alert_id: _due(rung_at, one, terms) for one in news}
    ready = [one for one in news if due[one.alert_id] <= now]
    if not ready:
        waits = min(news, key=lambda one: due[one.alert_id])
        why = Silence.GROUP_INTERVAL if waits.told_at is None else Silence.DEDUP
        return _nothing(why, news, due[waits.alert_id])
    back = all(one.told_at is not None for one in ready)
    later = [due[one.alert_id] for one in news if due[one.alert_id] > now]
    repeat = _repeat_at(now, ready, terms)
    return Decision(
        reason=Reason.REOPENED if back else Reason.NEW_ALERTS,
        alerts=tuple(one.alert_id for one in ready),
        look_at=min([*later, *([repeat] if repeat else [])], default=None),
    )


def _due(rung_at: datetime, one: Member, terms: GroupTerms) -> datetime:
    if one.told_at is None:
        return rung_at + terms.interval
    return one.told_at + terms.dedup.get(one.severity, timedelta(0))


def _again(rung_at: datetime, loud: list[Member], terms: GroupTerms, now: datetime) -> Decision:
    due = _repeat_at(rung_at, loud, terms)
    if due is None:
        return _nothing(Silence.NO_NEWS, ())
    if now < due:
        return _nothing(Silence.REPEAT_INTERVAL, loud, due)
    return Decision(
        reason=Reason.REPEATED,
        alerts=tuple(one.alert_id for one in loud if one.severity.rank >= terms.repeat_from.rank),
        look_at=_repeat_at(now, loud, terms),
    )


def _repeat_at(rung_at: datetime, loud: Iterable[Member], terms: GroupTerms) -> datetime | None:
    if terms.repeat is None or all(one.severity.rank < terms.repeat_from.rank for one in loud):
        return None
    return rung_at + terms.repeat


def _nothing(why: Silence, about: Iterable[Member], look_at: datetime | None = None) -> Decision:
    numbers = tuple(one.alert_id for one in about)
    return Decision(reason=Reason.NOTHING, why=why, alerts=numbers, look_at=look_at)
