"""Watches that no critical alert goes unheard: each has a card, or a next step in time."""

from datetime import datetime, timedelta

from bot.core.alert import Alert
from bot.core.concern import Concern, ConcernKind
from bot.core.mute import mute_of
from bot.core.ports import Store
from bot.engine.overseeing import Overseeing

LOOK_EVERY = timedelta(minutes=1)
GRACE = timedelta(minutes=2)
"""A younger alert may be on its way to people."""
OVERDUE = timedelta(minutes=1)
"""A step that should have been taken before this is none to count on."""
_ONCE = timedelta(days=365)
_MOST = 50


class Vigilance:
    """Tells admins of unheard alerts, once of each; a sweep."""

    def __init__(self, store: Store, overseeing: Overseeing) -> None:
        self._store = store
        self._overseeing = overseeing
        self._look_at: datetime | None = None

    def due(self, now: datetime) -> bool:
        """Whether there is one; looked for only now and then, and anew after a restart."""
        if self._look_at is not None and now < self._look_at:
            return False
        self._look_at = now + LOOK_EVERY
        return bool(unheard(self._store, now))

    def sweep(self, now: datetime) -> None:
        """Tell admins, who then are those that were told."""
        for alert in unheard(self._store, now):
            concern = Concern(
                kind=ConcernKind.UNHEARD,
                alert_id=alert.id,
                subject=f"{alert.id}.{alert.reopened}",
                every=_ONCE,
            )
            self._overseeing.concern(concern, now)


def unheard(store: Store, now: datetime) -> tuple[Alert, ...]:
    """Critical alerts that nobody was told of and nobody is about to be; at most a few dozen."""
    found = store.escalations.unheard(now - GRACE, now - OVERDUE, _MOST)
    if not found:
        return ()
    mutes = store.mutes.active(now)
    alerts = (store.alerts.get(one) for one in found)
    return tuple(
        alert for alert in alerts if alert is not None and mute_of(alert, mutes, now) is None
    )
