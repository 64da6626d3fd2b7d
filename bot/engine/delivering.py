"""How delivery goes: by chat where it is not well, and in figures for machines."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.fields import SERIES_LEFT_OUT
from bot.core.ports import Store
from bot.core.quota import Thrift, calls_key, thrift
from bot.core.subscription import Target, TargetKind
from bot.engine.overseeing import MISFIRES
from bot.engine.vigilance import unheard

EXPORTS = "exports:"
CACHES = "caches:"
SHARED = "shared:"
"""What keys of counters begin with that count numbers written elsewhere."""
LATE = timedelta(minutes=1)
"""What waits for less is on its way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetTrouble:
    """A receiver that is not told everything in time.

    Attributes:
        name: Of the chat, else its address; untrusted text.
        waiting: Notifications owed there now.
        waits_s: How long the oldest of them is due, in seconds.
        next_try_at: When an open breaker lets the next message through, None while it is closed.
        fault: The newest fault of an open breaker, in words.
        lessened: Cards of open alerts that show less than all.
        suspended: Why nothing is sent, "" while it is served.
    """

    name: str
    waiting: int = 0
    waits_s: float = 0.0
    next_try_at: datetime | None = None
    fault: str = ""
    lessened: int = 0
    suspended: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Delivery in figures, over all processes.

    Attributes:
        deliveries: Tries by purpose and result, e.g. ``first:sent``, since the database was made.
        waiting: Notifications owed now, by kind of target.
        oldest_s: How long the oldest of them is due.
        tripped: Open circuit breakers.
        lessened: Cards of open alerts that show less than all.
        calls: API calls in this month, of `monthly`; 0 of the latter is no quota.
        misfires: Timed runs that did not happen in time.
        unheard: Critical alerts that nobody was told of, and nobody is about to be.
        fields_full: Whether no new series of a field is kept, since there are very many.
        fields_left_out: How often a new one was not.
        caches: Lookups by cache and who answered, e.g. ``chats:process``.
        shared: Requests to what servers share, by how they went.
        exports: Numbers written elsewhere by export and result, e.g. ``metrics:written``.
    """

    deliveries: Mapping[str, int]
    waiting: Mapping[TargetKind, int]
    oldest_s: float
    tripped: int
    lessened: int
    calls: int
    monthly: int
    misfires: int
    unheard: int = 0
    fields_full: bool = False
    fields_left_out: int = 0
    exports: Mapping[str, int] = field(default_factory=dict)
    caches: Mapping[str, int] = field(default_factory=dict)
    shared: Mapping[str, int] = field(default_factory=dict)

    @property
    def sparing(self) -> bool:
        """Whether edits are held back for the quota's sake."""
        return thrift(self.calls, self.monthly) is Thrift.SPARING


class Delivering:
    """Reads of one store; safe to use from several threads."""

    def __init__(self, store: Store, monthly_calls: int) -> None:
        self._store = store
        self._monthly = monthly_calls

    def troubles(self, now: datetime) -> tuple[TargetTrouble, ...]:
        """Targets that are not well, by name."""
        queues = {one.target: one for one in self._store.outbox.queues()}
        tripped = {one.target: one for one in self._store.breakers.all() if one.tripped}
        lessened = self._store.outbox.lessened()
        suspended = {
            one.target: one.suspended for one in self._store.subscriptions.all() if one.suspended
        }
        late = {target for target, one in queues.items() if now - one.oldest_due_at > LATE}
        found = []
        for target in {*late, *tripped, *lessened, *suspended}:
            queue, breaker = queues.get(target), tripped.get(target)
            found.append(
                TargetTrouble(
                    name=self._name(target),
                    waiting=queue.waiting if queue else 0,
                    waits_s=max(0.0, (now - queue.oldest_due_at).total_seconds()) if queue else 0,
                    next_try_at=breaker.open_until if breaker else None,
                    fault=breaker.fault if breaker else "",
                    lessened=lessened.get(target, 0),
                    suspended=suspended.get(target, ""),
                )
            )
        return tuple(sorted(found, key=lambda one: one.name))

    def refused(self, alert_id: int) -> int:
        """The platform's code where a card of this alert shows less than all; 0 for nowhere."""
        cards = self._store.outbox.cards(alert_id)
        return next((card.refused for card in cards if card.plainness), 0)

    def figures(self, now: datetime) -> Figures:
        """Everything in figures."""
        waiting: Counter[TargetKind] = Counter()
        queues = self._store.outbox.queues()
        for one in queues:
            waiting[one.target.kind] += one.waiting
        oldest = min((one.oldest_due_at for one in queues), default=now)
        return Figures(
            deliveries=self._store.counters.under("deliveries:"),
            waiting=waiting,
            oldest_s=max(0.0, (now - oldest).total_seconds()),
            tripped=sum(one.tripped for one in self._store.breakers.all()),
            lessened=sum(self._store.outbox.lessened().values()),
            calls=self._store.counters.get(calls_key(now)),
            monthly=self._monthly,
            misfires=self._store.counters.get(MISFIRES),
            unheard=len(unheard(self._store, now)),
            fields_full=self._store.fields.full(),
            fields_left_out=self._store.counters.get(SERIES_LEFT_OUT),
            exports=self._store.counters.under(EXPORTS),
            caches=self._store.counters.under(CACHES),
            shared=self._store.counters.under(SHARED),
        )

    def _name(self, target: Target) -> str:
        chat = self._store.chats.get(target.address)
        known = chat.name if chat is not None else self._store.chats.name(target.address)
        return known or target.address
