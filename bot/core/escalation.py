"""Escalation: the steps taken while nobody acknowledges, as data that a run keeps a copy of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.alert import Alert
from bot.core.matcher import Matcher, all_take
from watchers.finding import Severity


class Means(StrEnum):
    """How a step reaches somebody."""

    MENTION = "mention"
    """A message beneath the card that mentions people."""
    CHAT = "chat"
    """The card in one more chat."""
    URGENT_APP = "urgent_app"
    URGENT_SMS = "urgent_sms"
    URGENT_PHONE = "urgent_phone"
    """Feishu's urgent push on the sent card."""
    EMAIL = "email"
    WEBHOOK = "webhook"

    @property
    def urgent(self) -> bool:
        """Whether it is one of Feishu's urgent pushes."""
        return self in (Means.URGENT_APP, Means.URGENT_SMS, Means.URGENT_PHONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationStep:
    """One thing to do.

    Attributes:
        after: Wait since the step before, or since the start.
        means: How.
        rota: Whose person on call is meant, "" for `to`.
        to: open_ids for a mention or an urgent push, else addresses, chats or webhook names; a
            mention of nobody only rings.
    """

    after: timedelta
    means: Means
    rota: str = ""
    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationPlan:
    """What is done for which alerts.

    Attributes:
        matchers: All must hold; none means every alert.
        steps: In their order; at least one.
        repeat: How many further rounds follow the first.
    """

    name: str
    matchers: tuple[Matcher, ...]
    least_severity: Severity
    steps: tuple[EscalationStep, ...]
    repeat: int = 0

    def takes(self, severity: Severity, seen: Mapping[str, str]) -> bool:
        """Whether it is for an alert of that severity and identity."""
        return severity.rank >= self.least_severity.rank and all_take(self.matchers, seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """A plan on its way for one alert; a copy, so that an edit of the plan does not change it.

    Attributes:
        alert_id: The alert.
        plan: As it was when the run began.
        number: Steps taken so far, over all rounds.
        next_step_at: When the next is due, None after the last; aware, UTC.
        started_at: When it began; aware, UTC.
    """

    alert_id: int
    plan: EscalationPlan
    number: int = 0
    next_step_at: datetime | None
    started_at: datetime

    @property
    def taken(self) -> tuple[EscalationStep, ...]:
        """The steps taken so far, each once."""
        return self.plan.steps[: self.number]

    @property
    def next_step(self) -> EscalationStep | None:
        """What is next, None after the last."""
        steps = self.plan.steps
        if self.number >= len(steps) * (self.plan.repeat + 1):
            return None
        return steps[self.number % len(steps)]


def plan_for(
    severity: Severity, seen: Mapping[str, str], plans: Iterable[EscalationPlan]
) -> EscalationPlan | None:
    """The first plan that takes an alert of that severity and identity."""
    return next((plan for plan in plans if plan.takes(severity, seen)), None)


def begin(alert_id: int, plan: EscalationPlan, now: datetime) -> Escalation:
    """A run from its first step."""
    return Escalation(
        alert_id=alert_id, plan=plan, next_step_at=now + plan.steps[0].after, started_at=now
    )


def advance(run: Escalation, now: datetime) -> Escalation:
    """The run after its due step.

    The next wait counts from `now`: after a standstill the steps do not fall over each other.
    """
    taken = replace(run, number=run.number + 1)
    following = taken.next_step
    due = None if following is None else now + following.after
    return replace(taken, next_step_at=due)


def hurried(run: Escalation, now: datetime) -> Escalation:
    """The run after a step that reached nobody: the next is due at once, but for a new round."""
    if run.next_step_at is None or not run.number % len(run.plan.steps):
        return run
    return replace(run, next_step_at=min(run.next_step_at, now))


def escalates(alert: Alert, *, muted: bool) -> bool:
    """Whether steps are taken for an alert as it stands.

    Nobody has it, it is told already, and it is not hidden; that its source is gone is no excuse.
    """
    return alert.state.open and not alert.taken and alert.tell_at is None and not muted
