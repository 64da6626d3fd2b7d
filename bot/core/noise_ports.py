"""What telling alerts together needs to keep, as roles; called inside `Store.transaction`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.alert import Alert, AlertState
from bot.core.correlation import Beginning, Together
from bot.core.digest import Presence
from bot.core.grouping import Decision, Group, GroupKind, Member, Reason, Silence
from bot.core.subscription import Target


class GroupStore(Protocol):
    """Which alerts share a card of a target, and what people were told of them."""

    def get(self, group_id: int) -> Group | None:
        """One group."""
        ...

    def of(self, alert_id: int, target: Target) -> Group | None:
        """The group that an alert is in."""
        ...

    def going(self, kind: GroupKind, key: Mapping[str, str], target: Target) -> Group | None:
        """The newest group of this kind and key that is not over: it takes further alerts.

        A storm is over when it ended, another group when its first card went out and none of its
        alerts is open.
        """
        ...

    def begin(self, group: Group, alert_id: int, decision: Decision, now: datetime) -> Group:
        """Store a new group with its first alert and what was decided; returns it with its id."""
        ...

    def join(self, group: Group, alert_id: int, now: datetime) -> bool:
        """Put an alert into a group; whether the group's card stands, which is its card now.

        An alert that is told with the group needs no ring of its own: that of an upstream alert,
        or one that comes before the first card, which was owed already.
        """
        ...

    def without_card(self, target: Target) -> tuple[int, ...]:
        """Open alerts in a target's groups that have no card there yet."""
        ...

    def leave(self, alert_id: int, target: Target) -> None:
        """Take an alert out of its group: it has no card in the target any more."""
        ...

    def turn(self, group_id: int, kind: GroupKind, key: Mapping[str, str]) -> None:
        """An alert that was alone gets company."""
        ...

    def members(self, group_id: int) -> tuple["GroupMember", ...]:
        """The open alerts of a group, the newest few hundred; if none is open, some others."""
        ...

    def alerts(self, group_id: int) -> frozenset[int]:
        """The numbers of a group's alerts."""
        ...

    def tell(self, group: Group, decision: Decision, now: datetime) -> None:
        """Note what was decided and when to decide again; who is told counts as told now."""
        ...

    def look(self, group_id: int, at: datetime | None) -> None:
        """Decide again then."""
        ...

    def look_at_those_of(self, alert_id: int, at: datetime) -> None:
        """Decide about all groups of an alert then."""
        ...

    def postpone(self, group_id: int, due_at: datetime) -> None:
        """The first card does not go out before; decide again then."""
        ...

    def hold(self, group_id: int, now: datetime) -> None:
        """Count one message that was held back, and look at the group again to record that."""
        ...

    def recorded(self, group: Group) -> tuple[int, ...]:
        """What is held back is in the local record now; the newest few alerts of the group."""
        ...

    def end(self, group_id: int, now: datetime) -> None:
        """A storm is over."""
        ...

    def due(self, now: datetime, limit: int) -> tuple[Group, ...]:
        """Groups to decide about, longest due first."""
        ...

    def begun(self, target: Target, since: datetime) -> int:
        """How many groups a target has got since, storms left out."""
        ...

    def joined(self, group_id: int, since: datetime) -> int:
        """How many alerts came into a group since."""
        ...

    def shown(self, group_id: int, limit: int) -> "GroupFacts | None":
        """What a group's card shows, with so many of its alerts, worst first."""
        ...

    def trace(self, alert_id: int) -> tuple["Decided", ...]:
        """The newest few decisions about an alert, oldest first."""
        ...

    def prune(self, before: datetime) -> int:
        """Forget some decisions made before that, and groups whose alerts are forgotten."""
        ...


class NoiseStore(Protocol):
    """What keeps chats readable, beside the groups: beginnings, limits, presence."""

    def began_since(self, moment: datetime) -> tuple[Beginning, ...]:
        """Open alerts that began since, the newest few dozen."""
        ...

    def keep_together(self, found: Together, alerts: Iterable[int]) -> None:
        """Remember of each of these alerts what it began together with."""
        ...

    def together(self, alert_id: int) -> Together | None:
        """What an alert began together with."""
        ...

    def all_together(self, alerts: Iterable[int]) -> Mapping[int, Together]:
        """The same of several alerts; those that began alone are left out."""
        ...

    def limit_state(self, name: str) -> tuple[float, ...]:
        """What `keep_limit_state` kept, empty without."""
        ...

    def keep_limit_state(self, name: str, state: tuple[float, ...]) -> None:
        """Keep how far a limit is used."""
        ...

    def presence(self) -> Presence | None:
        """When Larkwatch was last there."""
        ...

    def keep_presence(self, presence: Presence) -> None:
        """Remember it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMember:
    """An alert in a group; `identity` is what matchers see, `tell_at` when it may ring at last."""

    member: Member
    identity: Mapping[str, str]
    seen_at: datetime
    tell_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFacts:
    """What a group's card shows.

    Attributes:
        alerts: The worst few, open ones first.
        states: How many alerts stand how.
        rules: How many alerts each rule has, most first.
        services: The same of the label ``service``.
    """

    group: Group
    alerts: tuple[Alert, ...]
    states: Mapping[AlertState, int]
    rules: tuple[tuple[str, int], ...]
    services: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision about an alert in a target, as it is kept.

    Attributes:
        at: When it was last made, aware, UTC.
        times: How often it was made in a row.
    """

    group: Group
    reason: Reason
    why: Silence
    at: datetime
    times: int
