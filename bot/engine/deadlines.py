"""What the clock does to open alerts: reminders, ends of acknowledgements, waits, flapping."""

from datetime import datetime

from bot.core.alert import Alert, AlertState
from bot.core.changes import Change, ExpireAck, RemindOfAck, Ripen, Steady
from bot.core.flapping import steady_at
from bot.core.notification import Purpose
from bot.core.ports import Store
from bot.engine.changing import Changing
from bot.engine.telling import Audience, Telling

CHANGED_AT_ONCE = 200
"""Per sweep: the write lock is not kept from a click for long."""


class Deadlines:
    """Changes alerts when their time has come; a sweep."""

    def __init__(self, store: Store, telling: Telling, changing: Changing) -> None:
        self._store = store
        self._telling = telling
        self._changing = changing

    def due(self, now: datetime) -> bool:
        """Whether there is an alert whose time has come."""
        return bool(self._store.alerts.due(now, 1))

    def sweep(self, now: datetime) -> None:
        """Make every change that is due, for each alert the most urgent one first."""
        audience = self._telling.audience(now)
        for alert in self._store.alerts.due(now, CHANGED_AT_ONCE):
            changed = alert
            while (change := due_change(changed, now)) is not None:
                changed = self._changing.change(changed, change, audience, now)
                if isinstance(change, Ripen):
                    self._ripe(changed, audience, now)

    def _ripe(self, alert: Alert, audience: Audience, now: datetime) -> None:
        """It lasted: what was kept back is told."""
        if alert.state is not AlertState.FIRING:
            return
        if alert.reopened:
            self._telling.notify(alert, Purpose.REOPENED, audience, now)
        self._telling.tell(alert, audience, now)


def due_change(alert: Alert, now: datetime) -> Change | None:
    """What the clock does to an alert now; its quiet end apart."""
    promise, steady = alert.promise, steady_at(alert.flaps, alert.delay)
    if promise and promise.expires_at is not None and promise.expires_at <= now:
        return ExpireAck()
    if promise and promise.remind_at is not None and promise.remind_at <= now:
        return RemindOfAck()
    if alert.tell_at is not None and alert.tell_at <= now:
        return Ripen()
    if steady is not None and steady <= now:
        return Steady()
    return None
