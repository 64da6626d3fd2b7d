"""Begins what the table of a severity sends out: once for each round of an alert, never per line.

A round is from an alert's opening to its end. What is told is drawn when it is sent, so that a row
of the outbox that waited tells of the alert as it stands then.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.alert import Alert, Person
from bot.core.errand import Errand, ErrandKind, ErrandRun, ErrandState, begins, news
from bot.core.escalation import Means
from bot.core.mute import mute_of
from bot.core.notification import Notification, Purpose
from bot.core.ports import Store
from bot.core.subscription import Language, Target, TargetKind
from bot.engine.grouping import RECORD_TARGET
from bot.engine.on_call import OnCall
from bot.engine.telling import Audience
from bot.engine.terms import Terms

_MEANS = {
    ErrandKind.APP: Means.URGENT_APP,
    ErrandKind.SMS: Means.URGENT_SMS,
    ErrandKind.PHONE: Means.URGENT_PHONE,
}
_TARGETS = {
    ErrandKind.EMAIL: TargetKind.EMAIL,
    ErrandKind.WECOM: TargetKind.WECOM,
    ErrandKind.FEISHU: TargetKind.FEISHU_BOT,
    ErrandKind.WEBHOOK: TargetKind.WEBHOOK,
    ErrandKind.NOTIFIER: TargetKind.NOTIFIER,
    ErrandKind.HOOK: TargetKind.HOOK,
    ErrandKind.COMMAND: TargetKind.COMMAND,
    ErrandKind.KUBERNETES: TargetKind.KUBERNETES,
}
PUSHED_AFTER = timedelta(seconds=5)
"""A push is made on the alert's card, which must stand first."""


class Errands:
    """The engine's hand for errands; every method runs inside the engine's transaction."""

    def __init__(self, store: Store, terms: Terms) -> None:
        self._store = store
        self._table = terms.errands
        self._known = {one.key: one for some in terms.errands.values() for one in some}
        self._on_call = OnCall(store, terms.rotas)
        self._rotas = tuple(one.name for one in terms.rotas)
        self._admins = tuple(one.target.address for one in terms.admins)
        self._language = next((one.language for one in terms.fallback), Language.ZH)

    def settle(self, alert: Alert, audience: Audience, now: datetime) -> None:
        """After a change: begin what is not begun, and tell those who were told before."""
        if not self._table:
            return
        runs = {
            run.key: run
            for run in self._store.errands.of(alert.id)
            if run.round_at == alert.opened_at
        }
        for run in runs.values():
            self._follow(run, alert, now)
        if begins(alert, muted=mute_of(alert, audience.mutes, now) is not None):
            for errand in self._table.get(alert.severity, ()):
                if errand.key not in runs:
                    self._begin(errand, alert, now)

    def errand(self, key: str) -> Errand | None:
        """What is configured under this name now."""
        return self._known.get(key)

    def owe(self, run: ErrandRun, alert: Alert, now: datetime) -> None:
        """Owe what a run asks for."""
        errand = self._known.get(run.key)
        if errand is None:
            return
        content: dict[str, object] = {"errand": run.key, "run": run.id}
        if errand.kind.pushes:
            means = _MEANS[errand.kind]
            people = [{"id": one.id, "name": one.name} for one in self._people(errand, now)]
            content |= {"means": means.value, "people": people, "step": 0}
            target = Target(kind=TargetKind.FEISHU_URGENT, address=means.value)
        else:
            target = Target(kind=_TARGETS[errand.kind], address=errand.name)
        self._store.outbox.owe(
            Notification(
                target=target,
                purpose=Purpose.ERRAND,
                alert_id=alert.id,
                language=self._language,
                content=content,
                due_at=now + PUSHED_AFTER if errand.kind.pushes else now,
                created_at=now,
            )
        )

    def _begin(self, errand: Errand, alert: Alert, now: datetime) -> None:
        state = ErrandState.OWED
        if errand.cooldown and self._store.errands.cooling(errand.key, now - errand.cooldown):
            state = ErrandState.COOLING
        elif errand.kind.acts and errand.approval:
            state = ErrandState.ASKED
        self._store.errands.add(
            ErrandRun(
                alert_id=alert.id, key=errand.key, round_at=alert.opened_at, state=state, at=now
            )
        )
        if state is not ErrandState.OWED:
            return
        for run in self._store.errands.of(alert.id):
            if run.key == errand.key and run.round_at == alert.opened_at:
                self._send(errand, run, alert, now)

    def _follow(self, run: ErrandRun, alert: Alert, now: datetime) -> None:
        """Tell of a change whoever was told before; what is done is not done again."""
        errand = self._known.get(run.key)
        if errand is None or errand.kind.acts or errand.kind.pushes:
            return
        if run.state is not ErrandState.FAILED and news(run, alert) is not None:
            self._send(errand, run, alert, now)

    def _send(self, errand: Errand, run: ErrandRun, alert: Alert, now: datetime) -> None:
        if errand.kind is not ErrandKind.RECORD:
            self.owe(run, alert, now)
            return
        event = news(run, alert)
        if event is None:
            return
        told = replace(run, state=ErrandState.DONE, told=event, at=now)
        self._store.errands.save(told, run.state)
        self._store.outbox.owe(
            Notification(
                target=RECORD_TARGET,
                purpose=Purpose.RECORD,
                content=_line(alert, event.value, now),
                due_at=now,
                created_at=now,
            )
        )

    def _people(self, errand: Errand, now: datetime) -> tuple[Person, ...]:
        """Who is on call in the rota, or in the first one; admins stand in for nobody."""
        rota = errand.name or next(iter(self._rotas), "")
        person = self._on_call.person(rota, now) if rota else None
        if person is not None:
            return (person,)
        return tuple(Person(id=one, name="") for one in self._admins)


def _line(alert: Alert, event: str, now: datetime) -> Mapping[str, object]:
    """An alert's change as the local record keeps it."""
    return {
        "id": f"alert-{alert.id}-{alert.version}-{event}",
        "event": f"alert.{event}",
        "alert": alert.id,
        "rule": alert.rule,
        "severity": alert.severity.value,
        "title": alert.title,
        "labels": dict(alert.labels),
        "count": alert.count,
        "at": now.isoformat(),
    }
