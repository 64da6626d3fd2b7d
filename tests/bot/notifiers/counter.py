"""A counter where errands are handed out: store, engine, views and a worker with a moved clock."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.core.alert import Alert
from bot.core.errand import Errand, ErrandKind, ErrandRun, ErrandState
from bot.core.routing import Route
from bot.core.subscription import Language, TargetKind
from bot.core.why import Why
from bot.delivery.pace import Pace
from bot.delivery.worker import Worker
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.engine.terms import Terms
from bot.feishu.templating.templates import Templates
from bot.store.store import Store
from tests.builders import chat, finding, report, sample
from tests.fakes import MovableClock, ScriptedNotifier
from watchers.delay import Delay
from watchers.finding import Severity

ADMIN = Route(target=chat("admin"), language=Language.EN, subscription_id=0)
LONG = Delay(down=timedelta(days=1), limit=timedelta(days=1))


class Counter:
    """Everything between a finding and a notifier beside the chats."""

    def __init__(self, store: Store, table: Mapping[Severity, tuple[Errand, ...]]) -> None:
        self.store = store
        self.clock = MovableClock()
        self.terms = Terms(
            errands=table, admins=(ADMIN,), fallback=(ADMIN,), delay=LONG, ack_timeout={}
        )
        self.engine = Engine(store, self.terms, lambda: None)
        self.views = Views(store, (), self.clock.now(), "0", self.terms)
        self.concerns: list[Any] = []
        self.templates = Templates((), lambda concern, _now: self.concerns.append(concern))
        self.chats = ScriptedNotifier()
        self.notifiers: dict[TargetKind, Any] = {TargetKind.FEISHU_CHAT: self.chats}

    def fire(self, name: str = "f1", severity: Severity = Severity.HIGH, **more: str) -> Alert:
        """One line of the service pay, or of another."""
        now = self.clock.now()
        labels = {"service": "pay", **more}
        found = finding(
            name,
            severity=severity,
            labels=labels,
            first_at=now,
            seen_at=now,
            samples=(sample(),),
        )
        self.engine.report(report(found), now)
        newest = self.store.alerts.get(max(one.id for one in self.store.alerts.open_briefly()))
        assert newest is not None
        return newest

    def run(self, **span: float) -> None:
        """Let time pass, and deliver what is due."""
        if span:
            self.clock.move(**span)
        worker = Worker(self.store, self.notifiers, Pace(), self.clock, "me", self.engine)
        self.engine.sweep(self.clock.now())
        for _ in range(200):
            if worker.step() > 0:
                return

    def runs(self, alert_id: int = 1) -> dict[str, ErrandState]:
        """How the errands of an alert stand."""
        return {run.key: run.state for run in self.store.errands.of(alert_id)}

    def one(self, alert_id: int = 1) -> ErrandRun:
        """The newest errand of an alert."""
        return self.store.errands.of(alert_id)[-1]

    def happened(self, alert_id: int = 1) -> list[tuple[Why, str]]:
        """What the timeline says of errands."""
        found = self.store.alerts.transitions(alert_id, 99)
        return [(one.why, one.note) for one in found if one.why.value.startswith("errand")]


def table(
    *errands: Errand, severity: Severity = Severity.HIGH
) -> Mapping[Severity, tuple[Errand, ...]]:
    """A table of one severity."""
    return {severity: errands}


def errand(kind: ErrandKind, name: str, **fields: object) -> Errand:
    """One that is made at once, for real."""
    return Errand(kind=kind, name=name, **fields)  # type: ignore[arg-type]
