"""Watches over delivery: tells admins what hinders it, counts calls, renews cards of old alerts."""

import logging
from datetime import datetime, timedelta

from bot.core.alert import AlertState
from bot.core.concern import Concern, ConcernKind
from bot.core.notification import Notification, Purpose
from bot.core.ports import Store
from bot.core.quota import SPARE_AT, WARN_AT, calls_key, month_of
from bot.engine.terms import Terms

_log = logging.getLogger(__name__)

RENEWED_AT_ONCE = 50
MISFIRES = "misfires"
"""Counter of timed runs that did not happen in time."""
_MONTH = timedelta(days=31)


class Overseeing:
    """The engine's hand for delivery; every method runs inside the engine's transaction."""

    def __init__(self, store: Store, terms: Terms) -> None:
        self._store = store
        self._terms = terms

    def concern(self, concern: Concern, now: datetime) -> None:
        """Tell the admins, or the fallback chat where there are none; not twice in a while."""
        if self._store.outbox.owed_since(concern.about, now - concern.every):
            return
        _log.warning(
            "admins are told of a concern", extra={"about": concern.about, "to": concern.address}
        )
        for one in self._terms.admins or self._terms.fallback:
            self._store.outbox.owe(
                Notification(
                    target=one.target,
                    purpose=Purpose.CONCERN,
                    language=one.language,
                    content=concern.to_json(),
                    about=concern.about,
                    due_at=now,
                    created_at=now,
                )
            )

    def count_calls(self, calls: int, now: datetime) -> None:
        """Count API calls into their month; admins are told when they run out."""
        self._store.counters.add({calls_key(now): calls})
        monthly = self._terms.monthly_calls
        if not monthly:
            return
        after = self._store.counters.get(calls_key(now))
        for percent in (WARN_AT, SPARE_AT):
            if (after - calls) * 100 < monthly * percent <= after * 100:
                found = Concern(
                    kind=ConcernKind.QUOTA,
                    code=percent,
                    detail=f"{after}/{monthly}",
                    month=month_of(now),
                    every=_MONTH,
                )
                self.concern(found, now)

    def missed(self, runs: int) -> None:
        """Count timed runs that did not happen in time and were made up for by one."""
        self._store.counters.add({MISFIRES: runs})

    def due(self, now: datetime) -> bool:
        """Whether a card will soon be too old to edit."""
        return bool(self._store.outbox.renewals(now, 1))

    def sweep(self, now: datetime) -> None:
        """Owe new cards for those, where the alert is not over."""
        for card in self._store.outbox.renewals(now, RENEWED_AT_ONCE):
            self._store.outbox.renewed(card.alert_id, card.target)
            alert = self._store.alerts.get(card.alert_id)
            if alert is None or alert.state is AlertState.RESOLVED:
                continue
            self._store.outbox.owe(
                Notification(
                    target=card.target,
                    purpose=Purpose.CONTINUED,
                    alert_id=card.alert_id,
                    language=card.language,
                    due_at=now,
                    created_at=now,
                )
            )
