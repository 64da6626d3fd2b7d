"""Counts what mutes hide, and notices what ends one before its time."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from bot.core.alert import LARKWATCH, Alert
from bot.core.matcher import all_take
from bot.core.mute import WORSE_WINDOW, Mute, MuteEvent, UntilResolved, UntilWorse, ended, identity
from bot.core.ports import Store


class Suppressing:
    """The engine's hand for what is hidden; every method runs inside the engine's transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def occurred(
        self, counted: Iterable[tuple[Alert, int]], mutes: tuple[Mute, ...], now: datetime
    ) -> None:
        """Note how many records of which alerts came in; what has become that much worse ends."""
        hidden: Counter[int] = Counter()
        for alert, records in counted if mutes else ():
            for mute in _hiding(alert, mutes):
                hidden[mute.id] += records
        if not hidden:
            return
        self._store.mutes.suppress(hidden)
        measured = [one for one in mutes if one.id in hidden and isinstance(one.until, UntilWorse)]
        self._store.series.add({_key(mute): hidden[mute.id] for mute in measured}, now)
        for mute in measured:
            self._measure(mute, now)

    def resolved(self, alert: Alert, mutes: tuple[Mute, ...], now: datetime) -> None:
        """An alert ended: mutes that waited for that are to be looked at."""
        waiting = [one for one in mutes if isinstance(one.until, UntilResolved)]
        self._store.mutes.look_at([mute.id for mute in _hiding(alert, waiting)], now)

    def _measure(self, mute: Mute, now: datetime) -> None:
        lately = self._store.series.sum_of([_key(mute)], now - WORSE_WINDOW)
        if isinstance(mute.until, UntilWorse) and mute.until.crossed(lately):
            over = ended(mute, MuteEvent.WORSE, now)
            self._store.mutes.change(over, MuteEvent.WORSE, LARKWATCH, now)


def _hiding(alert: Alert, mutes: Iterable[Mute]) -> list[Mute]:
    seen = identity(alert)
    return [mute for mute in mutes if all_take(mute.matchers, seen)]


def _key(mute: Mute) -> str:
    return f"mute:{mute.id}"
