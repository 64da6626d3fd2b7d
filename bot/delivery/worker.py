"""Delivers what is owed: claim, look again, hand to the notifier, record."""

import hashlib
import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.alert import AlertState
from bot.core.attempt import Dropped
from bot.core.backoff import backoff
from bot.core.errors import BusyError, DeliveryError, Fault
from bot.core.notification import Notification, Purpose, Receipt, SentCard
from bot.core.ports import NOTHING_HELD, Held, Job, Notifier, Store
from bot.core.quota import Thrift, calls_key, thrift
from bot.core.subscription import TargetKind
from bot.core.urgency import Urgency, urgency_of
from bot.delivery.ladder import rung_of
from bot.delivery.pace import Pace
from bot.delivery.settling import ANSWER_WITHIN, Decider, Settling
from bot.delivery.terms import DeliveryTerms
from watchers.clock import Clock

_log = logging.getLogger(__name__)

CLAIM_FOR = timedelta(seconds=30)
"""Longer than the slowest call; a worker that died is released earlier, by its name."""
LOOK_EVERY_S = 0.25
"""Other processes owe without ringing here."""
HELD_LOOK_S = 0.05
"""What is due waits for its target: soon enough to keep the pace, seldom enough to cost nothing."""
SPARED_EVERY_S = 1800.0
"""With the quota nearly gone, one of what is less urgent than a first card goes out this often."""
_PLATFORM = frozenset({TargetKind.FEISHU_CHAT, TargetKind.FEISHU_URGENT})


class Worker:
    """One of several threads that deliver; the claims keep them off each other's feet."""

    def __init__(
        self,
        store: Store,
        notifiers: Mapping[TargetKind, Notifier],
        pace: Pace,
        clock: Clock,
        holder: str,
        decider: Decider,
        terms: DeliveryTerms = DeliveryTerms(),  # noqa: B008 - frozen
    ) -> None:
        self._store = store
        self._notifiers = notifiers
        self._pace = pace
        self._clock = clock
        self._holder = holder
        self._terms = terms
        self._settling = Settling(store, pace, clock, decider)
        self._unsettled: deque[tuple[datetime, Callable[[], object]]] = deque()
        self._spared_until_s = 0.0

    def step(self) -> float:
        """Deliver one notification if one is due; seconds to wait before the next look."""
        now = self._clock.now()
        if not self._settle_late(now):
            return LOOK_EVERY_S
        idle_s = self._idle_s(now)
        if idle_s > 0:
            return idle_s
        wait_s = self._pace.wait_s(self._clock.monotonic())
        try:
            with self._store.transaction():
                claimed = self._claim(now, paced=wait_s > 0)
        except BusyError:
            _log.warning("the database is busy: nothing delivered just now")
            return LOOK_EVERY_S
        if claimed is None:
            return max(HELD_LOOK_S, min(wait_s, LOOK_EVERY_S))
        self._deliver(claimed, now)
        return 0.0

    def _idle_s(self, now: datetime) -> float:
        """Looks without the write lock, which others need more than an idle worker."""
        due = self._store.outbox.next_due(now)
        if due is None:
            return LOOK_EVERY_S
        return min(LOOK_EVERY_S, max(0.0, (due - now).total_seconds()))

    def _claim(self, now: datetime, *, paced: bool) -> Notification | None:
        monotonic_s = self._clock.monotonic()
        blocked = [*self._pace.blocked(monotonic_s)]
        blocked += [one.target for one in self._store.breakers.all() if one.bars(now)]
        sparing = self._sparing(now)
        held = NOTHING_HELD
        if paced or sparing:
            spared = sparing and monotonic_s < self._spared_until_s
            held = Held(
                kinds=_PLATFORM if paced else frozenset(),
                beyond=Urgency.FIRST if spared else None,
            )
        claimed = self._store.outbox.claim(now, now + CLAIM_FOR, self._holder, blocked, held)
        if claimed is not None and sparing and urgency_of(claimed.purpose, None) > Urgency.FIRST:
            self._spared_until_s = monotonic_s + SPARED_EVERY_S
        return claimed

    def _sparing(self, now: datetime) -> bool:
        """Whether the month's calls are nearly used up."""
        monthly = self._terms.monthly_calls
        if not monthly:
            return False
        calls = self._store.counters.get(calls_key(now))
        return thrift(calls, monthly) is Thrift.SPARING

    def _deliver(self, owed: Notification, now: datetime) -> None:
        card = None
        if owed.alert_id is not None:
            card = self._store.outbox.card(owed.alert_id, owed.target)
        if _no_longer_owed(owed, card):
            self._settle(lambda: self._store.outbox.skip(owed, Dropped.NO_LONGER_OWED, now))
        elif owed.purpose is Purpose.ANSWER and now - owed.created_at > ANSWER_WITHIN:
            self._settle(lambda: self._settling.too_late(owed, now))
        elif self._stale(owed, now):
            self._settle(lambda: self._store.outbox.fold(owed.target, owed.language, now))
        else:
            rung = rung_of(owed, card, now)
            job = Job(notification=replace(owed, plainness=rung), uuid=self._uuid(owed), card=card)
            self._hand_over(job, owed, now)

    def _uuid(self, owed: Notification) -> str:
        """Same for every try to post this message, other for every message of any database."""
        number, made_at = self._store.outbox.first_try(owed)
        name = f"{number}:{made_at.isoformat()}:{owed.target.address}:{owed.purpose.value}"
        return "lw" + hashlib.sha256(name.encode()).hexdigest()[:40]

    def _stale(self, owed: Notification, now: datetime) -> bool:
        """Whether it tells of what is over by now, to a chat that was not told for long."""
        rings = owed.purpose is Purpose.FIRST or owed.purpose.notice
        if not rings or owed.alert_id is None or owed.group_id is not None:
            return False
        alert = self._store.alerts.get(owed.alert_id)
        if alert is None or alert.state is not AlertState.RESOLVED:
            return False
        since = self._store.outbox.waits_since(owed.target)
        return since is not None and now - since >= self._terms.digest_after

    def _hand_over(self, job: Job, owed: Notification, now: datetime) -> None:
        shown, began = job.notification.plainness, self._clock.monotonic()
        try:
            receipt = self._send(job, now)
        except DeliveryError as error:
            self._failed(owed, error, shown, began)
        except Exception:  # noqa: BLE001 - the top of the delivery loop
            # A row that breaks its notifier must not stop the others: it is put off.
            _log.exception("a notifier broke", extra={"notification": owed.id})
            # Its own wait says that the target is well: others are sent there.
            wait = backoff(owed.attempts + 1, 1.0)
            detail = "internal error, see the log"
            broken = DeliveryError(Fault.PASSING, detail=detail, retry_after=wait)
            self._failed(owed, broken, shown, began)
        else:
            at, ms = self._clock.now(), self._ms_since(began)
            self._settle(lambda: self._settling.succeeded(owed, receipt, ms, at))

    def _failed(self, owed: Notification, error: DeliveryError, shown: int, began_s: float) -> None:
        at, ms = self._clock.now(), self._ms_since(began_s)
        self._settle(lambda: self._settling.failed(owed, error, shown, ms, at))

    def _ms_since(self, began_s: float) -> int:
        return round((self._clock.monotonic() - began_s) * 1000)

    def _send(self, job: Job, now: datetime) -> Receipt | None:
        """Counted when it ends: a slow call reaches the platform late in its span."""
        target = job.notification.target
        try:
            return self._notifiers[target.kind].deliver(job, now)
        finally:
            if target.kind in _PLATFORM:
                self._pace.note(target, self._clock.monotonic())

    def _settle(self, write: Callable[[], object]) -> None:
        """Write what became of a delivery; if the store is busy, a later step does.

        Should this process end before, the claim runs out and the delivery is tried again: the
        same `uuid` keeps that from posting twice.
        """
        if not self._wrote(write):
            _log.warning("the database is busy: what became of a delivery is written later")
            self._unsettled.append((self._clock.now() + CLAIM_FOR, write))

    def _settle_late(self, now: datetime) -> bool:
        """Write what could not be written before, while its claims hold; False if still busy."""
        while self._unsettled:
            try:
                until, write = self._unsettled.popleft()
            except IndexError:  # another thread took it
                break
            if now < until and not self._wrote(write):
                self._unsettled.appendleft((until, write))
                return False
        return True

    def _wrote(self, write: Callable[[], object]) -> bool:
        try:
            with self._store.transaction():
                write()
        except BusyError:
            return False
        return True


def _no_longer_owed(owed: Notification, card: SentCard | None) -> bool:
    """A first card needs a place without one; edits and notices need the card that they change."""
    if owed.purpose is Purpose.FIRST:
        return card is not None
    changes = owed.purpose in (Purpose.REFRESH, Purpose.CONTINUED) or owed.purpose.notice
    return changes and card is None
