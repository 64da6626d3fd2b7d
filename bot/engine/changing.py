"""Counts findings in and changes alerts: state, its record, and who is told."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from bot.core.alert import Alert
from bot.core.changes import Change, Occurred, Recovered
from bot.core.counting import fire, folded, same_again
from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.lifecycle import applies, first_transition, step
from bot.core.notification import ANSWER_FIRST, Purpose, edit_due
from bot.core.ports import Store
from bot.core.pushed import LINK
from bot.core.rush import off_the_rush
from bot.core.why import Why
from bot.engine.auditing import Auditing
from bot.engine.escalating import Escalating
from bot.engine.naming import Naming
from bot.engine.suppressing import Suppressing
from bot.engine.telling import Audience, Telling
from bot.engine.terms import Terms
from watchers.delay import UNSAID
from watchers.finding import Finding, Response
from watchers.spans import Tracer

_NOTICES = {
    Why.RECURRED: Purpose.REOPENED,
    Why.FLAPPING: Purpose.FLAPPING,
    Why.STEADY: Purpose.STEADY,
    Why.SEVERITY_RAISED: Purpose.SEVERITY_RAISED,
    Why.VOLUME_GREW: Purpose.WORSE,
    Why.ACK_REMINDED: Purpose.ACK_REMINDER,
    Why.ACK_EXPIRED: Purpose.UNACKNOWLEDGED,
}
"""What a card's silent change is not enough for, by the named rule of the state machine."""
_DAMPED = frozenset({Why.RECURRED, Why.VOLUME_GREW})
"""Of these, what is not told while it flaps."""
_BY_ITSELF = frozenset({Why.QUIET, Why.RECOVERED})


class Changing:
    """The engine's hand for alerts; every method runs inside the engine's transaction."""

    def __init__(
        self,
        store: Store,
        terms: Terms,
        telling: Telling,
        auditing: Auditing,
        suppressing: Suppressing,
        escalating: Escalating,
        tracer: Tracer,
    ) -> None:
        self._store = store
        self._terms = terms
        self._telling = telling
        self._auditing = auditing
        self._suppressing = suppressing
        self._escalating = escalating
        self._tracer = tracer
        self._naming = Naming(store)
        self._rule_texts: Mapping[str, Mapping[str, Mapping[str, str]]] = {}

    def know_rules(self, agent: str, texts: Mapping[str, Mapping[str, str]]) -> None:
        """How an agent's rules are written now; alerts keep it from when they fire."""
        self._rule_texts = {**self._rule_texts, agent: texts}

    def take(self, findings: tuple[Finding, ...], now: datetime, agent: str = "") -> None:
        """Count findings in; between two recoveries, each fingerprint changes its alert once."""
        if not findings:
            return
        audience = self._telling.audience(now)
        for recovers, some in groupby(findings, key=lambda finding: finding.recovers):
            if recovers:
                for finding in some:
                    self._recover(finding, audience, now)
            else:
                self._count(tuple(some), audience, now, agent)

    def change(self, alert: Alert, change: Change, audience: Audience, now: datetime) -> Alert:
        """Apply one change, record it, and owe what it owes."""
        stepped = step(alert, change, now)
        after = stepped.alert
        self._store.alerts.save(after)
        if stepped.transition is not None:
            self._store.alerts.record(stepped.transition)
            self._auditing.changed(alert, after, stepped.transition, now)
            if not after.state.open:
                self._suppressing.resolved(after, audience.mutes, now)
        cards = self._store.outbox.cards(alert.id)
        if stepped.transition is not None or not cards:
            self._telling.tell(after, audience, now)
        if stepped.transition is not None or alert.tell_at != after.tell_at:
            self._escalating.settle(after, audience, now)
        notice = notice_of(alert, after, stepped.transition.why) if stepped.transition else None
        if notice is not None:
            self._telling.notify(after, notice, audience, now, _content(alert))
        for card in cards:
            if card.target in audience.suspended:
                continue
            due = now + ANSWER_FIRST
            if stepped.transition is None:
                due = off_the_rush(edit_due(card, now), alert.id, self._terms.rush)
            self._telling.owe_refresh(alert.id, card.target, card.language, due, now)
        return after

    def get(self, alert_id: int) -> Alert:
        """One alert.

        Raises:
            InvalidTransitionError: If it is unknown.
        """
        alert = self._store.alerts.get(alert_id)
        if alert is None:
            raise InvalidTransitionError(Refusal.UNKNOWN_ALERT)
        return alert

    def _count(
        self, findings: tuple[Finding, ...], audience: Audience, now: datetime, agent: str
    ) -> None:
        counts: Counter[str] = Counter()
        counted: list[tuple[Alert, int]] = []
        alerting: list[Finding] = []
        for finding in findings:
            counts[f"severity:{finding.severity.value}"] += finding.records
            counts[f"rule:{finding.rule}"] += finding.records
            if Response.RECORD in finding.responses:
                self._telling.owe_record(finding, now)
            if Response.ALERT in finding.responses:
                alerting.append(self._with_waits(finding))
        for name, some in self._naming.by_name(alerting, now).items():
            finding = folded(some)
            with self._tracer.span(
                "alert",
                parent=finding.traceparent,
                root=finding.id,
                facts={"rule": finding.rule, "findings": len(some), "records": finding.records},
            ) as traceparent:
                if traceparent:
                    finding = replace(finding, traceparent=traceparent)
                alert = self._alert_of(finding, name, audience, now, agent)
            counts[f"alert:{alert.id}"] += finding.records
            counted.append((alert, finding.records))
        self._store.series.add(counts, now)
        self._suppressing.occurred(counted, audience.mutes, now)

    def _recover(self, finding: Finding, audience: Audience, now: datetime) -> None:
        """It is said to be over: of the rule, every open alert with at least these labels."""
        change = Recovered(finding=self._with_waits(finding))
        labels = finding.labels.items()
        for alert in self._store.alerts.open_of_rule(finding.rule):
            found = alert.labels.items()
            meant = labels == found if finding.alone else labels <= found
            if meant and applies(alert, change, now):
                self.change(alert, change, audience, now)

    def _with_waits(self, finding: Finding) -> Finding:
        return replace(finding, delay=(finding.delay or UNSAID).over(self._terms.waits))

    def _alert_of(
        self, finding: Finding, name: str, audience: Audience, now: datetime, agent: str
    ) -> Alert:
        text = self._rule_texts.get(agent, {}).get(finding.rule, {})
        latest = self._store.alerts.latest(name)
        if latest is not None and same_again(latest, finding, self._terms.reopen, now):
            change = Occurred(
                finding=finding, growth=self._terms.ack_growth, agent=agent, rule_text=text
            )
            return self.change(latest, change, audience, now)
        previous = latest.id if latest is not None else None
        fired = fire(
            self._linked(finding), name, now, agent=agent, rule_text=text, previous=previous
        )
        alert = self._store.alerts.add(fired)
        self._store.alerts.record(first_transition(alert, now))
        self._telling.tell(alert, audience, now)
        self._escalating.settle(alert, audience, now)
        return alert

    def _linked(self, finding: Finding) -> Finding:
        """With a way from the card to the trace of the first finding."""
        found = self._tracer.link(finding.traceparent)
        if not found:
            return finding
        return replace(finding, annotations={**finding.annotations, f"{LINK}trace": found})


def notice_of(before: Alert, after: Alert, why: Why) -> Purpose | None:
    """What rings; of what flaps, only that it begins and that it ends."""
    if why in _BY_ITSELF and before.flaps.since is not None:
        return Purpose.STEADY
    if why in _DAMPED and before.flaps.since is not None:
        return None
    return _NOTICES.get(why)


def _content(before: Alert) -> Mapping[str, object]:
    """What a notice needs of the alert as it was: who had it, how it flapped."""
    taker, flaps = before.acknowledged_by, before.flaps
    content: dict[str, object] = {}
    if taker is not None:
        content["taker"] = {"id": taker.id, "name": taker.name}
    if flaps.since is not None:
        content["flaps"] = {"count": flaps.count, "since": flaps.since.isoformat()}
    return content
