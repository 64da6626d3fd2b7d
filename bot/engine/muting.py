"""Sets, extends and lifts mutes, and lets each run its course."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.alert import LARKWATCH, Person
from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.matcher import Matcher, all_take
from bot.core.mute import (
    OPEN_END,
    WORSE_WINDOW,
    Effect,
    Mute,
    MuteEvent,
    Until,
    UntilResolved,
    UntilWorse,
    base_rate,
    ended,
    extended,
    fingerprints_of,
    for_one,
    identity,
    muted,
)
from bot.core.ports import OpenAlert, Store
from bot.engine.auditing import Auditing
from bot.engine.changing import Changing
from bot.engine.escalating import Escalating
from bot.engine.mute_course import MuteCourses
from bot.engine.telling import Telling
from bot.engine.terms import MuteTerms


class Muting:
    """The engine's hand for mutes; every method runs inside the engine's transaction."""

    def __init__(
        self,
        store: Store,
        terms: MuteTerms,
        telling: Telling,
        changing: Changing,
        auditing: Auditing,
        escalating: Escalating,
    ) -> None:
        self._store = store
        self._changing = changing
        self._courses = MuteCourses(store, terms, telling, escalating)
        self._auditing = auditing

    def mute_alert(
        self,
        alert_id: int,
        until: Until,
        by: Person,
        now: datetime,
        reason: str,
        effect: Effect,
        chat: str,
    ) -> Mute:
        """Hide one alert, also when it recurs."""
        fingerprint = self._changing.get(alert_id).fingerprint
        return self.mute(for_one(fingerprint), until, by, now, reason, effect, chat)

    def mute(
        self,
        matchers: tuple[Matcher, ...],
        until: Until,
        by: Person,
        now: datetime,
        reason: str,
        effect: Effect,
        chat: str,
    ) -> Mute:
        """Hide all alerts that the matchers take, shown cards included."""
        wanted = replace(muted(matchers, until, by, now), reason=reason, effect=effect, chat=chat)
        match until:
            case UntilResolved():
                if not self._taken(wanted):
                    raise InvalidTransitionError(Refusal.NOTHING_OPEN)
            case UntilWorse():
                base = self._base(self._taken(wanted), now)
                wanted = replace(wanted, until=replace(until, base=base))
            case _:
                pass
        mute = self._store.mutes.add(wanted, now)
        self._auditing.muted(mute, by, now)
        self.sweep(now)
        return mute

    def extend(self, mute_id: int, until: datetime | timedelta, by: Person, now: datetime) -> Mute:
        """Let it end at another instant, or that much later than it would."""
        mute = self._standing(mute_id)
        if not mute.active(now):
            raise InvalidTransitionError(Refusal.UNKNOWN_MUTE)
        if isinstance(until, timedelta):
            until = (now if mute.ends_at == OPEN_END else mute.ends_at) + until
        longer = extended(mute, until, by)
        self._store.mutes.change(longer, MuteEvent.EXTENDED, by, now)
        self._auditing.extended(mute, longer, by, now)
        self.sweep(now)
        return longer

    def unmute(self, mute_id: int, by: Person, now: datetime) -> Mute:
        """End a mute; of one in the configuration, the window at hand."""
        mute = self._standing(mute_id)
        if mute.ends_at <= now:
            raise InvalidTransitionError(Refusal.UNKNOWN_MUTE)
        if mute.name and not mute.active(now):
            raise InvalidTransitionError(Refusal.PROVISIONED)
        self._end((mute,), MuteEvent.LIFTED, by, now)
        return mute

    def unmute_alert(self, alert_id: int, by: Person, now: datetime) -> tuple[Mute, ...]:
        """End every mute that hides an alert."""
        seen = identity(self._changing.get(alert_id))
        hiding = [mute for mute in self._store.mutes.active(now) if all_take(mute.matchers, seen)]
        if not hiding:
            raise InvalidTransitionError(Refusal.NOT_MUTED)
        self._end(hiding, MuteEvent.LIFTED, by, now)
        return tuple(hiding)

    def provision(self, wanted: Iterable[Mute], now: datetime) -> None:
        """Let the mutes of the configuration be these; what is as before goes on."""
        names = {mute.name: mute for mute in wanted}
        kept = set()
        gone = []
        for mute in self._store.mutes.standing():
            if mute.name and _same(mute, names.get(mute.name)):
                kept.add(mute.name)
            elif mute.name:
                gone.append(mute)
        self._end(gone, MuteEvent.REMOVED, LARKWATCH, now)
        for name, mute in names.items():
            if name not in kept:
                self._store.mutes.add(mute, now)
        self.sweep(now)

    def due(self, now: datetime) -> bool:
        """Whether a mute begins, ends, or has alerts left to be drawn anew."""
        return self._store.mutes.any_due(now)

    def sweep(self, now: datetime) -> None:
        """Let mutes that are due run on."""
        self._courses.run_on(now)

    def _end(self, mutes: Iterable[Mute], event: MuteEvent, by: Person, now: datetime) -> None:
        for mute in mutes:
            self._store.mutes.change(ended(mute, event, now), event, by, now)
            if event is MuteEvent.LIFTED:
                self._auditing.unmuted(mute, by, now)
        self.sweep(now)

    def _standing(self, mute_id: int) -> Mute:
        for mute in self._store.mutes.standing():
            if mute.id == mute_id:
                return mute
        raise InvalidTransitionError(Refusal.UNKNOWN_MUTE)

    def _taken(self, mute: Mute) -> tuple[OpenAlert, ...]:
        found = self._store.alerts.open_briefly(fingerprints_of((mute,)))
        return tuple(one for one in found if all_take(mute.matchers, one.identity))

    def _base(self, taken: tuple[OpenAlert, ...], now: datetime) -> int:
        keys = [f"alert:{one.id}" for one in taken]
        records = self._store.series.sum_of(keys, now - WORSE_WINDOW)
        oldest = min((one.opened_at for one in taken), default=now)
        return base_rate(records, now - oldest)


def _same(mute: Mute, wanted: Mute | None) -> bool:
    return wanted is not None and (
        (mute.matchers, mute.until, mute.effect, mute.reason)
        == (wanted.matchers, wanted.until, wanted.effect, wanted.reason)
    )
