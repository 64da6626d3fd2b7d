"""What the deciding side needs of the outside, as roles.

All methods that write are called inside `Store.transaction`; the outermost one commits. Every
`datetime` is aware and UTC. A `prune` forgets a bounded number of rows and says how many, so that
nobody waits for long; what is left goes with the next call.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from bot.core.aftermath import Aftermath
from bot.core.alert import Alert, AlertState, Person, Transition
from bot.core.attempt import Attempt, Owed
from bot.core.audit import Entry
from bot.core.breaker import Breaker
from bot.core.catalogue import CatalogueStore
from bot.core.errand_ports import ErrandStore
from bot.core.escalation import Escalation
from bot.core.fields import FieldStore
from bot.core.health_ports import HealthStore
from bot.core.lookup_ports import LookupStore, RecordedStore, TimelineStore
from bot.core.mass import MassAction
from bot.core.mute import Mute, MuteEvent
from bot.core.noise_ports import GroupStore, NoiseStore
from bot.core.notification import Notification, Receipt, SentCard
from bot.core.numbers import NumberStore
from bot.core.permission import Chat
from bot.core.pushed import EventStore, SilenceStore
from bot.core.pushed_lines import PushedLineStore
from bot.core.rota import Shift
from bot.core.rule_ports import RuleStore
from bot.core.sifting import SiftedStore
from bot.core.subscription import Language, Subscription, Target, TargetKind
from bot.core.tally_ports import DigestStore, PassageStore, TallyStore
from bot.core.token import TokenStore
from bot.core.urgency import Urgency
from bot.core.verdict import VerdictStore
from watchers.finding import Finding, Report, Severity, SourceProgress
from watchers.health import HostSample


class AlertStore(Protocol):
    """Alerts, their occurrences and transitions."""

    def count_in(self, findings: Iterable[Finding], now: datetime) -> tuple[Finding, ...]:
        """Note occurrences; returns those that were not counted before, in their order."""
        ...

    def latest(self, fingerprint: str) -> Alert | None:
        """The newest alert of a fingerprint, open or not."""
        ...

    def get(self, alert_id: int) -> Alert | None:
        """One alert."""
        ...

    def add(self, alert: Alert) -> Alert:
        """Store a new alert; returns it with its id."""
        ...

    def save(self, alert: Alert) -> None:
        """Store a changed alert.

        Raises:
            ConflictError: If somebody else changed it since it was read.
        """
        ...

    def record(self, transition: Transition) -> None:
        """Store a state change."""
        ...

    def transitions(self, alert_id: int, limit: int) -> tuple[Transition, ...]:
        """The newest few, oldest first."""
        ...

    def open_briefly(self, fingerprints: Collection[str] | None = None) -> tuple["OpenAlert", ...]:
        """Open alerts, newest change first, without what only a card shows; all, or of these."""
        ...

    def open_page(
        self, severities: Iterable[Severity], offset: int, limit: int
    ) -> tuple[tuple[Alert, ...], int]:
        """Some of the open alerts, worst first, then newest; and how many there are in all."""
        ...

    def open_tally(self) -> Mapping[Severity, int]:
        """How many alerts are open, by severity; those without one are left out."""
        ...

    def open_after(
        self, alert_id: int, limit: int, fingerprints: Collection[str] | None
    ) -> tuple["OpenAlert", ...]:
        """Open alerts with a greater number, in its order; all, or of these fingerprints."""
        ...

    def concerned_after(
        self, alert_id: int, limit: int, fingerprints: Collection[str] | None, since: datetime
    ) -> tuple["ConcernedAlert", ...]:
        """The same, together with alerts resolved since an instant."""
        ...

    def seen_since(self, moment: datetime, limit: int) -> tuple["OpenAlert", ...]:
        """Alerts that are open or occurred since an instant, newest first."""
        ...

    def quiet_sources(self, now: datetime) -> tuple[tuple[str, str], ...]:
        """Agent and watch of open alerts that are over by now if their source was heard."""
        ...

    def quiet(self, agent: str, watch: str, now: datetime, limit: int) -> tuple[Alert, ...]:
        """Open alerts of one source that are over by now, longest quiet first."""
        ...

    def due(self, now: datetime, limit: int) -> tuple[Alert, ...]:
        """Open alerts that the clock changes now, longest due first; those quiet by now apart."""
        ...

    def open_of_rule(self, rule: str) -> tuple[Alert, ...]:
        """Open alerts of one rule, oldest first."""
        ...

    def open_rules(self, agent: str) -> tuple[str, ...]:
        """Rules of this configuration that an agent's open alerts are of."""
        ...

    def open_sources(self) -> tuple[tuple[str, str, bool], ...]:
        """Agent and watch of open alerts, and whether they are unknown; each once."""
        ...

    def open_of_source(
        self, agent: str, watch: str, limit: int, *, unknown: bool
    ) -> tuple[Alert, ...]:
        """Open alerts of one source, oldest first: those that are unknown, or the others."""
        ...

    def found_since(self, since: datetime) -> tuple["Found", ...]:
        """What rules found since an instant, by rule and service, newest first."""
        ...

    def services(self) -> tuple[str, ...]:
        """Values of the label ``service`` seen lately, sorted."""
        ...

    def prune(self, before: datetime) -> int:
        """Forget some occurrences, and resolved alerts with all that hangs on them."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAlert:
    """An alert as lists sift it: `identity` is what matchers see."""

    id: int
    severity: Severity
    identity: Mapping[str, str]
    opened_at: datetime
    open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one rule found in one service, alert or not.

    Attributes:
        service: "" for findings of none.
        records: How many records matched.
        last_at: When the newest came in.
    """

    rule: str
    service: str
    severity: Severity
    records: int
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernedAlert:
    """An alert that the end of a mute may concern.

    Attributes:
        identity: What matchers see.
        fresh: The first of its fingerprint, and opened after the instant that was asked for.
    """

    id: int
    severity: Severity
    state: AlertState
    identity: Mapping[str, str]
    fresh: bool


class MutePhase(StrEnum):
    """Where a mute stands with the engine."""

    PLANNED = "planned"
    """Its window is to come."""
    BEGINNING = "beginning"
    """The cards that it hides are being drawn anew."""
    HIDING = "hiding"
    ENDING = "ending"
    """Its alerts are being shown again."""
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteCourse:
    """A mute, and how far the engine's work on it is.

    Attributes:
        after: Of the alerts to work through, those up to this number are done.
        reminded: The version whose end was announced, 0 for none.
        event: What ended it.
        left: What it leaves behind, as far as worked through.
        due_at: When the engine looks at it next; None for never.
    """

    mute: Mute
    phase: MutePhase
    after: int = 0
    reminded: int = 0
    event: MuteEvent = MuteEvent.EXPIRED
    left: tuple[Aftermath, ...] = ()
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteChange:
    """One row of the history of a mute.

    Attributes:
        mute: As it was after the change.
    """

    mute: Mute
    event: MuteEvent
    by: Person
    at: datetime


class AliasStore(Protocol):
    """Fingerprints that are counted under another one."""

    def canonical(self, fingerprints: Collection[str]) -> Mapping[str, str]:
        """Under which fingerprint each of these is counted; itself without an alias."""
        ...

    def add(self, fingerprint: str, canonical: str, now: datetime) -> None:
        """Count one under another from now on, and all that were counted under it."""
        ...


class MuteStore(Protocol):
    """Mutes with their history, past ones included."""

    def add(self, mute: Mute, now: datetime) -> Mute:
        """Store a new mute, due at once; returns it with its id."""
        ...

    def change(self, mute: Mute, event: MuteEvent, by: Person, now: datetime) -> None:
        """Store a changed mute, due at once, and a row of its history."""
        ...

    def get(self, mute_id: int) -> Mute | None:
        """One mute."""
        ...

    def active(self, now: datetime) -> tuple[Mute, ...]:
        """Mutes that hide now, first to end first."""
        ...

    def standing(self) -> tuple[Mute, ...]:
        """Mutes that hide or will, first to end first."""
        ...

    def over_span(self, since: datetime, until: datetime) -> tuple[Mute, ...]:
        """Mutes that hid at any time between two instants, past ones too, first to end first."""
        ...

    def history(self, limit: int) -> tuple[MuteChange, ...]:
        """The newest changes of all mutes, newest first."""
        ...

    def suppress(self, records: Mapping[int, int]) -> None:
        """Count records that mutes hid, by mute."""
        ...

    def look_at(self, mute_ids: Collection[int], now: datetime) -> None:
        """Let the engine look at these at once."""
        ...

    def any_due(self, now: datetime) -> bool:
        """Whether `due` would return any."""
        ...

    def due(self, now: datetime, limit: int) -> tuple[MuteCourse, ...]:
        """Mutes that the engine has to look at, longest due first."""
        ...

    def proceed(self, course: MuteCourse) -> None:
        """Store how far the work on a mute is."""
        ...

    def prune(self, before: datetime) -> int:
        """Forget some mutes that were over before that, after their history; how many rows."""
        ...


class EscalationStore(Protocol):
    """Escalations on their way, one at most for an alert."""

    def get(self, alert_id: int) -> Escalation | None:
        """The run of one alert."""
        ...

    def save(self, run: Escalation) -> None:
        """Store a run, in the place of the one before."""
        ...

    def remove(self, alert_id: int) -> None:
        """Forget an alert's run."""
        ...

    def any_due(self, now: datetime) -> bool:
        """Whether `due` would return any."""
        ...

    def due(self, now: datetime, limit: int) -> tuple[Escalation, ...]:
        """Runs whose next step is due, longest due first."""
        ...

    def unheard(self, opened_before: datetime, due_before: datetime, limit: int) -> tuple[int, ...]:
        """Alerts that nobody was told of, and nobody is about to be, oldest first.

        Critical and firing ones that came before `opened_before`, have no card, and no next step
        or one that was due before `due_before`.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """What a rota's calendar said when it was last read.

    Attributes:
        shifts: First to begin first.
        read_at: When it could be read; None for never; aware, UTC.
        fault: Why it could not be read the last time, "" if it could.
    """

    shifts: tuple[Shift, ...] = ()
    read_at: datetime | None = None
    fault: str = ""


class CalendarStore(Protocol):
    """The last good reading of each rota's calendar."""

    def get(self, rota: str) -> Calendar:
        """Of one rota; an empty one when it was never read."""
        ...

    def save(self, rota: str, calendar: Calendar) -> None:
        """Store a reading."""
        ...


class MassActionStore(Protocol):
    """Actions on many alerts, proposed or under way."""

    def add(self, action: MassAction) -> MassAction:
        """Store a proposed one; returns it with its id."""
        ...

    def get(self, number: int) -> MassAction | None:
        """One of them."""
        ...

    def save(self, action: MassAction) -> None:
        """Store how far it is."""
        ...

    def due(self, now: datetime, limit: int) -> tuple[MassAction, ...]:
        """Those that are under way, oldest first."""
        ...

    def prune(self, before: datetime) -> int:
        """Forget some that were made before that; how many."""
        ...


class SubscriptionStore(Protocol):
    """Standing wishes."""

    def add(self, subscription: Subscription) -> Subscription:
        """Store a new one; returns it with its id."""
        ...

    def all(self) -> tuple[Subscription, ...]:
        """Every subscription, oldest first."""
        ...

    def of(self, target: Target) -> tuple[Subscription, ...]:
        """A target's subscriptions, oldest first."""
        ...

    def save(self, subscription: Subscription) -> None:
        """Store what a changed one wishes for."""
        ...

    def remove(self, subscription_id: int) -> None:
        """Forget one."""
        ...

    def suspend(self, target: Target, why: str, *, ended: bool = False) -> int:
        """Stop serving a target, or serve it again with ``why=""``; how many changed.

        What `ended` is never served again.
        """
        ...


class AuditLog(Protocol):
    """What people did; entries are added and read, and there is no way to change one."""

    def add(self, entry: Entry) -> None:
        """Store an entry."""
        ...

    def newest(
        self, limit: int, alert_id: int | None = None, chat: str | None = None
    ) -> tuple[Entry, ...]:
        """The newest few, newest first: all, of one alert, or of one chat."""
        ...

    def since(self, moment: datetime, after_id: int, limit: int) -> tuple[Entry, ...]:
        """Some of the entries from `moment` on with a greater id, oldest first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An alert that a chat hears of when its hours begin."""

    alert_id: int
    target: Target
    language: Language
    due_at: datetime


class KeptStore(Protocol):
    """Alerts that wait for the hours of a chat."""

    def keep(self, kept: Kept) -> None:
        """Note one; the same alert waits once for a chat."""
        ...

    def targets(self, alert_id: int) -> tuple[Target, ...]:
        """For whose hours an alert waits."""
        ...

    def due(self, now: datetime) -> bool:
        """Whether any has waited for long enough."""
        ...

    def take_due(self, now: datetime) -> tuple[Kept, ...]:
        """Those that have, in the order they came; they are forgotten here."""
        ...

    def move(self, target: Target, due_at: datetime) -> None:
        """The hours of a target changed."""
        ...

    def drop(self, target: Target) -> None:
        """Forget all of a target."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMessage:
    """A message that Larkwatch sent.

    Attributes:
        address: The target's: a chat_id, or an open_id for a private message.
        alert_id: The alert it tells of, None for other cards.
    """

    message_id: str
    address: str
    alert_id: int | None


class Outbox(Protocol):
    """Notifications owed, and the cards that stand."""

    def owe(self, notification: Notification) -> None:
        """Store an owed notification.

        A refresh folds into a waiting one of the same card and keeps the earlier due time; a
        first card is not owed twice, nor where the card stands already.
        """
        ...

    def owed_since(self, about: str, since: datetime) -> bool:
        """Whether something about this came to be owed after that moment."""
        ...

    def claim(
        self,
        now: datetime,
        until: datetime,
        holder: str,
        passing_over: Iterable[Target],
        held: "Held" = ...,
    ) -> Notification | None:
        """Take the most urgent due notification that nobody holds, by conditional update."""
        ...

    def first_try(self, owed: Notification) -> tuple[int, datetime]:
        """Number and making of the first notification that owed this same message.

        A first card that was given up or dropped may stand all the same; whoever owes it again
        posts the same message, until one was known to be sent.
        """
        ...

    def next_due(self, now: datetime) -> datetime | None:
        """When the next waiting notification is due or its claim ends; None without any."""
        ...

    def sent(self, notification: Notification, receipt: Receipt, now: datetime) -> None:
        """Note a delivery; keeps the card of a first or refresh."""
        ...

    def postpone(self, notification: Notification, due_at: datetime, fault: str) -> None:
        """Give a claimed notification back, to be tried again."""
        ...

    def give_up(self, notification: Notification, fault: str, now: datetime) -> None:
        """Note that a notification will not be delivered, and why."""
        ...

    def skip(self, notification: Notification, why: str, now: datetime) -> None:
        """Note that a notification is owed no more."""
        ...

    def waits_since(self, target: Target) -> datetime | None:
        """When the oldest of what waits for a target came to be owed; None without any."""
        ...

    def fold(self, target: Target, language: Language, now: datetime) -> None:
        """Owe one digest for all that waits to tell of resolved alerts there."""
        ...

    def renewals(self, now: datetime, limit: int) -> tuple[SentCard, ...]:
        """Cards that will soon be too old to edit, oldest first."""
        ...

    def renewed(self, alert_id: int, target: Target) -> None:
        """The card's renewal is owed, or not needed."""
        ...

    def drop_target(self, target: Target, fault: str, now: datetime) -> None:
        """Give up all that waits for a target."""
        ...

    def release(self, dead: Iterable[str]) -> None:
        """Free the claims of holders that are gone."""
        ...

    def holders(self) -> tuple[str, ...]:
        """Who holds claims now."""
        ...

    def card(self, alert_id: int, target: Target) -> SentCard | None:
        """The card of an alert in a target."""
        ...

    def cards(self, alert_id: int) -> tuple[SentCard, ...]:
        """All cards of an alert."""
        ...

    def cards_of(self, alert_ids: Collection[int]) -> tuple[SentCard, ...]:
        """All cards of some alerts."""
        ...

    def owe_refreshes(
        self,
        alert_ids: Collection[int],
        passing_over: Collection[Target],
        due_at: datetime,
        now: datetime,
    ) -> None:
        """Owe every card of some alerts drawn anew, but in these targets; as `owe` would."""
        ...

    def behind(self, target: Target) -> tuple[SentCard, ...]:
        """Cards of a target whose alert is open, or changed after the card was drawn."""
        ...

    def forget_card(self, alert_id: int, target: Target) -> None:
        """The message is gone."""
        ...

    def standing(self, target: Target) -> tuple[SentCard, ...]:
        """Cards of a target whose alert is open."""
        ...

    def drop_first(self, alert_id: int, target: Target, why: str, now: datetime) -> None:
        """A first card that waits is owed no more; one that was tried is `leaving`."""
        ...

    def leaving(self, notification: Notification) -> bool:
        """Whether its target took leave of the alert while it was on its way."""
        ...

    def own_message(self, message_id: str) -> OwnMessage | None:
        """What a message was, None when Larkwatch did not send it."""
        ...

    def sending_to(self, target: Target) -> bool:
        """Whether a message may stand in a target that is not noted as sent yet."""
        ...

    def became(self, alert_id: int, limit: int, now: datetime) -> tuple[Owed, ...]:
        """What became of the newest few notifications of an alert, oldest first."""
        ...

    def tally(self, since: datetime, now: datetime) -> "OutboxTally":
        """Figures for the status."""
        ...

    def queues(self) -> tuple["Queue", ...]:
        """What waits, by target."""
        ...

    def lessened(self) -> Mapping[Target, int]:
        """How many cards of open alerts show less than all, by target; without those of none."""
        ...

    def prune(self, before: datetime) -> int:
        """Forget some finished notifications."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxTally:
    """Figures of the outbox; latencies in seconds, for first cards, unordered."""

    sent: int
    given_up: int
    retried: int
    waiting: int
    oldest_due_at: datetime | None
    latencies_s: tuple[float, ...]
    last_fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What may not be claimed just now.

    Attributes:
        kinds: Of targets.
        beyond: What is less urgent than this, None for nothing.
    """

    kinds: frozenset[TargetKind] = frozenset()
    beyond: Urgency | None = None


NOTHING_HELD = Held()


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What waits for one target.

    Attributes:
        oldest_due_at: When the first of it was due.
    """

    target: Target
    waiting: int
    oldest_due_at: datetime


class AttemptLog(Protocol):
    """Attempts to deliver what is owed of alerts; of each kind only the newest few."""

    def note(self, attempt: Attempt) -> None:
        """Keep one; older ones of the same alert, target and purpose make room."""
        ...

    def of(self, alert_id: int, limit: int) -> tuple[Attempt, ...]:
        """The newest few of an alert, oldest first."""
        ...

    def prune(self, before: datetime) -> int:
        """Forget some made before that."""
        ...


class BreakerStore(Protocol):
    """Targets that failed lately."""

    def get(self, target: Target) -> Breaker | None:
        """What failed in a row there, None if the last try got through."""
        ...

    def all(self) -> tuple[Breaker, ...]:
        """Every target that failed when it was last tried."""
        ...

    def save(self, breaker: Breaker) -> None:
        """Note a fault."""
        ...

    def clear(self, target: Target) -> None:
        """Something got through."""
        ...


class CounterStore(Protocol):
    """Figures that only grow, under a key."""

    def add(self, counts: Mapping[str, int]) -> None:
        """Count under several keys."""
        ...

    def get(self, key: str) -> int:
        """One figure, 0 when nothing was counted."""
        ...

    def under(self, prefix: str) -> Mapping[str, int]:
        """Figures whose key begins so, by the rest of the key."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """An event that was stored and waits to be worked on.

    Attributes:
        key: Event or message id; an event arrives once under it.
        envelope: As Feishu sent it.
    """

    key: str
    envelope: Mapping[str, Any]
    received_at: datetime
    attempts: int


class Inbox(Protocol):
    """Event ids already seen, and events that wait to be worked on."""

    def add(self, key: str, envelope: Mapping[str, Any], now: datetime, *, pending: bool) -> bool:
        """Store an event; False if it was seen before."""
        ...

    def pending(self, now: datetime, limit: int) -> tuple[Received, ...]:
        """Events to work on, oldest first."""
        ...

    def done(self, key: str) -> None:
        """The event is worked on."""
        ...

    def postpone(self, key: str, due_at: datetime) -> None:
        """The event could not be worked on; try again then."""
        ...

    def prune(self, before: datetime) -> int:
        """Forget some events seen before that."""
        ...


class SeriesStore(Protocol):
    """Counts per minute under a key."""

    def add(self, counts: Mapping[str, int], at: datetime) -> None:
        """Count under several keys into the minute of `at`."""
        ...

    def read(self, key: str, since: datetime) -> Sequence[tuple[datetime, int]]:
        """Minutes with a count, oldest first."""
        ...

    def sum_of(self, keys: Collection[str], since: datetime) -> int:
        """Sum over several keys."""
        ...

    def total(self, key: str, since: datetime) -> tuple[int, datetime | None]:
        """Sum, and the newest minute with a count."""
        ...

    def prune(self, before: datetime) -> int:
        """Forget some older minutes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRecord:
    """What was last heard of an agent."""

    agent: str
    heard_at: datetime
    host: HostSample | None
    sources: tuple[SourceProgress, ...]


class AgentStore(Protocol):
    """Agents, and the positions of those that share the database."""

    def heard(self, report: Report, now: datetime) -> None:
        """Note progress, host and positions of a report."""
        ...

    def keep(self, report: Report) -> None:
        """Note the positions of a report, and nothing else."""
        ...

    def all(self) -> tuple[AgentRecord, ...]:
        """Every agent, by name."""
        ...

    def positions(self, agent: str) -> Mapping[str, str]:
        """What `Report.positions` left behind."""
        ...

    def prune(self, before: datetime) -> int:
        """Forget some agents that were not heard since then, with their positions."""
        ...


class ChatStore(Protocol):
    """Chats and people as Feishu last described them."""

    def get(self, chat_id: str) -> Chat | None:
        """One chat."""
        ...

    def save(self, chat: Chat, members: Mapping[str, str]) -> None:
        """Note a chat and the names of its members by open_id."""
        ...

    def forget(self, chat_id: str) -> None:
        """Ask Feishu again next time."""
        ...

    def name(self, person_id: str) -> str:
        """A person's name, "" when unknown."""
        ...

    def looked_up(self, contact: str) -> "LookedUp | None":
        """What is known of an e-mail address or a mobile number, None when nobody asked."""
        ...

    def note_contact(self, contact: str, found: "LookedUp") -> None:
        """Remember whose it is."""
        ...

    def language(self, chat_id: str) -> Language | None:
        """The language a chat chose."""
        ...

    def set_language(self, chat_id: str, language: Language) -> None:
        """Remember a chat's language."""
        ...

    def person_language(self, person_id: str) -> Language | None:
        """The language a person chose."""
        ...

    def set_person_language(self, person_id: str, language: Language | None) -> None:
        """Remember it, or forget it with None."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedUp:
    """Whose an e-mail address or a mobile number is: an open_id, "" for nobody's."""

    person_id: str
    at: datetime


class LeaseStore(Protocol):
    """Time-limited rights of one process to run a job."""

    def take(self, name: str, holder: str, now: datetime, length: timedelta) -> bool:
        """Take or prolong a lease; False while somebody alive holds it."""
        ...

    def give_back(self, name: str, holder: str) -> None:
        """End a lease that this holder has."""
        ...

    def holder(self, name: str, now: datetime) -> str:
        """Who has the lease now, "" for nobody."""
        ...


class Store(Protocol):
    """Everything that is kept, behind one kind of transaction."""

    @property
    def alerts(self) -> AlertStore: ...  # noqa: D102 - the type says it
    @property
    def aliases(self) -> AliasStore: ...  # noqa: D102
    @property
    def sifted(self) -> SiftedStore: ...  # noqa: D102
    @property
    def mass_actions(self) -> MassActionStore: ...  # noqa: D102
    @property
    def mutes(self) -> MuteStore: ...  # noqa: D102
    @property
    def escalations(self) -> EscalationStore: ...  # noqa: D102
    @property
    def errands(self) -> ErrandStore: ...  # noqa: D102
    @property
    def calendars(self) -> CalendarStore: ...  # noqa: D102
    @property
    def subscriptions(self) -> SubscriptionStore: ...  # noqa: D102
    @property
    def audit(self) -> AuditLog: ...  # noqa: D102
    @property
    def kept(self) -> KeptStore: ...  # noqa: D102
    @property
    def outbox(self) -> Outbox: ...  # noqa: D102
    @property
    def attempts(self) -> AttemptLog: ...  # noqa: D102
    @property
    def groups(self) -> GroupStore: ...  # noqa: D102
    @property
    def noise(self) -> NoiseStore: ...  # noqa: D102
    @property
    def inbox(self) -> Inbox: ...  # noqa: D102
    @property
    def series(self) -> SeriesStore: ...  # noqa: D102
    @property
    def numbers(self) -> NumberStore: ...  # noqa: D102
    @property
    def pushed_lines(self) -> PushedLineStore: ...  # noqa: D102
    @property
    def kept_events(self) -> EventStore: ...  # noqa: D102
    @property
    def silences(self) -> SilenceStore: ...  # noqa: D102
    @property
    def rules(self) -> RuleStore: ...  # noqa: D102
    @property
    def verdicts(self) -> VerdictStore: ...  # noqa: D102
    @property
    def catalogue(self) -> CatalogueStore: ...  # noqa: D102
    @property
    def fields(self) -> FieldStore: ...  # noqa: D102
    @property
    def tallies(self) -> TallyStore: ...  # noqa: D102
    @property
    def passages(self) -> PassageStore: ...  # noqa: D102
    @property
    def digests(self) -> DigestStore: ...  # noqa: D102
    @property
    def agents(self) -> AgentStore: ...  # noqa: D102
    @property
    def health(self) -> HealthStore: ...  # noqa: D102
    @property
    def chats(self) -> ChatStore: ...  # noqa: D102
    @property
    def breakers(self) -> BreakerStore: ...  # noqa: D102
    @property
    def counters(self) -> CounterStore: ...  # noqa: D102
    @property
    def recorded(self) -> RecordedStore: ...  # noqa: D102
    @property
    def lookups(self) -> LookupStore: ...  # noqa: D102
    @property
    def timelines(self) -> TimelineStore: ...  # noqa: D102
    @property
    def leases(self) -> LeaseStore: ...  # noqa: D102
    @property
    def tokens(self) -> TokenStore: ...  # noqa: D102

    def transaction(self) -> AbstractContextManager[None]:
        """One atomic change; a nested one can fail alone, and commits with the outermost.

        Raises:
            BusyError: If the database stayed locked, or its disk is full.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A claimed notification on its way to a notifier.

    Attributes:
        uuid: Same for every try of this notification, so that a retry never posts twice.
        card: The card to change, None to send a new message.
    """

    notification: Notification
    uuid: str
    card: SentCard | None


class Directory(Protocol):
    """Asks Feishu about chats; every call goes over the network."""

    def chat(self, chat_id: str, now: datetime) -> Chat:
        """Owner, managers and name of a chat.

        Raises:
            DeliveryError: If Feishu did not say.
        """
        ...

    def members(self, chat_id: str) -> Mapping[str, str]:
        """Names of a chat's people by open_id, at most a few hundred.

        Raises:
            DeliveryError: If Feishu did not say.
        """
        ...

    def in_chat(self, chat_id: str) -> bool:
        """Whether the bot is in a chat.

        Raises:
            DeliveryError: If Feishu did not say.
        """
        ...

    def open_ids(self, emails: Sequence[str], mobiles: Sequence[str]) -> Mapping[str, str]:
        """open_ids by e-mail address and mobile number; those of nobody are left out.

        Raises:
            DeliveryError: If Feishu did not say.
        """
        ...


class Notifier(Protocol):
    """Delivers to one kind of target; draws and sends."""

    def deliver(self, job: Job, now: datetime) -> Receipt | None:
        """Send or change one message; None if there is nothing to tell any more.

        Raises:
            DeliveryError: If it could not, with what to do about it.
        """
        ...
