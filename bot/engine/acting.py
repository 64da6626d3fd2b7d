"""Does with an alert what people want of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.alert import Alert, Person
from bot.core.changes import (
    Acknowledge,
    Assign,
    Change,
    Comment,
    ExtendAck,
    Follow,
    RemoveRule,
    Resolve,
    SetSeverity,
    Unacknowledge,
)
from bot.core.errors import InvalidTransitionError
from bot.core.lifecycle import applies
from bot.core.ports import Store
from bot.engine.changing import Changing
from bot.engine.telling import Telling
from bot.engine.terms import Terms
from watchers.finding import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a wish to take an alert on.

    Attributes:
        refusal: Why it was not taken; raised only after the transaction, which keeps that who
            came second follows.
    """

    alert: Alert
    refusal: InvalidTransitionError | None = None


class Acting:
    """The engine's hand for people's actions; every method runs inside its transaction."""

    def __init__(self, store: Store, terms: Terms, telling: Telling, changing: Changing) -> None:
        self._store = store
        self._terms = terms
        self._telling = telling
        self._changing = changing

    def acknowledge(
        self, alert_id: int, by: Person, now: datetime, span: timedelta | None
    ) -> Taken:
        """Take an alert on; who comes second follows it."""
        alert = self._changing.get(alert_id)
        span = span or self._terms.ack_timeout.get(alert.severity)
        expires_at, remind_at = self._ends(span, now)
        change = Acknowledge(by=by, expires_at=expires_at, remind_at=remind_at)
        try:
            return Taken(alert=self._do(alert, change, now))
        except InvalidTransitionError as error:
            if not applies(alert, Follow(by=by), now):
                raise
            return Taken(alert=self._do(alert, Follow(by=by), now), refusal=error)

    def extend(self, alert_id: int, by: Person, now: datetime, span: timedelta | None) -> Alert:
        """Say how long an acknowledgement holds from now."""
        expires_at, remind_at = self._ends(span, now)
        change = ExtendAck(by=by, expires_at=expires_at, remind_at=remind_at)
        return self._do(self._changing.get(alert_id), change, now)

    def unacknowledge(self, alert_id: int, by: Person, now: datetime) -> Alert:
        """Let an alert go."""
        return self._do(self._changing.get(alert_id), Unacknowledge(by=by), now)

    def resolve(self, alert_id: int, by: Person, now: datetime) -> Alert:
        """End an alert."""
        return self._do(self._changing.get(alert_id), Resolve(by=by), now)

    def assign(self, alert_id: int, to: Person | None, by: Person, now: datetime) -> Alert:
        """Name who is to see to it."""
        return self._do(self._changing.get(alert_id), Assign(by=by, to=to), now)

    def comment(self, alert_id: int, text: str, by: Person, now: datetime) -> Alert:
        """Say something about it."""
        return self._do(self._changing.get(alert_id), Comment(by=by, text=text), now)

    def set_severity(self, alert_id: int, severity: Severity, by: Person, now: datetime) -> Alert:
        """Say how bad it is."""
        return self._do(self._changing.get(alert_id), SetSeverity(by=by, severity=severity), now)

    def remove_rules(self, agent: str, known: Collection[str], now: datetime) -> int:
        """End an agent's open alerts of rules that are known no more; how many."""
        ended = 0
        for rule in self._store.alerts.open_rules(agent):
            if rule in known:
                continue
            for alert in self._store.alerts.open_of_rule(rule):
                if alert.agent == agent and alert.rule_text:
                    self._do(alert, RemoveRule(), now)
                    ended += 1
        return ended

    def _do(self, alert: Alert, change: Change, now: datetime) -> Alert:
        return self._changing.change(alert, change, self._telling.audience(now), now)

    def _ends(
        self, span: timedelta | None, now: datetime
    ) -> tuple[datetime | None, datetime | None]:
        """When an acknowledgement ends, and when to remind of it."""
        if span is None:
            return None, None
        return now + span, now + max(span / 2, span - self._terms.ack_reminder)
