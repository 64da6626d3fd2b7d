"""Takes the steps of escalations when they are due: what they owe goes through the outbox."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, assert_never

from bot.core.alert import Alert, Person
from bot.core.changes import Escalate, FailEscalation
from bot.core.concern import Concern, ConcernKind
from bot.core.errors import DeliveryError
from bot.core.escalation import Escalation, EscalationStep, Means, advance, escalates, hurried
from bot.core.mute import mute_of
from bot.core.notification import Notification, Purpose
from bot.core.ports import Store
from bot.core.subscription import Language, Target, TargetKind
from bot.engine.changing import Changing
from bot.engine.escalating import BESIDE_CHATS, Escalating
from bot.engine.on_call import OnCall
from bot.engine.overseeing import Overseeing
from bot.engine.telling import Audience, Telling
from bot.engine.terms import Terms

_log = logging.getLogger(__name__)

STEPS_AT_ONCE = 100
"""Per sweep: the write lock is not kept from a click for long."""


class Paging:
    """Takes due steps; a sweep. Every method runs inside the engine's transaction."""

    def __init__(
        self,
        store: Store,
        terms: Terms,
        telling: Telling,
        changing: Changing,
        escalating: Escalating,
        overseeing: Overseeing,
    ) -> None:
        self._store = store
        self._telling = telling
        self._changing = changing
        self._escalating = escalating
        self._overseeing = overseeing
        self._on_call = OnCall(store, terms.rotas)
        self._fallback = {one.target: one.language for one in terms.fallback}
        self._admins = tuple(_person(one.target.address) for one in terms.admins)

    def due(self, now: datetime) -> bool:
        """Whether a step is due."""
        return self._store.escalations.any_due(now)

    def sweep(self, now: datetime) -> None:
        """Take the next step of every run that is due; what was missed is not made up for."""
        audience = self._telling.audience(now)
        for run in self._store.escalations.due(now, STEPS_AT_ONCE):
            alert, step = self._store.alerts.get(run.alert_id), run.next_step
            if alert is None or step is None:
                self._store.escalations.remove(run.alert_id)
            elif not escalates(alert, muted=mute_of(alert, audience.mutes, now) is not None):
                self._escalating.settle(alert, audience, now)
            else:
                self._take(run, step, alert, audience, now)

    def failed(self, owed: Notification, error: DeliveryError, now: datetime) -> None:
        """A step could not be delivered: say so on the alert, and let the next come at once."""
        alert = self._store.alerts.get(owed.alert_id) if owed.alert_id is not None else None
        if alert is None:
            return
        means = str(owed.content.get("means", owed.target.kind.value))
        self._fail(alert, means, f"{error.code} {error.detail}", self._telling.audience(now), now)

    def _fail(
        self, alert: Alert, means: str, reason: str, audience: Audience, now: datetime
    ) -> None:
        self._changing.change(alert, FailEscalation(note=f"{means} {reason}"), audience, now)
        run = self._store.escalations.get(alert.id)
        if run is not None:
            self._store.escalations.save(hurried(run, now))

    def _take(
        self, run: Escalation, step: EscalationStep, alert: Alert, audience: Audience, now: datetime
    ) -> None:
        self._store.escalations.save(advance(run, now))
        people = self._people(step, alert, now)
        owed = self._owed(step, alert, people, audience)
        who = [one.name or one.id for one in people] or list(step.to)
        note = f"{run.number + 1}/{_steps(run)} {step.means.value} {', '.join(who)}"
        changed = self._changing.change(alert, Escalate(note=note), audience, now)
        _log.info("a step is taken", extra={"alert": alert.id, "step": note})
        if not owed:
            self._fail(changed, step.means.value, "0 nobody to reach", audience, now)
        content = {
            "means": step.means.value,
            "people": [{"id": one.id, "name": one.name} for one in people],
            "step": run.number + 1,
            "steps": _steps(run),
        }
        for target, language, purpose in owed:
            if purpose is Purpose.FIRST:
                self._telling.tell_also(changed, target, language, now)
            else:
                self._owe(alert, target, language, content, now)

    def _people(self, step: EscalationStep, alert: Alert, now: datetime) -> tuple[Person, ...]:
        """Whom a step means; where nobody is on call, the admins stand in and are told why."""
        if not step.rota:
            named = step.means is Means.MENTION or step.means.urgent
            return tuple(self._named(one) for one in step.to) if named else ()
        person = self._on_call.person(step.rota, now)
        if person is not None:
            return (self._named(person.id, person.name),)
        concern = Concern(kind=ConcernKind.NOBODY_ON_CALL, subject=step.rota, alert_id=alert.id)
        self._overseeing.concern(concern, now)
        return tuple(self._named(one.id) for one in self._admins)

    def _owed(
        self, step: EscalationStep, alert: Alert, people: Sequence[Person], audience: Audience
    ) -> list[tuple[Target, Language, Purpose]]:
        """Where a step goes, and as what."""
        match step.means:
            case Means.MENTION:
                return self._mentions(step, alert, people, audience)
            case Means.CHAT:
                return [
                    (target, self._language(target), self._card_or_notice(alert, target))
                    for target in map(_chat, step.to)
                    if target not in audience.suspended
                ]
            case Means.URGENT_APP | Means.URGENT_SMS | Means.URGENT_PHONE:
                way = Target(kind=TargetKind.FEISHU_URGENT, address=step.means.value)
                return [(way, self._usual_language(), Purpose.ESCALATED)] if people else []
            case Means.EMAIL | Means.WEBHOOK:
                kind = BESIDE_CHATS[step.means]
                return [
                    (Target(kind=kind, address=one), self._usual_language(), Purpose.ESCALATED)
                    for one in step.to
                ]
            case _:
                assert_never(step.means)

    def _mentions(
        self, step: EscalationStep, alert: Alert, people: Iterable[Person], audience: Audience
    ) -> list[tuple[Target, Language, Purpose]]:
        """Beneath each card; without one to each person in private, and last to the fallback."""
        found = {
            card.target: card.language
            for card in self._store.outbox.cards(alert.id)
            if card.target not in audience.suspended
        }
        if not found:
            found = {_chat(one.id): self._usual_language() for one in people if one.id}
        if not found or (step.rota and not any(one.id for one in people)):
            found |= self._fallback
        return [(target, language, Purpose.ESCALATED) for target, language in found.items()]

    def _card_or_notice(self, alert: Alert, target: Target) -> Purpose:
        card = self._store.outbox.card(alert.id, target)
        return Purpose.FIRST if card is None else Purpose.ESCALATED

    def _owe(
        self,
        alert: Alert,
        target: Target,
        language: Language,
        content: dict[str, Any],
        now: datetime,
    ) -> None:
        self._store.outbox.owe(
            Notification(
                target=target,
                purpose=Purpose.ESCALATED,
                alert_id=alert.id,
                language=language,
                content=content,
                due_at=now,
                created_at=now,
            )
        )

    def _named(self, open_id: str, name: str = "") -> Person:
        return Person(id=open_id, name=self._store.chats.name(open_id) or name)

    def _language(self, target: Target) -> Language:
        return self._store.chats.language(target.address) or self._usual_language()

    def _usual_language(self) -> Language:
        return next(iter(self._fallback.values()), Language.ZH)


def _person(open_id: str) -> Person:
    return Person(id=open_id, name="")


def _chat(address: str) -> Target:
    return Target(kind=TargetKind.FEISHU_CHAT, address=address)


def _steps(run: Escalation) -> int:
    return len(run.plan.steps) * (run.plan.repeat + 1)
