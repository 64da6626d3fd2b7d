"""Remembers what people said of kinds of messages, and lets it decide about what is found."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.alert import Alert, Person
from bot.core.catalogue import Listed
from bot.core.changes import Resolve, SetSeverity
from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.lifecycle import applies
from bot.core.ports import Store
from bot.core.verdict import (
    TEMPLATE,
    Judgement,
    Verdict,
    inherited,
    judged,
    kin_of,
    named,
    subject_by,
    subject_of,
    subjects_of,
    verdict_on,
)
from bot.engine.auditing import Auditing
from bot.engine.changing import Changing
from bot.engine.telling import Telling
from watchers.finding import Finding, Severity


class Judging:
    """The engine's hand for verdicts; every method runs inside the engine's transaction."""

    def __init__(
        self, store: Store, telling: Telling, changing: Changing, auditing: Auditing
    ) -> None:
        self._store = store
        self._telling = telling
        self._changing = changing
        self._auditing = auditing

    def screen(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """The findings as the verdicts on their kinds would have them."""
        subjects: set[str] = set()
        for one in findings:
            subjects.add(subject_of(one))
            subjects.update(map(subject_by, one.formerly))
            service = one.labels.get("service", "")
            subjects.update(named(kind.id, service) for kind in one.templates)
            texts = (one.annotations.get(TEMPLATE, ""), *(kind.text for kind in one.templates))
            subjects.update(kin_of(text, service) for text in texts)
        subjects.discard("")
        if not subjects:
            return tuple(findings)
        known = dict(self._store.verdicts.of(subjects))
        for finding in findings:
            self._inherit(finding, known)
        verdicts = {subject: one.verdict for subject, one in known.items()}
        return tuple(judged(one, verdict_on(one, verdicts)) for one in findings)

    def judge(self, alert_id: int, verdict: Verdict, by: Person, now: datetime) -> Alert:
        """Somebody says what its kind of message is worth; what is open of it follows.

        Noise is over; what matters is high at least.
        """
        alert = self._changing.get(alert_id)
        subject = subject_of(alert)
        if not subject:
            raise InvalidTransitionError(Refusal.NO_TEMPLATE)
        before = self._store.verdicts.of((subject,)).get(subject)
        if before is not None and before.verdict is verdict:
            raise InvalidTransitionError(Refusal.NOTHING_CHANGES)
        template = alert.annotations.get(TEMPLATE, alert.title)
        for one in subjects_of(alert, verdict):
            self._keep(one, template, verdict, by, now)
        self._auditing.note(
            by,
            "judged",
            f"#{alert.id}",
            now,
            before={"verdict": before.verdict.value} if before is not None else {},
            after={"verdict": verdict.value, TEMPLATE: template},
            alert_id=alert.id,
        )
        self._follow(subject, alert.rule, verdict, by, now)
        return self._changing.get(alert_id)

    def judge_kind(self, kind: Listed, verdict: Verdict | None, by: Person, now: datetime) -> None:
        """Somebody says what a kind of message is worth, or with None that nothing was said.

        What is open of nothing else follows, as in `judge`.
        """
        before = self._store.verdicts.of((kind.subject,)).get(kind.subject)
        if (before.verdict if before is not None else None) is verdict:
            raise InvalidTransitionError(Refusal.NOTHING_CHANGES)
        self._keep(kind.subject, kind.text, verdict, by, now)
        self._auditing.note(
            by,
            "judged",
            kind.template,
            now,
            before={"verdict": before.verdict.value} if before is not None else {},
            after={"verdict": verdict.value if verdict is not None else "", TEMPLATE: kind.text},
        )
        if verdict is not None:
            self._follow(kind.subject, kind.rule, verdict, by, now)

    def _keep(
        self, subject: str, template: str, verdict: Verdict | None, by: Person, now: datetime
    ) -> None:
        kin = kin_of(template, subject.partition("/")[2])
        for one in filter(None, (subject, kin)):
            if verdict is None:
                self._store.verdicts.forget(one)
                continue
            self._store.verdicts.keep(
                Judgement(subject=one, verdict=verdict, template=template, by=by, at=now)
            )

    def _follow(self, subject: str, rule: str, verdict: Verdict, by: Person, now: datetime) -> None:
        """What is open of a kind: noise is over, what matters is high at least."""
        audience = self._telling.audience(now)
        change = (
            Resolve(by=by)
            if verdict is Verdict.NOISE
            else SetSeverity(by=by, severity=Severity.HIGH)
        )
        for one in self._store.alerts.open_of_rule(rule):
            low = verdict is Verdict.NOISE or one.severity.rank < Severity.HIGH.rank
            if subject_of(one) == subject and low and applies(one, change, now):
                self._changing.change(one, change, audience, now)

    def _inherit(self, finding: Finding, known: dict[str, Judgement]) -> None:
        """Judge a kind like those that became one with it."""
        subject = subject_of(finding)
        former = [subject_by(labels) for labels in finding.formerly]
        found = inherited(known[one] for one in former if one in known)
        if found is None or not subject or subject in known:
            return
        template = finding.annotations.get(TEMPLATE, found.template)
        known[subject] = replace(found, subject=subject, template=template)
        self._store.verdicts.keep(known[subject])
