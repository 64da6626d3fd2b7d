"""Reads back why an alert was told or not, and what would come of a finding."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.alert import Alert, Person, Transition
from bot.core.attempt import Attempt, Owed
from bot.core.changes import Occurred, Recovered
from bot.core.correlation import UPSTREAM, comes_of
from bot.core.counting import fire, same_again
from bot.core.escalation import plan_for
from bot.core.fingerprint import fingerprint
from bot.core.grouping import group_key
from bot.core.lifecycle import applies, step
from bot.core.matcher import all_take
from bot.core.mute import Mute, identity
from bot.core.ports import Found, Store
from bot.core.routing import verdict_on
from bot.core.subscription import Subscription, Target
from bot.core.trace import Fact, Reason, Stage, Step, Told
from bot.core.tracing import (
    counted_steps,
    escalation_step,
    group_steps,
    mute_steps,
    state_steps,
    subscription_steps,
    told,
    would_tell,
)
from bot.core.why import Why
from bot.engine.changing import notice_of
from bot.engine.terms import Terms
from bot.engine.views import RuleFacts
from watchers.delay import UNSAID
from watchers.finding import Finding, Response, Severity, SourceProgress

TIMELINE = 12
NOTIFICATIONS = 60
ATTEMPTS = 120
LATELY = timedelta(hours=24)
_ALERTS_NAMED = 5
_LOOKED_THROUGH = 5000
_FOUND_NAMED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTrace:
    """Why one alert was told or not.

    Attributes:
        told: What came of it.
        steps: What was decided, from the line to the subscriptions.
        timeline: Its newest changes, oldest first.
        became: What became of its newest notifications, oldest first.
        attempts: The newest tries to deliver them, oldest first.
        chats: Names of the chats in all this, by address; untrusted text.
    """

    alert: Alert
    told: Told
    steps: tuple[Step, ...]
    timeline: tuple[Transition, ...]
    became: tuple[Owed, ...]
    attempts: tuple[Attempt, ...]
    chats: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """An alert, and what came of it."""

    alert: Alert
    told: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class WordTrace:
    """Why a service or a rule brings no alerts, or what became of those it brought.

    Attributes:
        word: What was asked for; untrusted text.
        alerts: The newest few of the last 24 hours, with what came of each.
        found: What rules found there in 24 hours, newest first.
        records_only: Names of rules that record and never alert.
        steps: Mutes and subscriptions, for an alert of that service or rule.
        troubled: Sources that cannot be read.
    """

    word: str
    alerts: tuple[Outcome, ...]
    found: tuple[Found, ...]
    records_only: frozenset[str]
    steps: tuple[Step, ...]
    troubled: tuple[SourceProgress, ...]
    chats: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingTrace:
    """What would come of a finding.

    Attributes:
        fingerprint: Under which it would be counted.
        open: The alert that it would be counted into or open again, None for a new one.
    """

    finding: Finding
    fingerprint: str
    open: Alert | None
    told: Told
    steps: tuple[Step, ...]
    chats: Mapping[str, str]


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
            *self._told_steps(alert.severity, identity(alert), now, alert.opened_at),
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
            chats=self._chats([*(s.target for s in steps), *(one.target for one in became)]),
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
        steps = self._told_steps(severity, supposed, now, now)
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
            chats=self._chats(step.target for step in steps),
        )

    def finding(self, finding: Finding, now: datetime) -> FindingTrace:
        """What would come of a finding if it came in now."""
        if finding.recovers:
            return self._recovery(finding, now)
        own = fingerprint(finding.rule, finding.labels)
        if Response.ALERT not in finding.responses:
            return _traced(finding, own, Told.RECORDED)
        name = self._store.aliases.canonical([own])[own]
        waits = replace(finding, delay=(finding.delay or UNSAID).over(self._terms.waits))
        latest = self._store.alerts.latest(name)
        if latest is not None and same_again(latest, finding, self._terms.reopen, now):
            stepped = step(latest, Occurred(finding=waits, growth=self._terms.ack_growth), now)
            before, after = latest, stepped.alert
            why = stepped.transition.why if stepped.transition is not None else None
            steps = [*_counted_in(latest, after, why)]
        else:
            before, after = None, fire(waits, name, now)
            steps = [_new(latest), *state_steps(after)]
        steps += self._group_steps(after, now)
        steps += self._told_steps(after.severity, identity(after), now, now)
        if (plan := plan_for(after.severity, identity(after), self._terms.plans)) is not None:
            at = now + plan.steps[0].after
            steps.append(escalation_step(plan, 0, at, Reason.WOULD_ESCALATE))
        return FindingTrace(
            finding=finding,
            fingerprint=name,
            open=before,
            told=would_tell(steps),
            steps=tuple(steps),
            chats=self._chats(one.target for one in steps),
        )

    def _recovery(self, finding: Finding, now: datetime) -> FindingTrace:
        """It ends the open alerts of its rule that have its labels."""
        labels = finding.labels.items()
        steps = tuple(
            Step(stage=Stage.DEDUP, reason=Reason.RECOVERS, passed=True, facts={"number": one.id})
            for one in self._store.alerts.open_of_rule(finding.rule)
            if labels <= one.labels.items() and applies(one, Recovered(finding=finding), now)
        )
        own = fingerprint(finding.rule, finding.labels)
        return _traced(finding, own, Told.SILENT, steps)

    def _group_steps(self, alert: Alert, now: datetime) -> list[Step]:
        """Whose card a new alert would come to, as far as that is known before it comes."""
        seen, noise = identity(alert), self._terms.noise
        steps: list[Step] = []
        if noise.dependencies or seen.get(UPSTREAM) or alert.annotations.get(UPSTREAM):
            for one in self._store.alerts.open_briefly():
                if comes_of(seen, alert.annotations, one.identity, noise.dependencies):
                    facts: dict[str, Fact] = {"number": one.id}
                    steps.append(Step(stage=Stage.GROUP, reason=Reason.COMES_OF, facts=facts))
                    break
        if key := group_key(alert.labels, noise.grouping.by):
            facts = {"key": " ".join(f"{name}={value}" for name, value in key.items())}
            steps.append(Step(stage=Stage.GROUP, reason=Reason.WOULD_SHARE, facts=facts))
        since = now - noise.storm.within
        for target in dict.fromkeys(one.target for one in self._store.subscriptions.all()):
            begun = self._store.groups.begun(target, since)
            if noise.storm.begins(begun):
                facts = {"times": begun}
                steps.append(
                    Step(stage=Stage.GROUP, reason=Reason.STORM, facts=facts, target=target)
                )
        return steps

    def _escalation_steps(self, alert_id: int) -> list[Step]:
        run = self._store.escalations.get(alert_id)
        if run is None:
            return []
        reason = Reason.ESCALATES if run.next_step_at is not None else Reason.ESCALATED
        return [escalation_step(run.plan, run.number, run.next_step_at, reason)]

    def _found_steps(self, alert: Alert) -> tuple[Step, ...]:
        steps = []
        if alert.samples:
            newest = alert.samples[-1]
            facts: dict[str, Fact] = {
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

    def _told_steps(
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

    def _chats(self, targets: Iterable[Target | None]) -> Mapping[str, str]:
        names: dict[str, str] = {}
        for target in targets:
            if target is not None and target.address not in names:
                chat = self._store.chats.get(target.address)
                names[target.address] = chat.name if chat is not None else ""
        return names


def _traced(finding: Finding, name: str, told: Told, steps: tuple[Step, ...] = ()) -> FindingTrace:
    """Of a finding that makes no alert."""
    return FindingTrace(
        finding=finding, fingerprint=name, open=None, told=told, steps=steps, chats={}
    )


def _counted_in(latest: Alert, after: Alert, why: Why | None) -> tuple[Step, ...]:
    facts: dict[str, Fact] = {"number": latest.id}
    if why is Why.RECURRED:
        facts["times"] = after.reopened
        again = Step(stage=Stage.DEDUP, reason=Reason.REOPENS, passed=True, facts=facts)
        return (again, *state_steps(after))
    if why is not None and notice_of(latest, after, why) is not None:
        facts["why"] = why.value
        return (Step(stage=Stage.DEDUP, reason=Reason.RINGS_AGAIN, passed=True, facts=facts),)
    reason = Reason.COUNTS_IN if after.state.open else Reason.COMES_LATE
    counts = Step(stage=Stage.DEDUP, reason=reason, passed=False, facts=facts)
    return (counts, *state_steps(after))


def _new(latest: Alert | None) -> Step:
    if latest is None:
        return Step(stage=Stage.DEDUP, reason=Reason.NEW_ALERT, passed=True)
    facts: dict[str, Fact] = {"number": latest.id}
    return Step(stage=Stage.DEDUP, reason=Reason.NEW_AGAIN, passed=True, facts=facts)


def _since_then(one: Subscription, fired_at: datetime) -> Step:
    facts: dict[str, Fact] = {
        "subscription": one.id,
        "created_at": one.created_at,
        "fired_at": fired_at,
    }
    return Step(stage=Stage.SUBSCRIPTION, reason=Reason.SINCE_THEN, facts=facts, target=one.target)
