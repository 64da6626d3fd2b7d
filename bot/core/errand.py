"""Errands: what the table of a severity sends out, a message beside the chats or something done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.alert import LARKWATCH, Alert, AlertState, Person
from bot.core.context import Event, event_of


class ErrandKind(StrEnum):
    """What is sent out, as the configuration names it."""

    RECORD = "record"
    EMAIL = "email"
    WECOM = "wecom"
    FEISHU = "feishu"
    """A custom bot of a Feishu group, by its webhook."""
    WEBHOOK = "webhook"
    NOTIFIER = "notifier"
    """A notifier of another package."""
    APP = "app"
    SMS = "sms"
    PHONE = "phone"
    HOOK = "hook"
    COMMAND = "command"
    KUBERNETES = "kubernetes"

    @property
    def acts(self) -> bool:
        """Whether it does something instead of telling somebody."""
        return self in (ErrandKind.HOOK, ErrandKind.COMMAND, ErrandKind.KUBERNETES)

    @property
    def pushes(self) -> bool:
        """Whether it is one of Feishu's urgent pushes."""
        return self in (ErrandKind.APP, ErrandKind.SMS, ErrandKind.PHONE)


class ErrandState(StrEnum):
    """Where one errand for one alert stands."""

    OWED = "owed"
    ASKED = "asked"
    """Waits for somebody with the right to approve it."""
    BEGUN = "begun"
    """Under way; of one that cannot be done twice, nobody knows more after a crash."""
    DONE = "done"
    FAILED = "failed"
    DECLINED = "declined"
    COOLING = "cooling"
    """Not done: it was done for another alert shortly before."""


ADMINS = "admins"
LEADERS = "leaders"
EVERYONE = "everyone"
"""Who may approve, beside single open_ids: everyone who may act on the alert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One entry of a table.

    Attributes:
        name: Of what is configured under it; of a push, the rota; "" where there is one only.
        about: What it does, in words, for whoever approves it.
        approval: Whether somebody must approve it first.
        approvers: `ADMINS`, `LEADERS`, `EVERYONE`, or open_ids.
        cooldown: Not again within this, for whatever alert.
        dry_run: It only says what it would do.
    """

    kind: ErrandKind
    name: str = ""
    about: str = ""
    approval: bool = False
    approvers: tuple[str, ...] = ()
    cooldown: timedelta = timedelta(0)
    dry_run: bool = False

    @property
    def key(self) -> str:
        """As the configuration writes it, e.g. ``wecom:oncall``."""
        return f"{self.kind.value}:{self.name}" if self.name else self.kind.value


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrandRun:
    """One errand for one round of an alert; there is one of each.

    Attributes:
        id: Row; 0 while not stored.
        key: As in `Errand`.
        round_at: When the alert opened for which it is.
        told: What was told last, None for nothing yet.
        by: Who approved or declined it, Larkwatch where nobody had to.
        at: When it came to stand as it does; aware, UTC.
        outcome: What came of it, in words; untrusted text.
    """

    id: int = 0
    alert_id: int
    key: str
    round_at: datetime
    state: ErrandState
    at: datetime
    told: Event | None = None
    by: Person = LARKWATCH
    outcome: str = ""


def begins(alert: Alert, *, muted: bool) -> bool:
    """Whether errands begin for an alert as it stands: it is told, and not for flapping."""
    told = alert.state is AlertState.FIRING and alert.tell_at is None
    return told and not muted and alert.flaps.since is None


def news(run: ErrandRun, alert: Alert) -> Event | None:
    """What of an alert is not told yet by a message, None for nothing.

    Whoever was never told that it fires does not care that it is over.
    """
    event = event_of(alert)
    if event is run.told or (run.told is None and event is not Event.FIRING):
        return None
    return event


def may_approve(
    approvers: Iterable[str], person: str, *, admin: bool, leader: bool, acts: bool
) -> bool:
    """Whether a person may approve; admins always may.

    Args:
        approvers: As in `Errand`.
        person: open_id.
        admin: Whether that is an admin,
        leader: owns or manages the chat where it is asked for,
        acts: may act on the alert.
    """
    wanted = set(approvers)
    named = person in wanted
    return admin or named or (leader and LEADERS in wanted) or (acts and EVERYONE in wanted)
