"""Begins an escalation when an alert needs one, and ends it when somebody has the alert."""

from collections.abc import Mapping
from datetime import datetime

from bot.core.alert import Alert
from bot.core.escalation import Escalation, Means, begin, escalates, plan_for
from bot.core.mute import identity, mute_of
from bot.core.notification import Notification, Purpose
from bot.core.ports import Store
from bot.core.subscription import Target, TargetKind
from bot.engine.errands import Errands
from bot.engine.telling import Audience
from bot.engine.terms import Terms
from watchers.finding import Severity

BESIDE_CHATS = {Means.EMAIL: TargetKind.EMAIL, Means.WEBHOOK: TargetKind.WEBHOOK}
"""Whoever is reached that way sees no card change, and is told when it is over."""


class Escalating:
    """The engine's hand for runs; every method runs inside the engine's transaction."""

    def __init__(self, store: Store, terms: Terms, errands: Errands) -> None:
        self._store = store
        self._plans = terms.plans
        self._table = terms.errands
        self._errands = errands

    def settle(self, alert: Alert, audience: Audience, now: datetime) -> None:
        """After a change: an alert that escalates has a run, another has none; errands begin."""
        self._errands.settle(alert, audience, now)
        run = self._store.escalations.get(alert.id)
        if not escalates(alert, muted=mute_of(alert, audience.mutes, now) is not None):
            if run is not None:
                self._end(run, alert, now)
        elif run is None:
            plan = plan_for(alert.severity, identity(alert), self._plans)
            if plan is not None:
                self._store.escalations.save(begin(alert.id, plan, now))

    def planned(self, severity: Severity, seen: Mapping[str, str]) -> bool:
        """Whether a plan or a table takes an alert of that severity and identity."""
        return bool(self._table.get(severity)) or plan_for(severity, seen, self._plans) is not None

    def restart(self, alert: Alert, audience: Audience, now: datetime) -> None:
        """Nothing hides it any more: begin from the first step, as the plans are now."""
        self._store.escalations.remove(alert.id)
        self.settle(alert, audience, now)

    def _end(self, run: Escalation, alert: Alert, now: datetime) -> None:
        self._store.escalations.remove(alert.id)
        if not alert.taken and alert.state.open:
            return  # only hidden: there is nothing to call off
        told = {
            Target(kind=BESIDE_CHATS[step.means], address=address)
            for step in run.taken
            if step.means in BESIDE_CHATS
            for address in step.to
        }
        for target in sorted(told, key=lambda one: (one.kind, one.address)):
            self._store.outbox.owe(
                Notification(
                    target=target,
                    purpose=Purpose.STOOD_DOWN,
                    alert_id=alert.id,
                    due_at=now,
                    created_at=now,
                )
            )
