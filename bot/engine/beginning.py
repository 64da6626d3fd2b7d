"""Sees which alerts began together, and says so on their cards."""

from datetime import datetime

from bot.core.alert import Alert
from bot.core.correlation import Beginning, began_together, merged
from bot.core.notification import refreshed
from bot.core.ports import Store
from bot.engine.terms import Terms


class Beginnings:
    """The engine's hand for beginnings; runs inside the engine's transaction."""

    def __init__(self, store: Store, terms: Terms) -> None:
        self._store = store
        self._terms = terms

    def note(self, alert: Alert, now: datetime) -> None:
        """See what a firing alert began together with; the cards of all of them say so."""
        within = self._terms.noise.together
        if within is None or now - alert.opened_at > within:
            return
        if self._store.noise.together(alert.id) is not None:
            return
        newest = Beginning(
            alert_id=alert.id, title=alert.title, labels=alert.labels, opened_at=alert.opened_at
        )
        lately = {
            one.alert_id: one for one in self._store.noise.began_since(newest.opened_at - within)
        }
        found = began_together(newest, lately.values(), within)
        if found is None:
            return
        known = self._store.noise.all_together(found.alerts)
        if any(one.first not in lately for one in known.values()):
            # What began with an alert before this span is told with that one.
            near = [
                one
                for number, one in lately.items()
                if number not in known or known[number].first in lately
            ]
            found = began_together(newest, near, within)
            if found is None:
                return
        found = merged(found, [known[number] for number in found.alerts if number in known])
        if alert.id not in found.alerts:
            self._store.noise.keep_together(found, (alert.id,))
            return
        self._store.noise.keep_together(found, found.alerts)
        for alert_id in found.alerts:
            for card in self._store.outbox.cards(alert_id):
                self._store.outbox.owe(refreshed(alert_id, card, now))
