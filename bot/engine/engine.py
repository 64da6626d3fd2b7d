"""Applies findings and actions to alerts, one transaction each."""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.alert import LARKWATCH, Alert, AlertState, Person, Transition
from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.fingerprint import fingerprint
from bot.core.lifecycle import Acknowledge, Change, Occurred, Resolve, fire, folded, step
from bot.core.matcher import Matcher, all_take
from bot.core.mute import Mute, fingerprints_of, for_one, identity
from bot.core.notification import ANSWER_FIRST, Notification, edit_due
from bot.core.ports import Store
from bot.core.routing import Route
from bot.core.subscription import Subscription, Target, Wish
from bot.engine.telling import Audience, Telling
from watchers.finding import Finding, Report, Response

_log = logging.getLogger(__name__)

RESOLVED_AT_ONCE = 200
"""Per sweep: the write lock is not kept from a click for long."""
HEARD_LATELY = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long things last.

    Attributes:
        quiet: An alert not seen for this long is resolved.
        reopen: A resolved alert that recurs within this is the same alert again.
        keep: What is over is forgotten after this.
        fallback: Who is told of an alert that no subscription takes, None for nobody.
    """

    quiet: timedelta = timedelta(minutes=15)
    reopen: timedelta = timedelta(minutes=10)
    keep: timedelta = timedelta(days=30)
    fallback: Route | None = None


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
        self._telling = Telling(store, terms.fallback)
        self.wake = wake

    def report(self, report: Report, now: datetime) -> None:
        """Count findings in, keep positions and progress; a finding counts once, by its id."""
        with self._store.transaction():
            self._take(self._store.alerts.count_in(report.findings, now), now)
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
            alert = self._get(alert_id)
            mute = self._mute(for_one(alert.fingerprint), ends_at, by, now, reason)
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
            mute = self._mute(matchers, ends_at, by, now, reason)
        self.wake()
        return mute

    def unmute(self, mute_id: int, by: Person, now: datetime) -> Mute:
        """End a mute.

        Raises:
            InvalidTransitionError: If it is unknown or over.
        """
        with self._store.transaction():
            mute = self._store.mutes.get(mute_id)
            if mute is None or not mute.active(now):
                raise InvalidTransitionError(Refusal.UNKNOWN_MUTE)
            self._store.mutes.end(mute_id, by, now)
            self._settle_mutes(now)
        self.wake()
        return mute

    def unmute_alert(self, alert_id: int, by: Person, now: datetime) -> tuple[Mute, ...]:
        """End every mute that hides an alert.

        Raises:
            InvalidTransitionError: If it is unknown or not muted.
        """
        with self._store.transaction():
            seen = identity(self._get(alert_id))
            hiding = [
                mute for mute in self._store.mutes.active(now) if all_take(mute.matchers, seen)
            ]
            if not hiding:
                raise InvalidTransitionError(Refusal.NOT_MUTED)
            for mute in hiding:
                self._store.mutes.end(mute.id, by, now)
            self._settle_mutes(now)
        self.wake()
        return tuple(hiding)

    def subscribe(self, target: Target, wish: Wish, by: Person, now: datetime) -> Subscription:
        """Let a target be told; open alerts that it takes are told at once.

        The same wish again is the subscription that stands already.
        """
        with self._store.transaction():
            self._store.chats.set_language(target.address, wish.language)
            for standing in self._store.subscriptions.of(target):
                if standing.wish == wish and not standing.suspended:
                    return standing
            subscription = self._store.subscriptions.add(
                Subscription(
                    target=target,
                    matchers=wish.matchers,
                    least_severity=wish.least_severity,
                    language=wish.language,
                    by=by,
                    created_at=now,
                )
            )
            self._telling.tell_open((subscription,), now)
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
            ended = tuple(
                subscription
                for subscription in self._store.subscriptions.of(target)
                if subscription_id in (None, subscription.id)
            )
            if not ended:
                raise InvalidTransitionError(Refusal.UNKNOWN_SUBSCRIPTION)
            for subscription in ended:
                self._store.subscriptions.remove(subscription.id)
                _log.info(
                    "subscription ended", extra={"subscription": subscription.id, "by": by.id}
                )
        return ended

    def suspend(self, target: Target, why: str, now: datetime) -> int:
        """The target cannot be reached: stop serving it; how many subscriptions that hits."""
        with self._store.transaction():
            self._store.outbox.drop_target(target, why, now)
            return self._store.subscriptions.suspend(target, why)

    def resume(self, target: Target, now: datetime) -> int:
        """The target can be reached again; how many subscriptions are served again."""
        with self._store.transaction():
            resumed = self._store.subscriptions.suspend(target, "")
            self._telling.tell_open(self._store.subscriptions.of(target), now)
            # What changed meanwhile was dropped or never owed: the cards show old states.
            for card in self._store.outbox.behind(target):
                self._telling.owe_refresh(card.alert_id, target, card.language, now, now)
        self.wake()
        return resumed

    def owe(self, notification: Notification) -> None:
        """Owe an answer or a welcome."""
        with self._store.transaction():
            self._store.outbox.owe(notification)
        self.wake()

    def sweep(self, now: datetime) -> None:
        """Do what is due by the clock: quiet alerts resolve, ended mutes show their alerts.

        Looks first, without the write lock, since mostly nothing is due.
        """
        quiet = self._store.alerts.quiet_since(now - self._terms.quiet, 1)
        if not quiet and not self._store.mutes.any_ended(now):
            return
        with self._store.transaction():
            if self._somebody_watches(now):
                audience = self._telling.audience(now)
                for alert in self._store.alerts.quiet_since(
                    now - self._terms.quiet, RESOLVED_AT_ONCE
                ):
                    self._change(alert, Resolve(by=LARKWATCH, why="quiet"), audience, now)
            self._settle_mutes(now)
        self.wake()

    def prune(self, now: datetime) -> None:
        """Forget what is long over."""
        before = now - self._terms.keep
        with self._store.transaction():
            self._store.alerts.prune(before)
            self._store.outbox.prune(before)
            self._store.inbox.prune(now - timedelta(days=7))
            self._store.series.prune(now - timedelta(days=2))

    def _take(self, findings: tuple[Finding, ...], now: datetime) -> None:
        """Each fingerprint changes its alert once, however many findings of it came in."""
        if not findings:
            return
        counts: Counter[str] = Counter()
        same: dict[str, list[Finding]] = {}
        for finding in findings:
            counts[f"severity:{finding.severity.value}"] += finding.records
            counts[f"rule:{finding.rule}"] += finding.records
            if Response.RECORD in finding.responses:
                self._telling.owe_record(finding, now)
            if Response.ALERT in finding.responses:
                same.setdefault(fingerprint(finding.rule, finding.labels), []).append(finding)
        audience = self._telling.audience(now)
        for name, some in same.items():
            finding = folded(some)
            alert = self._alert_of(finding, name, audience, now)
            counts[f"alert:{alert.id}"] += finding.records
        self._store.series.add(counts, now)

    def _alert_of(self, finding: Finding, name: str, audience: Audience, now: datetime) -> Alert:
        latest = self._store.alerts.latest(name)
        if latest is not None and self._same_again(latest, now):
            return self._change(latest, Occurred(finding=finding), audience, now)
        alert = self._store.alerts.add(fire(finding, name, now))
        self._store.alerts.record(_first_transition(alert, now))
        self._telling.tell(alert, audience, now)
        return alert

    def _same_again(self, latest: Alert, now: datetime) -> bool:
        ended = latest.resolved_at
        return latest.state.open or (ended is not None and now - ended < self._terms.reopen)

    def _act(self, alert_id: int, change: Change, now: datetime) -> Alert:
        with self._store.transaction():
            alert = self._change(self._get(alert_id), change, self._telling.audience(now), now)
        self.wake()
        return alert

    def _change(self, alert: Alert, change: Change, audience: Audience, now: datetime) -> Alert:
        stepped = step(alert, change, now)
        self._store.alerts.save(stepped.alert)
        if stepped.transition is not None:
            self._store.alerts.record(stepped.transition)
        cards = self._store.outbox.cards(alert.id)
        if stepped.transition is not None or not cards:
            self._telling.tell(stepped.alert, audience, now)
        for card in cards:
            if card.target in audience.suspended:
                continue
            due = edit_due(card, now) if stepped.transition is None else now + ANSWER_FIRST
            self._telling.owe_refresh(alert.id, card.target, card.language, due, now)
        return stepped.alert

    def _mute(
        self,
        matchers: tuple[Matcher, ...],
        ends_at: datetime,
        by: Person,
        now: datetime,
        reason: str,
    ) -> Mute:
        mute = self._store.mutes.add(
            Mute(matchers=matchers, starts_at=now, ends_at=ends_at, by=by, reason=reason)
        )
        self._refresh_hidden((mute,), now)
        return mute

    def _settle_mutes(self, now: datetime) -> None:
        ended = self._store.mutes.settle_ended(now)
        if not ended:
            return
        self._refresh_hidden(ended, now)
        audience = self._telling.audience(now)
        for alert_id in self._taken(ended):
            self._telling.tell(self._get(alert_id), audience, now)

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

    def _somebody_watches(self, now: datetime) -> bool:
        """Whether silence means quiet: an alert is not over because nobody looked."""
        return any(now - agent.heard_at < HEARD_LATELY for agent in self._store.agents.all())

    def _get(self, alert_id: int) -> Alert:
        alert = self._store.alerts.get(alert_id)
        if alert is None:
            raise InvalidTransitionError(Refusal.UNKNOWN_ALERT)
        return alert


def _first_transition(alert: Alert, now: datetime) -> Transition:
    return Transition(
        alert_id=alert.id,
        source=None,
        target=AlertState.FIRING,
        by=LARKWATCH,
        why="first_seen",
        at=now,
    )
