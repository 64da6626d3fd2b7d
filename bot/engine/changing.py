"""Counts findings in and changes alerts: state, its record, and who is told."""

from collections import Counter
from datetime import datetime, timedelta

from bot.core.alert import LARKWATCH, Alert, AlertState, Transition
from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.fingerprint import fingerprint
from bot.core.lifecycle import Change, Occurred, Resolve, fire, folded, step
from bot.core.notification import ANSWER_FIRST, Purpose, edit_due
from bot.core.ports import Store
from bot.engine.suppressing import Suppressing
from bot.engine.telling import Audience, Telling
from bot.engine.terms import Terms
from watchers.finding import Finding, Response

RESOLVED_AT_ONCE = 200
"""Per sweep: the write lock is not kept from a click for long."""
HEARD_LATELY = timedelta(minutes=2)


_NOTICES = {"recurred": Purpose.REOPENED}
"""What a card's silent change is not enough for, by the named rule of the state machine."""


class Changing:
    """The engine's hand for alerts; every method runs inside the engine's transaction."""

    def __init__(
        self, store: Store, terms: Terms, telling: Telling, suppressing: Suppressing
    ) -> None:
        self._store = store
        self._terms = terms
        self._telling = telling
        self._suppressing = suppressing

    def take(self, findings: tuple[Finding, ...], now: datetime) -> None:
        """Count findings in; each fingerprint changes its alert once, however many came."""
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
        counted: list[tuple[Alert, int]] = []
        for name, some in same.items():
            finding = folded(some)
            alert = self._alert_of(finding, name, audience, now)
            counts[f"alert:{alert.id}"] += finding.records
            counted.append((alert, finding.records))
        self._store.series.add(counts, now)
        self._suppressing.occurred(counted, audience.mutes, now)

    def change(self, alert: Alert, change: Change, audience: Audience, now: datetime) -> Alert:
        """Apply one change, record it, and owe what it owes."""
        stepped = step(alert, change, now)
        self._store.alerts.save(stepped.alert)
        if stepped.transition is not None:
            self._store.alerts.record(stepped.transition)
            if not stepped.alert.state.open:
                self._suppressing.resolved(stepped.alert, audience.mutes, now)
        cards = self._store.outbox.cards(alert.id)
        if stepped.transition is not None or not cards:
            self._telling.tell(stepped.alert, audience, now)
        notice = _NOTICES.get(stepped.transition.why) if stepped.transition is not None else None
        if notice is not None:
            self._telling.notify(stepped.alert, notice, audience, now)
        for card in cards:
            if card.target in audience.suspended:
                continue
            due = edit_due(card, now) if stepped.transition is None else now + ANSWER_FIRST
            self._telling.owe_refresh(alert.id, card.target, card.language, due, now)
        return stepped.alert

    def get(self, alert_id: int) -> Alert:
        """One alert.

        Raises:
            InvalidTransitionError: If it is unknown.
        """
        alert = self._store.alerts.get(alert_id)
        if alert is None:
            raise InvalidTransitionError(Refusal.UNKNOWN_ALERT)
        return alert

    def due(self, now: datetime) -> bool:
        """Whether an alert has been quiet for long enough to be over."""
        return bool(self._store.alerts.quiet_since(now - self._terms.quiet, 1))

    def sweep(self, now: datetime) -> None:
        """Resolve what is quiet, while somebody watches."""
        if not self._somebody_watches(now):
            return
        audience = self._telling.audience(now)
        for alert in self._store.alerts.quiet_since(now - self._terms.quiet, RESOLVED_AT_ONCE):
            self.change(alert, Resolve(by=LARKWATCH, why="quiet"), audience, now)

    def _alert_of(self, finding: Finding, name: str, audience: Audience, now: datetime) -> Alert:
        latest = self._store.alerts.latest(name)
        if latest is not None and self._same_again(latest, now):
            return self.change(latest, Occurred(finding=finding), audience, now)
        alert = self._store.alerts.add(fire(finding, name, now))
        self._store.alerts.record(_first_transition(alert, now))
        self._telling.tell(alert, audience, now)
        return alert

    def _same_again(self, latest: Alert, now: datetime) -> bool:
        ended = latest.resolved_at
        return latest.state.open or (ended is not None and now - ended < self._terms.reopen)

    def _somebody_watches(self, now: datetime) -> bool:
        """Whether silence means quiet: an alert is not over because nobody looked."""
        return any(now - agent.heard_at < HEARD_LATELY for agent in self._store.agents.all())


def _first_transition(alert: Alert, now: datetime) -> Transition:
    return Transition(
        alert_id=alert.id,
        source=None,
        target=AlertState.FIRING,
        by=LARKWATCH,
        why="first_seen",
        at=now,
    )
