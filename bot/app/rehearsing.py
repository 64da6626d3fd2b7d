"""The engine on the time of logs that are there: what one subscriber would have been sent."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.app.terms import terms_of
from bot.config.schema import SQLITE, Config
from bot.core.alert import LARKWATCH, AlertState
from bot.core.fingerprint import fingerprint
from bot.core.notification import Purpose, Receipt
from bot.core.ports import Job
from bot.core.subscription import Target, TargetKind, Wish
from bot.delivery.pace import Pace
from bot.delivery.worker import Worker
from bot.engine.engine import Engine
from bot.store.database import migrate, open_database
from bot.store.store import Store
from watchers.finding import Finding, Report, Response, Severity
from watchers.incidents.findings import RULE as INCIDENT

_TARGET = Target(kind=TargetKind.FEISHU_CHAT, address="oc_replay")
_EVERY = timedelta(minutes=5)
"""Between two looks at what is due by the clock, while anything is open."""
_SELDOM = timedelta(minutes=15)
"""The same while only incidents are, which say themselves when they are over."""
_TOGETHER = timedelta(seconds=30)
_PAUSE = timedelta(seconds=0.1)
"""Before what could not be sent is tried again."""
_GOES_ON = timedelta(minutes=1)
_FIRES = (Purpose.FIRST, Purpose.REOPENED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What the subscriber is sent.

    Attributes:
        kind: fire, update or resolve.
        found: What the alert was told of last.
    """

    at: datetime
    kind: str
    alert: int
    severity: Severity
    title: str
    labels: Mapping[str, str]
    count: int
    found: Finding


class _Clock:
    """Stands at the time of the lines."""

    def __init__(self, now: datetime) -> None:
        self.at = now

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()


class _Subscriber:
    """Takes what is delivered in place of a chat."""

    def __init__(self, store: Store, newest: Mapping[str, Finding]) -> None:
        self._store = store
        self._newest = newest
        self._resolved: set[int] = set()
        self._sent = 0
        self.messages: list[Message] = []

    def deliver(self, job: Job, now: datetime) -> Receipt:
        self._sent += 1
        owed = job.notification
        alert = self._store.alerts.get(owed.alert_id) if owed.alert_id is not None else None
        if alert is not None and (kind := self._kind(owed.purpose, alert.id, alert.state)):
            self.messages.append(
                Message(
                    at=now,
                    kind=kind,
                    alert=alert.id,
                    severity=alert.severity,
                    title=alert.title,
                    labels=alert.labels,
                    count=alert.count,
                    found=self._newest[alert.fingerprint],
                )
            )
        version = alert.version if alert is not None else 0
        return Receipt(message_id=f"om_{self._sent}", version=version)

    def _kind(self, purpose: Purpose, alert: int, state: AlertState) -> str:
        """Of a silent edit, only the one that says it is over."""
        if purpose in _FIRES:
            self._resolved.discard(alert)
            return "fire"
        if purpose.notice:
            return "update"
        if state is AlertState.RESOLVED and alert not in self._resolved:
            self._resolved.add(alert)
            return "resolve"
        return ""


class Rehearsal:
    """An engine with one subscriber, a store of its own, and a clock that findings move."""

    def __init__(self, config: Config, folder: Path, began: datetime) -> None:
        """Begin with nothing known.

        Args:
            config: Its terms hold; its people and chats are not told.
            folder: For the database, which is of no use afterwards.
            began: Before everything that is found.
        """
        database = open_database(f"{SQLITE}{folder / 'replay.db'}")
        migrate(database, began)
        self._store = Store(database)
        self._clock = _Clock(began)
        self._swept = began
        self._engine = Engine(self._store, terms_of(config), lambda: None)
        wish = Wish(least_severity=Severity.INFO)
        self._engine.subscribe(_TARGET, wish, LARKWATCH, began)
        self._newest: dict[str, Finding] = {}
        self._incidents_only = True
        self._subscriber = _Subscriber(self._store, self._newest)
        self._worker = Worker(
            self._store,
            {TargetKind.FEISHU_CHAT: self._subscriber},
            Pace(),
            self._clock,
            "replay",
            self._engine,
        )

    def close(self) -> None:
        """Let go of the database."""
        self._store.disconnect()

    def take(self, at: datetime, findings: Iterable[Finding]) -> None:
        """Let the time pass, then report what is found at a moment."""
        self.wait(at)
        alerting = tuple(
            replace(one, responses=frozenset({Response.ALERT}))
            for one in findings
            if Response.ALERT in one.responses
        )
        if not alerting:
            return
        for one in alerting:
            self._incidents_only = self._incidents_only and one.rule == INCIDENT
            if not one.recovers:
                self._newest[fingerprint(one.rule, one.labels)] = one
        self._engine.report(Report(agent="replay", findings=alerting), self._clock.at)
        self._deliver()

    def wait(self, until: datetime) -> None:
        """Let the time pass; what falls due meanwhile is done at its time."""
        while self._clock.at < until:
            due = self._store.outbox.next_due(self._clock.at)
            if due is None and not any(self._store.alerts.open_tally().values()):
                self._clock.at = self._swept = until
                return
            sweep = self._swept + (_SELDOM if self._incidents_only else _EVERY)
            moment = max(self._clock.at + _PAUSE, min(sweep, due or until))
            self._clock.at = min(until, moment)
            if self._clock.at >= sweep:
                self._engine.sweep(self._clock.at)
                self._swept = self._clock.at
            self._deliver()

    def take_messages(self) -> list[Message]:
        """What was sent since this was asked last."""
        sent, self._subscriber.messages = self._subscriber.messages, []
        return sent

    def _deliver(self) -> None:
        """Everything that is due now."""
        while self._worker.step() <= 0.0:
            pass


def rehearse(
    config: Config, found: Iterable[tuple[datetime, Finding]], told: Callable[[], datetime | None]
) -> Iterator[Message]:
    """What one subscriber is sent of some findings.

    Args:
        config: Of the engine.
        found: With when each shows, oldest first.
        told: When the newest line was written; asked at the end.
    """
    rehearsal: Rehearsal | None = None
    with tempfile.TemporaryDirectory(prefix="larkwatch-replay-") as folder:
        try:
            for at, findings in _bundled(found):
                if rehearsal is None:
                    rehearsal = Rehearsal(config, Path(folder), at)
                rehearsal.take(at, findings)
                yield from rehearsal.take_messages()
            if rehearsal is not None and (end := told()) is not None:
                rehearsal.wait(end)
                yield from rehearsal.take_messages()
        finally:
            if rehearsal is not None:
                rehearsal.close()


def _bundled(
    found: Iterable[tuple[datetime, Finding]],
) -> Iterator[tuple[datetime, list[Finding]]]:
    """Findings of what goes on anyway together, as agents report a backlog; others at once."""
    bundle: list[Finding] = []
    began = last = None
    seen: dict[str, datetime] = {}
    for at, finding in found:
        name = fingerprint(finding.rule, finding.labels)
        before, seen[name] = seen.get(name), at
        urgent = finding.rule == INCIDENT or before is None or at - before >= _GOES_ON
        if last is not None and began is not None and (urgent or at - began >= _TOGETHER):
            yield last, bundle
            bundle, began = [], None
        if urgent:
            yield at, [finding]
            continue
        began, last = began or at, at
        bundle.append(finding)
    if last is not None and bundle:
        yield last, bundle
