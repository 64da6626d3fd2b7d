"""What an alert is: all findings of one fingerprint from first firing to resolved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.flapping import CALM, DEFAULT_DELAY, Flaps, steady_at
from bot.core.why import Why
from watchers.delay import Delay
from watchers.finding import Sample, Severity

MAX_SAMPLES = 5
APART = timedelta(seconds=60)
"""So far apart, two times of one thing are both worth telling."""


class AlertState(StrEnum):
    """Where an alert stands; mute and flapping are overlays and no states."""

    FIRING = "firing"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    UNKNOWN = "unknown"
    """Its source is gone: nobody can say whether it goes on."""

    @property
    def open(self) -> bool:
        """Whether the alert still asks for somebody."""
        return self is not AlertState.RESOLVED


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who acts.

    Attributes:
        id: Feishu's open_id; "" for Larkwatch itself.
        name: As known at that time; untrusted text.
    """

    id: str
    name: str


LARKWATCH = Person(id="", name="Larkwatch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What an acknowledgement holds for: it ends when things get worse, or when it times out.

    Attributes:
        severity: How bad it was then.
        count: How many records there were then.
        expires_at: When it ends by itself, None for never.
        remind_at: When the person is reminded of that, None for not, or not again.
    """

    severity: Severity
    count: int
    expires_at: datetime | None = None
    remind_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """What an unknown alert was before its source went away.

    Attributes:
        state: Comes back with the source.
        since: When the source was last heard or read; aware, UTC.
    """

    state: AlertState
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """All findings of a fingerprint from first firing to resolved.

    Attributes:
        id: Number that people use (``#42``); 0 while not stored.
        fingerprint: Versioned hash of rule and labels.
        version: Grows by one with every stored change.
        count: Matching records so far, over all re-openings.
        held_back: Of these, records that a cap kept from being shown singly.
        opened_at: When it last went from nothing or resolved to firing.
        reopened: How often it fired again after it was resolved.
        samples: Newest few records, oldest first.
        acknowledged_by: Who has it, also while it is unknown; None for nobody.
        promise: Until when and what that holds; None while nobody has it.
        assignee: Who is to see to it, None for nobody named.
        followers: Others who wanted it after it was taken.
        severity_by: Who set the severity; findings change it no more.
        agent: Which agent saw it last, "" when unknown.
        watch: Which of the agent's watches that was, "" when unknown.
        received_at: When the latest finding came in here, by this host's clock.
        delay: What it waits for, as its rule said when it last fired.
        flaps: Its latest run of returns.
        quiet_at: When it is over unless it is seen again; aware, UTC.
        tell_at: Not told before; None when there is nothing to wait for.
        recovered_at: When a line said it was over, which is not believed yet.
        late: Records that happened before it was resolved and came in after.
        previous: The alert of the same fingerprint before this one, None for the first.
        lost: What it was before its source went away; only while it is unknown.
        rule_text: How its rule was written when it last fired, by key; empty when the rule is not
            of this configuration.
        first_at: When its first record was read.
        seen_at: When its newest record was read.
        first_written_at: When the first record says it was written, None when it does not say; a
            clock or a zone may be wrong there.
        written_at: The same of the newest.
    """

    id: int = 0
    fingerprint: str
    rule: str
    severity: Severity
    labels: Mapping[str, str]
    title: str
    state: AlertState
    first_at: datetime
    seen_at: datetime
    opened_at: datetime
    changed_at: datetime
    version: int = 1
    count: int = 0
    held_back: int = 0
    reopened: int = 0
    annotations: Mapping[str, str] = field(default_factory=dict)
    samples: tuple[Sample, ...] = ()
    acknowledged_by: Person | None = None
    acknowledged_at: datetime | None = None
    resolved_by: Person | None = None
    resolved_at: datetime | None = None
    promise: Promise | None = None
    assignee: Person | None = None
    followers: tuple[Person, ...] = ()
    severity_by: Person | None = None
    agent: str = ""
    watch: str = ""
    received_at: datetime | None = None
    delay: Delay = DEFAULT_DELAY
    flaps: Flaps = CALM
    quiet_at: datetime | None = None
    tell_at: datetime | None = None
    recovered_at: datetime | None = None
    late: int = 0
    previous: int | None = None
    lost: Lost | None = None
    rule_text: Mapping[str, str] = field(default_factory=dict)
    first_written_at: datetime | None = None
    written_at: datetime | None = None

    @property
    def read_late(self) -> bool:
        """Whether its newest record says another time than that at which it was read."""
        return apart(self.written_at, self.seen_at)

    @property
    def taken(self) -> bool:
        """Whether somebody acknowledged it and that still holds."""
        return self.acknowledged_by is not None and self.state.open

    @property
    def next_at(self) -> datetime | None:
        """The next instant at which the clock alone changes it, its quiet end apart."""
        if not self.state.open:
            return None
        promise = self.promise
        moments = (
            promise.expires_at if promise else None,
            promise.remind_at if promise else None,
            self.tell_at,
            steady_at(self.flaps, self.delay),
        )
        return min((one for one in moments if one is not None), default=None)


def apart(written: datetime | None, read: datetime) -> bool:
    """Whether it is worth telling when something was written beside when it was read."""
    return written is not None and abs(read - written) > APART


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A recorded change.

    Attributes:
        alert_id: The alert that changed.
        source: State before; None for the first firing.
        target: State after.
        by: Who did it; `LARKWATCH` for the machine.
        why: Named rule of the state machine.
        at: Aware, UTC.
        version: The alert's version after it, 0 for what was recorded before versions were.
        note: What the rule needs besides: a comment, a name, a severity; untrusted text.
    """

    alert_id: int
    source: AlertState | None
    target: AlertState
    by: Person
    why: Why
    at: datetime
    version: int = 0
    note: str = ""
