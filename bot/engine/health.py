"""Keeps how hosts stand, and tells of those whose reports stop."""

from datetime import datetime, timedelta

from bot.core.alert import Person
from bot.core.health import silent_from
from bot.core.health_ports import HostRecord
from bot.core.ports import Store
from bot.engine.auditing import Auditing
from bot.engine.changing import Changing
from bot.engine.foretelling import Foretelling
from bot.engine.terms import Terms
from watchers.delay import Delay, write_span
from watchers.finding import Finding, Report, Severity

SILENT = "health:silent"
"""The rule of hosts that are not heard; the others come from the hosts themselves."""
LOOK_EVERY = timedelta(seconds=5)
SAY_AGAIN = timedelta(minutes=5)
_AT_ONCE = 50
_STANDS = Delay(down=3 * SAY_AGAIN)


class HealthKeeping:
    """The engine's hand for hosts, and a sweep; changes run inside the engine's transaction.

    Who starts to listen gives every host time to be heard.
    """

    def __init__(self, store: Store, terms: Terms, changing: Changing, auditing: Auditing) -> None:
        self._store = store
        self._terms = terms
        self._changing = changing
        self._auditing = auditing
        self._foretelling = Foretelling(store, terms)
        self._began_at: datetime | None = None
        self._look_at: datetime | None = None

    def heard(self, report: Report, now: datetime) -> None:
        """Keep the sample of a report; a host that was silent is back."""
        if report.host is None:
            return
        due_at = silent_from(report.host, now, self._terms.silent_after)
        if self._store.health.heard(report.agent, report.host, due_at, now):
            self._changing.take((self._back(report.agent, report.host.host, now),), now)
        self._changing.take(self._foretelling.heard(report.agent, report.host, now), now)

    def due(self, now: datetime) -> bool:
        """Whether a host is silent; looked for only now and then."""
        self._began_at = self._began_at or now
        if self._look_at is not None and now < self._look_at:
            return False
        self._look_at = now + LOOK_EVERY
        return bool(self._late(now))

    def sweep(self, now: datetime) -> None:
        """Tell it, and again while it lasts: an alert without news would be over."""
        for record in self._late(now):
            self._store.health.tell(record.agent, now)
            finding = self._silence(record, now)
            self._changing.take(self._store.alerts.count_in((finding,), now), now)

    def set_every(self, every: timedelta | None, by: Person, now: datetime) -> None:
        """Let hosts be sampled that often, None for as each is configured."""
        before, after = (
            {"every": write_span(one) if one else ""} for one in (self._store.health.every(), every)
        )
        if before != after:
            self._store.health.set_every(every)
            self._auditing.note(by, "health_interval", "health", now, before=before, after=after)

    def forget(self, host: str, by: Person, now: datetime) -> bool:
        """Forget a host and its figures, and end the alert of its silence; False if unknown."""
        agents = self._store.health.forget(host)
        for agent in agents:
            self._changing.take((self._back(agent, host, now),), now)
        if agents:
            self._auditing.note(by, "host_forgotten", host, now)
        return bool(agents)

    def _late(self, now: datetime) -> tuple[HostRecord, ...]:
        if self._began_at is None or now - self._began_at < self._terms.silent_after:
            return ()
        return self._store.health.late(now, now - SAY_AGAIN, _AT_ONCE)

    def _silence(self, record: HostRecord, now: datetime) -> Finding:
        since = record.heard_at
        return Finding(
            id=f"{SILENT}|{record.agent}|{now.isoformat()}",
            rule=SILENT,
            severity=self._terms.silent_severity,
            labels=_labels(record.agent, record.host),
            title=f"{record.host} is silent since {since:%m-%d %H:%M} UTC",
            first_at=since,
            seen_at=now,
            delay=_STANDS,
        )

    def _back(self, agent: str, host: str, now: datetime) -> Finding:
        return Finding(
            id=f"{SILENT}|{agent}|{now.isoformat()}|over",
            rule=SILENT,
            severity=Severity.INFO,
            labels=_labels(agent, host),
            title=f"{host} is heard again",
            first_at=now,
            seen_at=now,
            recovers=True,
        )


def _labels(agent: str, host: str) -> dict[str, str]:
    return {"host": host} if agent == host else {"host": host, "agent": agent}
