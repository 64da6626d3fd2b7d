"""What servers share besides the database: built where it is configured, told how it stands."""

import importlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol
from urllib.parse import urlsplit

from bot.app.backstage import Loop
from bot.config.noise import DedupSection
from bot.config.schema import Config
from bot.core.ports import Store
from bot.core.shared_ports import Rates, Seen, Shelf
from bot.engine.delivering import CACHES, SHARED
from bot.feishu.cache import Cache
from watchers.clock import Clock
from watchers.finding import Finding, Report, Severity, SourceProgress

NAME = "redis"
_TELL_EVERY_S = 2.0
_OFF = timedelta(hours=1)
"""Where repeated rings are not held back, what was stored is known for so long."""


class SharedServer(Rates, Seen, Shelf, Protocol):
    """All that is shared, on one server."""

    @property
    def away(self) -> str:
        """Why it is done without, "" while it answers."""
        ...

    def ping(self) -> None:
        """Look whether it is there."""
        ...

    def take_counts(self) -> Mapping[str, int]:
        """Requests since the last time, by how they went."""
        ...


def shared_of(config: Config, password: str, clock: Clock) -> SharedServer | None:
    """The server of the configuration, None for none; its client is imported only then."""
    if not config.redis.url:
        return None
    shared: Any = importlib.import_module("bot.store.shared")
    server: SharedServer = shared.Shared(config.redis.url, password, config.redis.prefix, clock)
    return server


def store_counts(store: Store, cache: Cache, server: SharedServer | None) -> None:
    """Add this process's counts to those of all."""
    counts = {CACHES + f"chats:{how}": count for how, count in cache.take_counts().items()}
    if server is not None:
        counts |= {SHARED + how: count for how, count in server.take_counts().items()}
    if counts:
        with store.transaction():
            store.counters.add(counts)


def telling_loop(
    server: SharedServer | None, url: str, store: Store, clock: Clock
) -> tuple[Loop, ...]:
    """Tells how the server stands, as an agent with one source; none without a server."""
    if server is None:
        return ()
    parts = urlsplit(url)
    name = f"{NAME}:{parts.hostname or parts.path}"

    def step() -> float:
        server.ping()
        away = server.away
        why = f"done without until it is back: {away}" if away else ""
        state = SourceProgress(name=name, state="error" if away else "ok", error=why)
        with store.transaction():
            store.agents.heard(Report(agent=NAME, progress=(state,)), clock.now())
        return _TELL_EVERY_S

    return (Loop(name=NAME, step=step),)


class Repeats:
    """Knows findings and requests that were stored lately, to spare the database; thread-safe.

    They are noted after they are stored: what is not known may have been stored all the same, and
    the database knows.
    """

    def __init__(self, seen: Seen | None, dedup: DedupSection) -> None:
        self._seen = seen
        self._keep = {one: getattr(dedup, one.value) or _OFF for one in Severity}

    def fresh(self, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """Those that are not known to be stored."""
        if self._seen is None or not findings:
            return findings
        known = self._seen.known([one.id for one in findings])
        return tuple(one for one in findings if one.id not in known)

    def known(self, keys: tuple[str, ...]) -> bool:
        """Whether a request came before for certain."""
        return self._seen is not None and bool(self._seen.known(keys))

    def stored(self, findings: tuple[Finding, ...], keys: tuple[str, ...] = ()) -> None:
        """These are stored; a request is known as long as the gravest of its findings."""
        if self._seen is None:
            return
        names = {one.id: self._keep[one.severity] for one in findings}
        longest = max(names.values(), default=_OFF)
        self._seen.note(dict.fromkeys(keys, longest) if keys else names)
