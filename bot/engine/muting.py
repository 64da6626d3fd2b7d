"""Sets, lifts and settles mutes, and shows them on the cards at once."""

from datetime import datetime

from bot.core.alert import Person
from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.matcher import Matcher, all_take
from bot.core.mute import Mute, fingerprints_of, for_one, identity
from bot.core.notification import ANSWER_FIRST
from bot.core.ports import Store
from bot.engine.auditing import Auditing
from bot.engine.changing import Changing
from bot.engine.telling import Telling


class Muting:
    """The engine's hand for mutes; every method runs inside the engine's transaction."""

    def __init__(
        self, store: Store, telling: Telling, changing: Changing, auditing: Auditing
    ) -> None:
        self._store = store
        self._telling = telling
        self._changing = changing
        self._auditing = auditing

    def mute_alert(
        self, alert_id: int, ends_at: datetime, by: Person, now: datetime, reason: str
    ) -> Mute:
        """Hide one alert, also when it recurs."""
        alert = self._changing.get(alert_id)
        return self.mute(for_one(alert.fingerprint), ends_at, by, now, reason)

    def mute(
        self,
        matchers: tuple[Matcher, ...],
        ends_at: datetime,
        by: Person,
        now: datetime,
        reason: str,
    ) -> Mute:
        """Hide all alerts that the matchers take, shown cards included."""
        mute = self._store.mutes.add(
            Mute(matchers=matchers, starts_at=now, ends_at=ends_at, by=by, reason=reason)
        )
        self._auditing.muted(mute, by, now)
        self._refresh_hidden((mute,), now)
        return mute

    def unmute(self, mute_id: int, by: Person, now: datetime) -> Mute:
        """End a mute."""
        mute = self._store.mutes.get(mute_id)
        if mute is None or not mute.active(now):
            raise InvalidTransitionError(Refusal.UNKNOWN_MUTE)
        self._store.mutes.end(mute_id, by, now)
        self._auditing.unmuted(mute, by, now)
        self.sweep(now)
        return mute

    def unmute_alert(self, alert_id: int, by: Person, now: datetime) -> tuple[Mute, ...]:
        """End every mute that hides an alert."""
        seen = identity(self._changing.get(alert_id))
        hiding = [mute for mute in self._store.mutes.active(now) if all_take(mute.matchers, seen)]
        if not hiding:
            raise InvalidTransitionError(Refusal.NOT_MUTED)
        for mute in hiding:
            self._store.mutes.end(mute.id, by, now)
            self._auditing.unmuted(mute, by, now)
        self.sweep(now)
        return tuple(hiding)

    def due(self, now: datetime) -> bool:
        """Whether a mute ended whose alerts are not shown again yet."""
        return self._store.mutes.any_ended(now)

    def sweep(self, now: datetime) -> None:
        """Show the alerts of ended mutes again."""
        ended = self._store.mutes.settle_ended(now)
        if not ended:
            return
        self._refresh_hidden(ended, now)
        audience = self._telling.audience(now)
        for alert_id in self._taken(ended):
            self._telling.tell(self._changing.get(alert_id), audience, now)

    def _refresh_hidden(self, mutes: tuple[Mute, ...], now: datetime) -> None:
        for alert_id in self._taken(mutes):
            for card in self._store.outbox.cards(alert_id):
                self._telling.owe_refresh(
                    alert_id, card.target, card.language, now + ANSWER_FIRST, now
                )

    def _taken(self, mutes: tuple[Mute, ...]) -> list[int]:
        """Open alerts that any of these mutes takes."""
        return [
            alert.id
            for alert in self._store.alerts.open_briefly(fingerprints_of(mutes))
            if any(all_take(mute.matchers, alert.identity) for mute in mutes)
        ]
