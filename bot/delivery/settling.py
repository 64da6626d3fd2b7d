"""What becomes of a delivery: sent, put off, shown with less, sent anew, or given up."""

import logging
import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol, assert_never

from bot.core import breaker
from bot.core.attempt import Attempt, Dropped, Result
from bot.core.backoff import AGAIN_AFTER, backoff
from bot.core.concern import Concern, ConcernKind
from bot.core.errors import DeliveryError, Fault
from bot.core.notification import EDIT_AFTER, Notification, Purpose, Receipt
from bot.core.ports import Store
from bot.core.subscription import Target, TargetKind
from bot.delivery.ladder import plainer
from bot.delivery.pace import Pace
from watchers.clock import Clock

_log = logging.getLogger(__name__)

APP_WIDE_THROTTLE = 99991400
ANSWER_WITHIN = timedelta(minutes=10)
"""An answer that comes later answers nothing."""
_CHATS = frozenset({TargetKind.FEISHU_CHAT})
PAUSE_LEAST = timedelta(seconds=30)
PAUSE_MOST = timedelta(minutes=10)


class Decider(Protocol):
    """The deciding side, as far as delivery tells it something."""

    def suspend(self, target: Target, why: str, now: datetime) -> int:
        """A target cannot be reached any more; how many subscriptions that hits."""
        ...

    def concern(self, concern: Concern, now: datetime) -> None:
        """Admins should know this."""
        ...

    def unreached(self, owed: Notification, error: DeliveryError, now: datetime) -> None:
        """A step of an escalation could not be delivered, or an errand failed."""
        ...

    def ran(self, owed: Notification, receipt: Receipt, now: datetime) -> None:
        """An errand came to its end."""
        ...


class Settling:
    """Writes what became of a delivery; every public method runs inside a transaction."""

    def __init__(self, store: Store, pace: Pace, clock: Clock, decider: Decider) -> None:
        self._store = store
        self._outbox = store.outbox
        self._pace = pace
        self._clock = clock
        self._decider = decider
        self._pauses = 0

    def succeeded(
        self, owed: Notification, receipt: Receipt | None, ms: int, now: datetime
    ) -> None:
        """The notifier did what was owed, or with None found nothing to tell."""
        if receipt is None:
            self._note(owed, Result.NOTHING, ms, now)
            self._outbox.skip(owed, Dropped.NOTHING_TO_TELL, now)
            self._count(owed, "skipped")
            return
        self._note(owed, Result.SENT, ms, now)
        self._pauses = 0
        self._store.breakers.clear(owed.target)
        self._outbox.sent(owed, receipt, now)
        self._count(owed, "sent")
        if owed.purpose is Purpose.ERRAND:
            self._decider.ran(owed, receipt, now)
        if owed.alert_id is None or owed.purpose not in (Purpose.FIRST, Purpose.CONTINUED):
            return
        if owed.purpose is Purpose.FIRST and self._outbox.leaving(owed):
            self._outbox.forget_card(owed.alert_id, owed.target)
            self._owe(owed, Purpose.FAREWELL, now, {"message": receipt.message_id})
            return
        if receipt.follows:
            self._owe(owed, Purpose.FROZEN, now, {"message_id": receipt.follows})
        alert = self._store.alerts.get(owed.alert_id)
        # A repeated send is answered with the message of the first try, drawn earlier.
        if alert is not None and (alert.version != receipt.version or owed.attempts > 0):
            self._owe(owed, Purpose.REFRESH, now + EDIT_AFTER)

    def failed(
        self, failing: Notification, error: DeliveryError, shown: int, ms: int, now: datetime
    ) -> None:
        """The notifier could not; `shown` is the rung of the ladder that it tried."""
        owed = replace(failing, code=error.code)
        self._note(owed, Result.FAILED, ms, now, error)
        facts = {"notification": owed.id, "code": error.code, "detail": error.detail}
        match error.fault:
            case Fault.THROTTLED:
                _log.warning("delivery put off", extra=facts)
                self._throttled(owed, error, now)
            case Fault.PASSING:
                _log.warning("delivery put off", extra=facts)
                self._passing(owed, error, now)
            case Fault.TOKEN | Fault.APP_REFUSED:
                _log.error("the platform refuses the app: delivery pauses", extra=facts)
                self._paused(owed, error, now)
            case Fault.REJECTED:
                self._rejected(replace(owed, plainness=shown), error, now)
            case Fault.MESSAGE_LOST:
                _log.warning("a card is gone and is sent anew", extra=facts)
                self._message_lost(owed, error, now)
            case Fault.TARGET_LOST:
                _log.error("a chat cannot be reached any more", extra=facts)
                self._target_lost(owed, error, now)
            case Fault.MISCONFIGURED | Fault.NO_REPLY:
                _log.error("delivery given up: an operator must act", extra=facts)
                self._give_up(owed, error, now)
            case _:
                assert_never(error.fault)

    def too_late(self, owed: Notification, now: datetime) -> None:
        """An answer waited for so long that nobody waits for it any more."""
        self._outbox.give_up(owed, "too late for an answer", now)
        self._count(owed, "given_up")

    def _throttled(self, owed: Notification, error: DeliveryError, now: datetime) -> None:
        wait = self._wait(owed, error)
        held = None if error.code == APP_WIDE_THROTTLE else owed.target
        self._hold(held, wait)
        self._put_off(owed, error, now + wait)

    def _passing(self, owed: Notification, error: DeliveryError, now: datetime) -> None:
        if error.retry_after is None:  # with one, the platform works and asks for a moment
            before = self._store.breakers.get(owed.target)
            self._store.breakers.save(breaker.failed(before, owed.target, str(error), now))
        self._put_off(owed, error, now + self._wait(owed, error))

    def _paused(self, owed: Notification, error: DeliveryError, now: datetime) -> None:
        """Calls that are refused for the app's sake are not made for each message anew."""
        wait = min(PAUSE_MOST, PAUSE_LEAST * (1 << min(self._pauses, 8)))
        self._pauses += 1
        self._hold(None, wait)
        self._put_off(owed, error, now + wait)
        self._concerned(owed, ConcernKind.PAUSED, error, now)

    def _put_off(self, owed: Notification, error: DeliveryError, due: datetime) -> None:
        self._outbox.postpone(owed, due, str(error))
        self._count(owed, "put_off")

    def _rejected(self, owed: Notification, error: DeliveryError, now: datetime) -> None:
        facts = {"notification": owed.id, "code": error.code, "detail": error.detail}
        lower = plainer(owed)
        if lower is None:
            _log.error("content refused, delivery given up", extra=facts)
            self._give_up(owed, error, now)
            return
        _log.warning("content refused, trying with less", extra=facts)
        self._outbox.postpone(lower, now, str(error))
        self._count(owed, "refused")
        self._concerned(owed, ConcernKind.REFUSED, error, now)

    def _message_lost(self, owed: Notification, error: DeliveryError, now: datetime) -> None:
        if owed.alert_id is None or not (owed.purpose is Purpose.REFRESH or owed.purpose.notice):
            self._give_up(owed, error, now)
            return
        # The new card rings too, so a notice beneath the lost one has nothing more to say.
        self._outbox.skip(owed, Dropped.SENT_ANEW, now)
        self._outbox.forget_card(owed.alert_id, owed.target)
        self._owe(owed, Purpose.FIRST, now)

    def _target_lost(self, owed: Notification, error: DeliveryError, now: datetime) -> None:
        self._outbox.give_up(owed, str(error), now)
        self._count(owed, "given_up")
        if owed.purpose is Purpose.ESCALATED:
            self._unreached(owed, error, now)
        if not self._decider.suspend(owed.target, str(error), now):
            # Nobody's subscription, so nobody resumes it: the fallback, or an admin.
            self._owe_again(owed, now)

    def _give_up(self, owed: Notification, error: DeliveryError, now: datetime) -> None:
        self._outbox.give_up(owed, str(error), now)
        self._count(owed, "given_up")
        self._owe_again(owed, now)
        if owed.purpose is Purpose.ESCALATED:
            self._unreached(owed, error, now)
        else:
            if owed.purpose is Purpose.ERRAND:
                self._decider.unreached(owed, error, now)
            self._concerned(owed, ConcernKind.GIVEN_UP, error, now)

    def _unreached(self, owed: Notification, error: DeliveryError, now: datetime) -> None:
        self._decider.unreached(owed, error, now)
        self._concerned(owed, ConcernKind.STEP_FAILED, error, now)

    def _owe_again(self, owed: Notification, now: datetime) -> None:
        if owed.purpose is Purpose.FIRST and owed.again < len(AGAIN_AFTER):
            due = now + AGAIN_AFTER[owed.again]
            self._owe(owed, Purpose.FIRST, due, again=owed.again + 1)

    def _owe(
        self,
        owed: Notification,
        purpose: Purpose,
        due: datetime,
        content: dict[str, str] | None = None,
        again: int = 0,
    ) -> None:
        self._outbox.owe(
            Notification(
                target=owed.target,
                purpose=purpose,
                alert_id=owed.alert_id,
                language=owed.language,
                content=content or {},
                due_at=due,
                created_at=self._clock.now(),
                again=again,
            )
        )

    def _wait(self, owed: Notification, error: DeliveryError) -> timedelta:
        spread = random.random()  # noqa: S311 - spreads load, keeps no secret
        return error.retry_after or backoff(owed.attempts + 1, spread)

    def _hold(self, target: Target | None, wait: timedelta) -> None:
        self._pace.hold(target, self._clock.monotonic() + wait.total_seconds())

    def _concerned(
        self, owed: Notification, kind: ConcernKind, error: DeliveryError, now: datetime
    ) -> None:
        if owed.purpose is Purpose.CONCERN:  # a concern about concerns would never end
            return
        self._decider.concern(
            Concern(
                kind=kind,
                code=error.code,
                detail=error.detail,
                address=owed.target.address if owed.target.kind in _CHATS else "",
                alert_id=owed.alert_id or 0,
                subject=str(owed.content["means"]) if kind is ConcernKind.STEP_FAILED else "",
            ),
            now,
        )

    def _note(
        self,
        owed: Notification,
        result: Result,
        ms: int,
        now: datetime,
        error: DeliveryError | None = None,
    ) -> None:
        if owed.alert_id is None:
            return
        self._store.attempts.note(
            Attempt(
                notification=owed.id,
                alert_id=owed.alert_id,
                target=owed.target,
                purpose=owed.purpose,
                at=now,
                ms=ms,
                result=result,
                code=error.code if error is not None else 0,
                fault=error.fault if error is not None else None,
                detail=error.detail if error is not None else "",
            )
        )

    def _count(self, owed: Notification, result: str) -> None:
        self._store.counters.add({f"deliveries:{owed.purpose.value}:{result}": 1})
