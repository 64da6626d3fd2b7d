"""Names by which people speak of alerts, as the database knows them; read seldom."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from bot.core.matcher import Operator
from bot.core.ports import Store

LATELY = timedelta(days=7)
LOOKED_THROUGH = 1000
_FRESH_FOR = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNames:
    """Values of labels, each sorted."""

    services: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()


class Names:
    """Services, rules and hosts of recent alerts, subscriptions and the configuration.

    Safe to use from several threads; what it says may be a minute old.
    """

    def __init__(self, store: Store, rules: tuple[str, ...]) -> None:
        """`rules` are the configured ones."""
        self._store = store
        self._rules = rules
        self._lock = Lock()
        self._known = KnownNames()
        self._read_at: datetime | None = None

    def of(self, now: datetime) -> KnownNames:
        """The names that are known now."""
        with self._lock:
            known, read_at = self._known, self._read_at
        if read_at is not None and abs(now - read_at) < _FRESH_FOR:
            return known
        known = self._look(now)
        with self._lock:
            self._known, self._read_at = known, now
        return known

    def _look(self, now: datetime) -> KnownNames:
        found: dict[str, set[str]] = {"service": set(), "rule": set(self._rules), "host": set()}
        for alert in self._store.alerts.seen_since(now - LATELY, LOOKED_THROUGH):
            for label, values in found.items():
                values.add(alert.identity.get(label, ""))
        for subscription in self._store.subscriptions.all():
            for matcher in subscription.matchers:
                if matcher.operator is Operator.EQUAL and matcher.label in found:
                    found[matcher.label].add(matcher.value)
        found["host"] |= {one.agent for one in self._store.agents.all()}
        return KnownNames(
            services=tuple(sorted(found["service"] - {""})),
            rules=tuple(sorted(found["rule"] - {""})),
            hosts=tuple(sorted(found["host"] - {""})),
        )
