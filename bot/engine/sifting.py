"""Reads alerts by what is asked for."""

from collections.abc import Callable
from datetime import datetime

from bot.core.alert import Alert
from bot.core.matcher import all_take
from bot.core.mute import mute_of, mute_over
from bot.core.ports import Store
from bot.core.sifting import Sift, Standing
from bot.engine.views import AlertPage, AlertView

LOOKED_THROUGH = 20_000
"""Alerts that conditions are asked of; beyond that a list ends."""


class Sifting:
    """Lists of alerts; safe to use from several threads, changes nothing."""

    def __init__(self, store: Store, named: Callable[[Alert], Alert]) -> None:
        """`named` gives an alert's people the names known by now."""
        self._store = store
        self._named = named

    def page(self, sift: Sift, now: datetime, offset: int, limit: int) -> AlertPage:
        """Some of the alerts asked for, in its order; and how many there are."""
        if sift.matchers or sift.standing is Standing.MUTED:
            alerts, total = self._asked_of(sift, now, offset, limit)
        else:
            alerts, total = self._store.sifted.page(sift, offset, limit)
        mutes = self._store.mutes.active(now)
        rows = tuple(
            AlertView(alert=self._named(alert), mute=mute_of(alert, mutes, now)) for alert in alerts
        )
        return AlertPage(rows=rows, total=total)

    def _asked_of(
        self, sift: Sift, now: datetime, offset: int, limit: int
    ) -> tuple[tuple[Alert, ...], int]:
        found = self._store.sifted.briefly(sift, LOOKED_THROUGH)
        wanted = [one for one in found if all_take(sift.matchers, one.identity)]
        if sift.standing is Standing.MUTED:
            mutes = self._store.mutes.active(now)
            wanted = [one for one in wanted if mute_over(one.identity, mutes, now) is not None]
        rest = [one for one in wanted if sift.below is None or one.id < sift.below]
        shown = [self._store.alerts.get(one.id) for one in rest[offset : offset + limit]]
        return tuple(alert for alert in shown if alert is not None), len(wanted)
