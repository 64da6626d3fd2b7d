"""Delivers what is owed: claim, look again, hand to the notifier, record."""

import hashlib
import logging
import random
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import assert_never

from bot.core.alert import Alert
from bot.core.backoff import backoff
from bot.core.errors import BusyError, DeliveryError, Fault
from bot.core.notification import EDIT_AFTER, Notification, Purpose, Receipt
from bot.core.ports import Job, Notifier, Store
from bot.core.subscription import Target, TargetKind
from bot.delivery.ladder import plainer
from bot.delivery.pace import Pace
from watchers.clock import Clock

_log = logging.getLogger(__name__)

CLAIM_FOR = timedelta(seconds=30)
"""Longer than the slowest call; a worker that died is released earlier, by its name."""
LOOK_EVERY_S = 0.25
"""Other processes owe without ringing here."""
HELD_LOOK_S = 0.05
"""What is due waits for its target: soon enough to keep the pace, seldom enough to cost nothing."""
ANSWER_WITHIN = timedelta(minutes=10)
"""An answer that comes later answers nothing."""
APP_WIDE_THROTTLE = 99991400


class Worker:
    """One of several threads that deliver; the claims keep them off each other's feet.

    Attributes:
        target_lost: Called with a target that cannot be reached any more, and why.
    """

    def __init__(
        self,
        store: Store,
        notifiers: Mapping[TargetKind, Notifier],
        pace: Pace,
        clock: Clock,
        holder: str,
        target_lost: Callable[[Target, str, datetime], object],
    ) -> None:
        self._store = store
        self._notifiers = notifiers
        self._pace = pace
        self._clock = clock
        self._holder = holder
        self._target_lost = target_lost
        self._unsettled: deque[tuple[datetime, Callable[[], object]]] = deque()

    def step(self) -> float:
        """Deliver one notification if one is due; seconds to wait before the next look."""
        wait_s = self._pace.wait_s(self._clock.monotonic())
        if wait_s > 0:
            return min(wait_s, LOOK_EVERY_S)
        now = self._clock.now()
        if not self._settle_late(now):
            return LOOK_EVERY_S
        idle_s = self._idle_s(now)
        if idle_s > 0:
            return idle_s
        try:
            with self._store.transaction():
                blocked = self._pace.blocked(self._clock.monotonic())
                claimed = self._store.outbox.claim(now, now + CLAIM_FOR, self._holder, blocked)
        except BusyError:
            _log.warning("the database is busy: nothing delivered just now")
            return LOOK_EVERY_S
        if claimed is None:
            return HELD_LOOK_S
        self._deliver(claimed, now)
        return 0.0

    def _idle_s(self, now: datetime) -> float:
        """Looks without the write lock, which others need more than an idle worker."""
        due = self._store.outbox.next_due(now)
        if due is None:
            return LOOK_EVERY_S
        return min(LOOK_EVERY_S, max(0.0, (due - now).total_seconds()))

    def _deliver(self, owed: Notification, now: datetime) -> None:
        card = None
        if owed.alert_id is not None:
            card = self._store.outbox.card(owed.alert_id, owed.target)
        if _needs_card(owed.purpose) != (card is not None):
            self._settle(lambda: self._store.outbox.skip(owed, "no longer owed", now))
            return
        job = Job(notification=owed, uuid=_uuid(owed), card=card)
        try:
            receipt = self._send(job, now)
        except DeliveryError as error:
            self._failed(owed, error)
        except Exception:  # noqa: BLE001 - the top of the delivery loop
            # A row that breaks its notifier must not stop the others: it is put off.
            _log.exception("a notifier broke", extra={"notification": owed.id})
            self._failed(owed, DeliveryError(Fault.PASSING, detail="internal error, see the log"))
        else:
            self._settle(lambda: self._succeeded(owed, receipt))

    def _send(self, job: Job, now: datetime) -> Receipt | None:
        """Counted when it ends: a slow call reaches the platform late in its span."""
        target = job.notification.target
        try:
            return self._notifiers[target.kind].deliver(job, now)
        finally:
            if target.kind is TargetKind.FEISHU_CHAT:
                self._pace.note(target, self._clock.monotonic())

    def _succeeded(self, owed: Notification, receipt: Receipt | None) -> None:
        now = self._clock.now()
        if receipt is None:
            self._store.outbox.skip(owed, "nothing to tell", now)
            return
        self._store.outbox.sent(owed, receipt, now)
        if owed.purpose is Purpose.FIRST and owed.alert_id is not None:
            alert = self._store.alerts.get(owed.alert_id)
            # A repeated send is answered with the message of the first try, drawn earlier.
            if alert is not None and (alert.version != receipt.version or owed.attempts > 0):
                self._owe_refresh(alert, owed, now)

    def _owe_refresh(self, alert: Alert, first: Notification, now: datetime) -> None:
        self._store.outbox.owe(
            Notification(
                target=first.target,
                purpose=Purpose.REFRESH,
                alert_id=alert.id,
                language=first.language,
                due_at=now + EDIT_AFTER,
                created_at=now,
            )
        )

    def _failed(self, owed: Notification, error: DeliveryError) -> None:
        now = self._clock.now()
        facts = {"notification": owed.id, "code": error.code, "detail": error.detail}
        match error.fault:
            case Fault.THROTTLED | Fault.PASSING | Fault.TOKEN:
                _log.warning("delivery put off", extra=facts)
                self._settle(lambda: self._put_off(owed, error, now))
            case Fault.REJECTED:
                self._rejected(owed, error, now)
            case Fault.MESSAGE_LOST:
                _log.warning("a card is gone and is sent anew", extra=facts)
                self._settle(lambda: self._send_anew(owed, error, now))
            case Fault.TARGET_LOST:
                _log.error("a chat cannot be reached any more", extra=facts)
                self._settle(lambda: self._store.outbox.give_up(owed, str(error), now))
                self._settle(lambda: self._target_lost(owed.target, str(error), now))
            case Fault.MISCONFIGURED:
                _log.error("delivery given up: an operator must act", extra=facts)
                self._settle(lambda: self._store.outbox.give_up(owed, str(error), now))
            case _:
                assert_never(error.fault)

    def _put_off(self, owed: Notification, error: DeliveryError, now: datetime) -> None:
        spread = random.random()  # noqa: S311 - spreads load, keeps no secret
        if owed.purpose is Purpose.ANSWER and now - owed.created_at > ANSWER_WITHIN:
            self._store.outbox.give_up(owed, str(error), now)
            return
        wait = error.retry_after or backoff(owed.attempts + 1, spread)
        if error.fault is Fault.THROTTLED:
            held = None if error.code == APP_WIDE_THROTTLE else owed.target
            self._pace.hold(held, self._clock.monotonic() + wait.total_seconds())
        self._store.outbox.postpone(owed, now + wait, str(error))

    def _rejected(self, owed: Notification, error: DeliveryError, now: datetime) -> None:
        facts = {"notification": owed.id, "code": error.code, "detail": error.detail}
        lower = plainer(owed)
        if lower is None:
            _log.error("content refused, delivery given up", extra=facts)
            self._settle(lambda: self._store.outbox.give_up(owed, str(error), now))
        else:
            _log.warning("content refused, trying plainer", extra=facts)
            self._settle(lambda: self._store.outbox.postpone(lower, now, str(error)))

    def _send_anew(self, owed: Notification, error: DeliveryError, now: datetime) -> None:
        if owed.purpose is not Purpose.REFRESH or owed.alert_id is None:
            self._store.outbox.give_up(owed, str(error), now)
            return
        self._store.outbox.skip(owed, "sent anew", now)
        self._store.outbox.forget_card(owed.alert_id, owed.target)
        self._store.outbox.owe(
            Notification(
                target=owed.target,
                purpose=Purpose.FIRST,
                alert_id=owed.alert_id,
                language=owed.language,
                due_at=now,
                created_at=now,
            )
        )

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


def _needs_card(purpose: Purpose) -> bool:
    """Whether it changes a card or stands beneath it."""
    return purpose is Purpose.REFRESH or purpose.notice


def _uuid(owed: Notification) -> str:
    """Same for every try of a notification, other for every notification of any database."""
    name = f"{owed.id}:{owed.created_at.isoformat()}:{owed.target.address}:{owed.purpose.value}"
    return "lw" + hashlib.sha256(name.encode()).hexdigest()[:40]
