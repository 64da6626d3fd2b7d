"""Notes that Larkwatch is there, and how long it was not."""

from datetime import datetime, timedelta

from bot.core.digest import Presence, noticed
from bot.core.ports import Store
from bot.engine.terms import Terms

ALIVE_EVERY = timedelta(minutes=1)
BEHIND_AT_MOST = timedelta(hours=1)
"""After a return, a source that still reads its backlog is waited for this long."""


class Attendance:
    """The engine's hand for its own presence; runs inside the engine's transaction."""

    def __init__(self, store: Store, terms: Terms) -> None:
        self._store = store
        self._terms = terms

    def due(self, now: datetime) -> bool:
        """Whether a sign of life is due."""
        presence = self._store.noise.presence()
        return presence is None or now - presence.alive_at >= ALIVE_EVERY

    def noted(self, now: datetime) -> Presence:
        """Note a sign of life, now and then; presence as of now."""
        before = self._store.noise.presence()
        present = noticed(before, self._terms.noise.away, now)
        if before is None or now - before.alive_at >= ALIVE_EVERY:
            self._store.noise.keep_presence(present)
        return present

    def behind(self) -> bool:
        """Whether a source still reads what was written long ago."""
        agents = self._store.agents.all()
        return any(source.state == "behind" for agent in agents for source in agent.sources)
