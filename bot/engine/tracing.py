"""Reads back why an alert was told or not, and what would come of a finding."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.alert import Alert, Person
from bot.core.matcher import all_take
from bot.core.mute import Mute, identity
from bot.core.ports import Store
from bot.core.pushed import sender_of
from bot.core.routing import verdict_on
from bot.core.subscription import Subscription, Target
from bot.core.trace import Fact, Reason, Stage, Step
from bot.core.tracing import (
    counted_steps,
    escalation_step,
    group_steps,
    mute_steps,
    subscription_steps,
    told,
)
from bot.engine.terms import Terms
from bot.engine.traces import AlertTrace, Outcome, WordTrace
from bot.engine.views import RuleFacts
from watchers.finding import Response, Severity, SourceProgress

TIMELINE = 12
NOTIFICATIONS = 60
ATTEMPTS = 120
LATELY = timedelta(hours=24)
_ALERTS_NAMED = 5
_LOOKED_THROUGH = 5000
_FOUND_NAMED = 6


class Tracing:
    """Reads decisions back; safe to use from several threads, changes nothing."""

    def __init__(
        self,
        store: Store,
        rules: tuple[RuleFacts, ...],
        terms: Terms,
        named: Callable[[Person], Person],
    ) -> None:
        """`named` gives people the names known by now."""
        self._store = store
        self._rules = {rule.name: rule for rule in rules}
        self._terms = terms
        self._named = named

    def alert(self, alert_id: int, now: datetime) -> AlertTrace | None:
        """Why one alert was told or not; None if there is no such alert."""
        alert = self._store.alerts.get(alert_id)
        if alert is None:
            return None
        if alert.acknowledged_by is not None:
            alert = replace(alert, acknowledged_by=self._named(alert.acknowledged_by))
        happened = self._store.alerts.transitions(alert_id, TIMELINE)
        steps = (
            *self._found_steps(alert),
            *counted_steps(alert),
            *group_steps(self._store.groups.trace(alert_id)),
            *self.told_steps(alert.severity, identity(alert), now, alert.opened_at),
            *self._escalation_steps(alert_id),
        )
        became = self._store.outbox.became(alert_id, NOTIFICATIONS, now)
        attempts = self._store.attempts.of(alert_id, ATTEMPTS)
        kept = bool(self._store.kept.targets(alert_id))
        stands = bool(self._store.outbox.cards(alert_id))
        return AlertTrace(
            alert=alert,
            told=told(became, steps, stands=stands, kept=kept),
            steps=steps,
            timeline=tuple(replace(one, by=self._named(one.by)) for one in happened),
            became=became,
            attempts=attempts,
            chats=self.chats([*(s.target for s in steps), *(one.target for one in became)]),
        )

    def about(self, word: str, now: datetime) -> WordTrace:
        """What became of the alerts of a service or a rule, or why there are none.

        The service is meant whose name is the word, else those that contain it; rules likewise.
        """
        since = now - LATELY
        sought = word.casefold()
        found = [
            one
            for one in self._store.alerts.found_since(since)
            if sought in one.service.casefold() or sought in one.rule.casefold()
        ]
        seen = [
            one
            for one in self._store.alerts.seen_since(since, _LOOKED_THROUGH)
            if any(sought in one.identity.get(k, "").casefold() for k in ("service", "rule"))
        ]
        traces = [self.alert(one.id, now) for one in seen[:_ALERTS_NAMED]]
        services = [one.service for one in found if sought in one.service.casefold()]
        supposed = {"service": services[0] if services else word}
        rule = self._rules.get(word) or (self._rules.get(found[0].rule) if found else None)
        severity = found[0].severity if found else Severity.HIGH
        if rule is not None:
            supposed["rule"] = rule.name
            severity = rule.severity
        supposed["severity"] = severity.value
        steps = self.told_steps(severity, supposed, now, now)
        return WordTrace(
            word=word,
            alerts=tuple(
                Outcome(alert=one.alert, told=one.told) for one in traces if one is not None
            ),
            found=tuple(found[:_FOUND_NAMED]),
            records_only=frozenset(
                one.name for one in self._rules.values() if Response.ALERT not in one.responses
            ),
            steps=steps,
            troubled=self._troubled(),
            chats=self.chats(step.target for step in steps),
        )

    def _escalation_steps(self, alert_id: int) -> list[Step]:
        run = self._store.escalations.get(alert_id)
        if run is None:
            return []
        reason = Reason.ESCALATES if run.next_step_at is not None else Reason.ESCALATED
        return [escalation_step(run.plan, run.number, run.next_step_at, reason)]

    def _found_steps(self, alert: Alert) -> tuple[Step, ...]:
        steps = []
        if sender := sender_of(alert.agent):
            facts: dict[str, Fact] = {
                "sender": sender,
                "rule": alert.rule,
                "severity": alert.severity.value,
                "line": alert.samples[-1].text if alert.samples else alert.title,
                "at": alert.received_at or alert.seen_at,
            }
            return (Step(stage=Stage.LINE, reason=Reason.PUSHED, passed=True, facts=facts),)
        if alert.samples:
            newest = alert.samples[-1]
            facts = {
                "line": newest.text,
                "place": newest.place,
                "at": newest.at,
                "agent": alert.agent,
            }
            steps.append(Step(stage=Stage.LINE, reason=Reason.LINE_FOUND, passed=True, facts=facts))
        rule = self._rules.get(alert.rule)
        pattern = alert.rule_text.get("pattern", "") or (rule.pattern if rule else "")
        facts = {"rule": alert.rule, "severity": alert.severity.value, "pattern": pattern}
        reason = Reason.RULE_MATCHES if pattern else Reason.RULE_UNKNOWN
        return (*steps, Step(stage=Stage.RULE, reason=reason, passed=True, facts=facts))

    def told_steps(
        self, severity: Severity, seen: Mapping[str, str], now: datetime, fired_at: datetime
    ) -> tuple[Step, ...]:
        """What mutes and subscriptions made of it when it fired, and now where that differs."""
        mutes = self._mutes(seen, now, fired_at)
        wishes = self._store.subscriptions.all()
        steps = subscription_steps(severity, seen, wishes, self._terms.fallback, fired_at)
        since = [
            _since_then(one, fired_at)
            for one in wishes
            if one.created_at > fired_at and verdict_on(severity, seen, one, fired_at).takes
        ]
        return (*mute_steps(seen, mutes, now, fired_at), *steps, *since)

    def _mutes(
        self, seen: Mapping[str, str], now: datetime, fired_at: datetime
    ) -> tuple[Mute, ...]:
        hiding = [
            replace(one, by=self._named(one.by))
            for one in self._store.mutes.over_span(fired_at, now)
            if all_take(one.matchers, seen)
        ]
        return tuple(hiding)

    def _troubled(self) -> tuple[SourceProgress, ...]:
        return tuple(
            source
            for agent in self._store.agents.all()
            for source in agent.sources
            if source.state in ("absent", "error")
        )

    def chats(self, targets: Iterable[Target | None]) -> Mapping[str, str]:
        """Names of chats by address, "" for one whose name is not known."""
        names: dict[str, str] = {}
        for target in targets:
            if target is not None and target.address not in names:
                chat = self._store.chats.get(target.address)
                names[target.address] = chat.name if chat is not None else ""
        return names


def _since_then(one: Subscription, fired_at: datetime) -> Step:
    facts: dict[str, Fact] = {
        "subscription": one.id,
        "created_at": one.created_at,
        "fired_at": fired_at,
    }
    return Step(stage=Stage.SUBSCRIPTION, reason=Reason.SINCE_THEN, facts=facts, target=one.target)
