"""Applies findings and actions to alerts, one transaction each."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.alert import Alert, Person
from bot.core.lifecycle import Acknowledge, Change, Resolve
from bot.core.matcher import Matcher
from bot.core.mute import Mute
from bot.core.notification import Notification
from bot.core.ports import Store
from bot.core.subscription import Subscription, Target, Wish
from bot.engine.beginning import Beginnings
from bot.engine.changing import Changing
from bot.engine.grouping import Grouping
from bot.engine.muting import Muting
from bot.engine.subscribing import Subscribing
from bot.engine.telling import Telling
from bot.engine.terms import Terms
from watchers.finding import Report


class Sweep(Protocol):
    """Work that falls due by the clock."""

    def due(self, now: datetime) -> bool:
        """Whether there is any; looks without the write lock, since mostly there is none."""
        ...

    def sweep(self, now: datetime) -> None:
        """Do it, inside the engine's transaction."""
        ...


class Engine:
    """Decides; every public method is one transaction and may be called from any thread.

    Attributes:
        wake: Called after a change that may owe something.

    Raises:
        BusyError: From every method, if the store stayed locked or is full; nothing changed.
    """

    def __init__(self, store: Store, terms: Terms, wake: Callable[[], None]) -> None:
        """`wake` is called after a change that may owe something; it must not block."""
        self._store = store
        self._terms = terms
        self._grouping = Grouping(store, terms)
        beginnings = Beginnings(store, terms)
        self._telling = Telling(store, terms.fallback, self._grouping, beginnings)
        self._changing = Changing(store, terms, self._telling)
        self._muting = Muting(store, self._telling, self._changing)
        self._subscribing = Subscribing(store, self._telling)
        self._sweeps: tuple[Sweep, ...] = (self._changing, self._muting, self._grouping)
        self.wake = wake

    def report(self, report: Report, now: datetime) -> None:
        """Count findings in, keep positions and progress; a finding counts once, by its id."""
        with self._store.transaction():
            self._changing.take(self._store.alerts.count_in(report.findings, now), now)
            self._store.agents.heard(report, now)
        if report.findings:
            self.wake()

    def acknowledge(self, alert_id: int, by: Person, now: datetime) -> Alert:
        """Somebody takes an alert on.

        Raises:
            InvalidTransitionError: If it is unknown, acknowledged or resolved already.
        """
        return self._act(alert_id, Acknowledge(by=by), now)

    def resolve(self, alert_id: int, by: Person, now: datetime) -> Alert:
        """Somebody ends an alert.

        Raises:
            InvalidTransitionError: If it is unknown or resolved already.
        """
        return self._act(alert_id, Resolve(by=by), now)

    def mute_alert(
        self, alert_id: int, ends_at: datetime, by: Person, now: datetime, reason: str = ""
    ) -> Mute:
        """Hide one alert until an instant, also when it recurs.

        Raises:
            InvalidTransitionError: If it is unknown.
        """
        with self._store.transaction():
            mute = self._muting.mute_alert(alert_id, ends_at, by, now, reason)
        self.wake()
        return mute

    def mute(
        self,
        matchers: tuple[Matcher, ...],
        ends_at: datetime,
        by: Person,
        now: datetime,
        reason: str = "",
    ) -> Mute:
        """Hide all alerts that the matchers take, shown cards included, until an instant."""
        with self._store.transaction():
            mute = self._muting.mute(matchers, ends_at, by, now, reason)
        self.wake()
        return mute

    def unmute(self, mute_id: int, by: Person, now: datetime) -> Mute:
        """End a mute.

        Raises:
            InvalidTransitionError: If it is unknown or over.
        """
        with self._store.transaction():
            mute = self._muting.unmute(mute_id, by, now)
        self.wake()
        return mute

    def unmute_alert(self, alert_id: int, by: Person, now: datetime) -> tuple[Mute, ...]:
        """End every mute that hides an alert.

        Raises:
            InvalidTransitionError: If it is unknown or not muted.
        """
        with self._store.transaction():
            hiding = self._muting.unmute_alert(alert_id, by, now)
        self.wake()
        return hiding

    def subscribe(self, target: Target, wish: Wish, by: Person, now: datetime) -> Subscription:
        """Let a target be told; open alerts that it takes are told at once.

        The same wish again is the subscription that stands already.
        """
        with self._store.transaction():
            subscription = self._subscribing.subscribe(target, wish, by, now)
        self.wake()
        return subscription

    def unsubscribe(
        self,
        target: Target,
        subscription_id: int | None,
        by: Person,
    ) -> tuple[Subscription, ...]:
        """End one subscription of a target, or all of them with None; returns what ended.

        Raises:
            InvalidTransitionError: If the target has no such subscription.
        """
        with self._store.transaction():
            return self._subscribing.unsubscribe(target, subscription_id, by)

    def suspend(self, target: Target, why: str, now: datetime) -> int:
        """The target cannot be reached: stop serving it; how many subscriptions that hits."""
        with self._store.transaction():
            return self._subscribing.suspend(target, why, now)

    def resume(self, target: Target, now: datetime) -> int:
        """The target can be reached again; how many subscriptions are served again."""
        with self._store.transaction():
            resumed = self._subscribing.resume(target, now)
        self.wake()
        return resumed

    def owe(self, notification: Notification) -> None:
        """Owe an answer or a welcome."""
        with self._store.transaction():
            self._store.outbox.owe(notification)
        self.wake()

    def sweep(self, now: datetime) -> None:
        """Do what is due by the clock, each kind of work in a transaction of its own."""
        for work in self._sweeps:
            if work.due(now):
                with self._store.transaction():
                    work.sweep(now)
                self.wake()

    def prune(self, now: datetime) -> None:
        """Forget what is long over."""
        before = now - self._terms.keep
        with self._store.transaction():
            self._store.alerts.prune(before)
            self._store.groups.prune(before)
            self._store.noise.prune()
            self._store.outbox.prune(before)
            self._store.inbox.prune(now - timedelta(days=7))
            self._store.series.prune(now - timedelta(days=2))

    def _act(self, alert_id: int, change: Change, now: datetime) -> Alert:
        with self._store.transaction():
            audience = self._telling.audience(now)
            alert = self._changing.change(self._changing.get(alert_id), change, audience, now)
        self.wake()
        return alert
