"""Says what would come of a finding if it came in now; changes nothing."""

from dataclasses import replace
from datetime import datetime

from bot.core.alert import Alert
from bot.core.changes import Occurred, Recovered
from bot.core.correlation import UPSTREAM, comes_of
from bot.core.counting import fire, same_again
from bot.core.escalation import plan_for
from bot.core.fingerprint import fingerprint
from bot.core.grouping import group_key
from bot.core.lifecycle import applies, step
from bot.core.mute import identity
from bot.core.ports import Store
from bot.core.trace import Fact, Reason, Stage, Step, Told
from bot.core.tracing import escalation_step, state_steps, would_tell
from bot.core.verdict import judged, subject_of
from bot.core.why import Why
from bot.engine.changing import notice_of
from bot.engine.terms import Terms
from bot.engine.traces import FindingTrace
from bot.engine.tracing import Tracing
from watchers.delay import UNSAID
from watchers.finding import Finding, Response


class Supposing:
    """Decides about findings as the engine would; safe to use from several threads."""

    def __init__(self, store: Store, terms: Terms, tracing: Tracing) -> None:
        self._store = store
        self._terms = terms
        self._tracing = tracing

    def finding(self, finding: Finding, now: datetime) -> FindingTrace:
        """What would come of a finding if it came in now."""
        if finding.recovers:
            return self._recovery(finding, now)
        subject = subject_of(finding)
        said = self._store.verdicts.of((subject,)).get(subject)
        finding = judged(finding, said.verdict if said is not None else None)
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
        steps += self._tracing.told_steps(after.severity, identity(after), now, now)
        if (plan := plan_for(after.severity, identity(after), self._terms.plans)) is not None:
            at = now + plan.steps[0].after
            steps.append(escalation_step(plan, 0, at, Reason.WOULD_ESCALATE))
        return FindingTrace(
            finding=finding,
            fingerprint=name,
            open=before,
            told=would_tell(steps),
            steps=tuple(steps),
            chats=self._tracing.chats(one.target for one in steps),
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
