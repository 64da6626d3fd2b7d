"""Read models: what cards and lists show, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.core.alert import Alert, AlertState, Person, Transition
from bot.core.correlation import Together
from bot.core.errand import Errand, ErrandRun
from bot.core.escalation import Escalation
from bot.core.grouping import Group
from bot.core.mute import Mute
from bot.core.rule import RuleState
from bot.core.subscription import Language, Subscription
from bot.engine.delivering import Figures, TargetTrouble
from watchers.finding import Response, Severity, SourceProgress
from watchers.health import HostSample


@dataclass(frozen=True, slots=True, kw_only=True)
class RatePoint:
    """Matching records in one minute.

    Attributes:
        at: Start of the minute; aware, UTC.
        count: Records.
    """

    at: datetime
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrandView:
    """One errand of an alert.

    Attributes:
        errand: As it is configured now, None when it is no more.
    """

    run: ErrandRun
    errand: Errand | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertView:
    """One alert as a card shows it.

    Attributes:
        mute: The mute that hides it now, None when none does.
        rate: The last 30 minutes up to now, every minute, oldest first.
        timeline: Newest few transitions, oldest first.
        together: What it began together with.
        comments: Newest few of what people said about it, oldest first.
        escalation: What is done while nobody has it, None for nothing.
        mentions: open_ids of whom the card mentions.
        errands: What its severity asks for, of this round, oldest first.
    """

    alert: Alert
    mute: Mute | None
    rate: tuple[RatePoint, ...] = ()
    timeline: tuple[Transition, ...] = ()
    together: Together | None = None
    comments: tuple[Transition, ...] = ()
    escalation: Escalation | None = None
    mentions: tuple[str, ...] = ()
    errands: tuple[ErrandView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """Alerts that share a card, as it shows them.

    Attributes:
        rows: The worst few, open ones first.
        total: How many they are in all.
        states: How many stand how.
        rules: The rules with the most alerts, and how many these are.
        services: The same of the label ``service``, "" for those without one.
        joined: How many came in since the instant that was asked for.
    """

    group: Group
    rows: tuple[AlertView, ...]
    total: int
    states: Mapping[AlertState, int]
    rules: tuple[tuple[str, int], ...]
    services: tuple[tuple[str, int], ...]
    joined: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPage:
    """Some alerts out of many.

    Attributes:
        rows: Worst and newest first; without rate and timeline.
        total: How many there are in all.
    """

    rows: tuple[AlertView, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteRow:
    """One mute, and how many open alerts it hides now."""

    mute: Mute
    hits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFacts:
    """One configured rule, as far as people are told.

    Attributes:
        pattern: As written; untrusted text.
        origin: ``default`` for the built-in pack, ``file`` or ``chat``.
        place: Where it is written, ``larkwatch.toml:12``; "" when nobody knows.
        kind: What it counts, with its settings as written; "" for one that finds single records.
        shadow: Whether what it finds is counted, and told to nobody.
        training: Whether it only learns as yet; what it finds is told to nobody.
    """

    name: str
    title: str
    severity: Severity
    pattern: str
    responses: frozenset[Response]
    origin: str
    exclude: str = ""
    recovery: str = ""
    files: tuple[str, ...] = ()
    place: str = ""
    kind: str = ""
    shadow: bool = False
    training: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """One rule and what it found lately.

    Attributes:
        count: Records that matched in the last 24 hours.
        last_at: When it last matched, None when not lately; aware, UTC.
        until: When a pause or a training ends, None for no end; aware, UTC.
    """

    rule: RuleFacts
    count: int
    last_at: datetime | None
    state: RuleState = RuleState.LIVE
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRow:
    """One agent: its host, its sources, and when it was last heard."""

    agent: str
    heard_at: datetime
    host: HostSample | None
    sources: tuple[SourceProgress, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFacts:
    """How telling people goes, over the last 24 hours.

    Attributes:
        sent: Notifications delivered.
        given_up: Notifications that could not be.
        retried: Tries beyond the first.
        waiting: Notifications owed now.
        oldest_waiting_s: Age in seconds of the oldest that is due, 0.0 when none is.
        latency_p50_s: From the newest record to the first card, seconds; None without any.
        latency_p99_s: The same, 99th percentile.
        last_fault: The newest failure in words, "" without any.
    """

    sent: int
    given_up: int
    retried: int
    waiting: int
    oldest_waiting_s: float
    latency_p50_s: float | None
    latency_p99_s: float | None
    last_fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityPoint:
    """Matching records of one severity in one minute."""

    at: datetime
    severity: Severity
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigFacts:
    """The configuration in force.

    Attributes:
        read_at: Since when; aware, UTC.
        refused: What is wrong with the file as it is now, () when it is the one in force.
    """

    read_at: datetime
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusView:
    """How everything stands.

    Attributes:
        open_by_severity: Open alerts, muted ones included.
        muted: Open alerts that a mute hides.
        troubles: Receivers that are not told everything in time.
        figures: Delivery over all processes.
        matches: The last 60 minutes, only points with a count, oldest first.
        started_at: When the answering process started; aware, UTC.
    """

    agents: tuple[AgentRow, ...]
    open_by_severity: dict[Severity, int]
    muted: int
    delivery: DeliveryFacts
    troubles: tuple[TargetTrouble, ...]
    figures: Figures
    matches: tuple[SeverityPoint, ...]
    subscriptions: int
    started_at: datetime
    version: str
    configuration: ConfigFacts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a subscription form offers: known rules and services."""

    rules: tuple[str, ...]
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatView:
    """A chat's subscriptions, the language it is answered in, and whom they name."""

    subscriptions: tuple[Subscription, ...]
    language: Language
    people: tuple[Person, ...] = ()
