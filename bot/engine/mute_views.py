"""Reads mutes back: their list, what one would hide, what became of one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.alert import Alert, Person
from bot.core.matcher import Matcher, all_take
from bot.core.mute import Mute, fingerprints_of
from bot.core.ports import MuteChange, Store
from bot.core.routing import verdict_on
from bot.core.subscription import Target
from bot.engine.views import MuteRow

LATELY = timedelta(hours=24)
LOOKED_THROUGH = 20_000
"""Alerts that a preview looks at; more than that is told as that."""
SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class MutePreview:
    """What a mute would hide if it were set.

    Attributes:
        open: Alerts open now.
        lately: Alerts that were open or occurred in the last 24 hours, those included.
        some: The newest few of them.
    """

    open: int
    lately: int
    some: tuple[Alert, ...]


class MuteViews:
    """Read models of mutes; safe to use from several threads, changes nothing."""

    def __init__(self, store: Store, named: Callable[[Person], Person]) -> None:
        """`named` gives a person the name known by now."""
        self._store = store
        self._named = named

    def standing(self, now: datetime) -> tuple[MuteRow, ...]:
        """Mutes that hide or will, first to end first, with how many open alerts each takes."""
        mutes = [mute for mute in self._store.mutes.standing() if mute.ends_at > now]
        return self._rows(mutes)

    def hiding(self, matchers: tuple[Matcher, ...], now: datetime) -> tuple[MuteRow, ...]:
        """Mutes with these very conditions; without any, those of alerts that they take."""
        mutes = [mute for mute in self._store.mutes.standing() if mute.ends_at > now]
        wanted = set(matchers)
        same = [mute for mute in mutes if wanted <= set(mute.matchers)]
        if same or not mutes:
            return self._rows(same)
        prints = fingerprints_of(mutes)
        single = frozenset(prints) if prints is not None else None
        taken = {
            one.identity["fingerprint"]
            for one in self._store.alerts.open_briefly(single)
            if all_take(matchers, one.identity)
        }
        return self._rows(mute for mute in mutes if set(fingerprints_of([mute]) or ()) & taken)

    def one(self, mute_id: int) -> MuteRow | None:
        """One mute, also when it is over."""
        mute = self._store.mutes.get(mute_id)
        return self._rows([mute])[0] if mute is not None else None

    def of_chat(self, target: Target, now: datetime) -> tuple[MuteRow, ...]:
        """Mutes that hide now and concern a chat.

        Those that were asked for there, and those that take an open alert of its subscriptions.
        """
        mutes = self._store.mutes.active(now)
        wishes = [one for one in self._store.subscriptions.of(target) if not one.suspended]
        told = [
            alert.identity
            for alert in self._store.alerts.open_briefly(fingerprints_of(mutes))
            if any(verdict_on(alert.severity, alert.identity, one, now).takes for one in wishes)
        ]
        return self._rows(
            mute
            for mute in mutes
            if mute.chat == target.address or any(all_take(mute.matchers, one) for one in told)
        )

    def preview(self, matchers: tuple[Matcher, ...], now: datetime) -> MutePreview:
        """What a mute with these matchers would hide."""
        alerts = self._store.alerts
        wanted = [
            one
            for one in alerts.seen_since(now - LATELY, LOOKED_THROUGH)
            if all_take(matchers, one.identity)
        ]
        return MutePreview(
            open=sum(one.open for one in wanted),
            lately=len(wanted),
            some=self.alerts(one.id for one in wanted[:SHOWN]),
        )

    def history(self, limit: int) -> tuple[MuteChange, ...]:
        """The newest changes of all mutes, newest first."""
        return tuple(
            replace(one, by=self._named(one.by)) for one in self._store.mutes.history(limit)
        )

    def alerts(self, numbers: Iterable[int]) -> tuple[Alert, ...]:
        """Alerts by their numbers, as far as there still are such."""
        found = [self._store.alerts.get(number) for number in numbers]
        return tuple(alert for alert in found if alert is not None)

    def _rows(self, mutes: Iterable[Mute]) -> tuple[MuteRow, ...]:
        shown = tuple(mutes)
        found = self._store.alerts.open_briefly(fingerprints_of(shown)) if shown else ()
        return tuple(
            MuteRow(
                mute=replace(mute, by=self._named(mute.by)),
                hits=sum(all_take(mute.matchers, one.identity) for one in found),
            )
            for mute in shown
        )
