"""Tells silence from deafness: what is quiet is over, but only while its source is heard."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.core.changes import LoseSource, Quieten, RegainSource
from bot.core.hearing import Hearing, hearing
from bot.core.ports import AgentRecord, Store
from bot.engine.changing import Changing
from bot.engine.telling import Telling

RESOLVED_AT_ONCE = 200
"""Per sweep: the write lock is not kept from a click for long."""
BAD_FOR = timedelta(minutes=1)
"""So long a source is bad before it is called lost."""


class Listening:
    """Resolves what is quiet, and marks what nobody can judge; a sweep.

    Who starts to listen gives everybody time to be heard: only what stays silent after that, or
    is bad for as long, is lost.
    """

    def __init__(self, store: Store, telling: Telling, changing: Changing) -> None:
        self._store = store
        self._telling = telling
        self._changing = changing
        self._bad: dict[tuple[str, str], datetime] = {}

    def due(self, now: datetime) -> bool:
        """Whether an alert is quiet, or its source came or went."""
        return bool(self._over(now) or self._moved(now))

    def sweep(self, now: datetime) -> None:
        """Resolve, lose and regain."""
        audience = self._telling.audience(now)
        alerts = self._store.alerts
        for agent, watch in self._over(now):
            for alert in alerts.quiet(agent, watch, now, RESOLVED_AT_ONCE):
                self._changing.change(alert, Quieten(), audience, now)
        for (agent, watch), heard in self._moved(now).items():
            lost = heard.lost_since
            some = alerts.open_of_source(agent, watch, RESOLVED_AT_ONCE, unknown=lost is None)
            change = RegainSource() if lost is None else LoseSource(since=lost)
            for alert in some:
                self._changing.change(alert, change, audience, now)

    def _over(self, now: datetime) -> list[tuple[str, str]]:
        """Sources with alerts that are quiet, of which silence means quiet."""
        waiting = self._store.alerts.quiet_sources(now)
        agents = self._agents() if waiting else {}
        return [one for one in waiting if hearing(*one, agents, now).quiet_counts]

    def _moved(self, now: datetime) -> Mapping[tuple[str, str], Hearing]:
        """Sources with open alerts whose state does not fit to how the source is heard."""
        sources = self._store.alerts.open_sources()
        agents = self._agents() if sources else {}
        heard = {(a, w): hearing(a, w, agents, now) for a, w, _ in sources}
        self._bad = {
            one: self._bad.get(one, now)
            for one, found in heard.items()
            if found.lost_since is not None
        }
        moved: dict[tuple[str, str], Hearing] = {}
        for agent, watch, unknown in sources:
            found = heard[agent, watch]
            if (unknown and found.lost_since is None) or (
                not unknown
                and found.lost_since is not None
                and now - self._bad[agent, watch] >= BAD_FOR
            ):
                moved[agent, watch] = found
        return moved

    def _agents(self) -> Mapping[str, AgentRecord]:
        return {record.agent: record for record in self._store.agents.all()}
