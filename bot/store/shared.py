"""Redis or Valkey, for what several servers share: whatever it does, nothing is lost without it."""

import hashlib
import logging
import threading
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from watchers.clock import Clock

_T = TypeVar("_T")

TIMEOUT_S = 0.25
"""A request waits no longer for it: what it is for can do without."""
_AGAIN_S = 2.0
_FLOW = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + clock[2] / 1000
local due = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local after = due + ARGV[2] * 60000 / ARGV[1]
if due > now and after > now + 60000 then
  return string.format('%.3f', after - now - 60000)
end
redis.call('SET', KEYS[1], string.format('%.3f', after), 'PX', math.ceil(after - now) + 1000)
return '0'
"""
"""The virtual scheduling of ITU-T I.371, as in `bot.ingest.flow`, by the clock over there."""

_log = logging.getLogger(__name__)


class Shared:
    """One server of Redis' protocol; `core.shared_ports`, thread-safe.

    When it does not answer it is let alone for two seconds, and everything goes on without: flows
    are those of each process again, what was stored is asked of the database, texts are made anew.
    That is logged once, and once more when it is back.
    """

    def __init__(self, url: str, password: str, prefix: str, clock: Clock) -> None:
        """Nothing is connected yet.

        Args:
            url: ``redis://``, ``rediss://`` or ``unix://``.
            password: "" for none.
            prefix: Of all keys.
            clock: For the pause.
        """
        said = {"password": password} if password else {}
        self._redis: Any = Redis.from_url(
            url,
            socket_timeout=TIMEOUT_S,
            socket_connect_timeout=TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
            **said,
        )
        self._flow = self._redis.register_script(_FLOW)
        self._prefix = prefix
        self._clock = clock
        self._lock = threading.Lock()
        self._away = ""
        self._again_at = 0.0
        self._counts: Counter[str] = Counter()

    @property
    def away(self) -> str:
        """Why it is done without, "" while it answers."""
        return self._away

    def ping(self) -> None:
        """Look whether it is there."""
        self._asked(lambda: bool(self._redis.ping()), otherwise=False)

    def take_counts(self) -> Mapping[str, int]:
        """Requests since the last time, by how they went: ``ok``, ``failed`` or ``spared``."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        return counts

    def admit(self, name: str, per_minute: int, count: int) -> float | None:
        """Seconds until so many may come, 0.0 if they may now; None when it cannot be told."""
        said = self._asked(
            lambda: str(self._flow(keys=[self._key("flow", name)], args=[per_minute, count])),
            otherwise="",
        )
        return float(said) / 1000 if said else None

    def known(self, names: Collection[str]) -> frozenset[str]:
        """Those of them that were stored, or fewer."""
        asked = list(names)
        if not asked:
            return frozenset()
        keys = [self._key("seen", one) for one in asked]
        found: list[str | None] = self._asked(lambda: list(self._redis.mget(keys)), otherwise=[])
        return frozenset(name for name, one in zip(asked, found, strict=False) if one)

    def note(self, names: Mapping[str, timedelta]) -> None:
        """These are stored, each to be known for so long."""

        def note() -> bool:
            pipe = self._redis.pipeline(transaction=False)
            for name, keep in names.items():
                pipe.set(
                    self._key("seen", name), "1", nx=True, ex=max(1, round(keep.total_seconds()))
                )
            pipe.execute()
            return True

        if names:
            self._asked(note, otherwise=False)

    def get(self, keys: Sequence[str]) -> Mapping[str, str]:
        """Those that are there."""
        if not keys:
            return {}
        named = [self._key("shelf", one) for one in keys]
        found: list[str | None] = self._asked(lambda: list(self._redis.mget(named)), otherwise=[])
        return {key: one for key, one in zip(keys, found, strict=False) if one is not None}

    def put(self, key: str, text: str, keep: timedelta) -> None:
        """Keep one for so long, if that is possible."""
        span_ms = max(1, round(keep.total_seconds() * 1000))
        named = self._key("shelf", key)
        self._asked(lambda: bool(self._redis.set(named, text, px=span_ms)), otherwise=False)

    def close(self) -> None:
        """Let go of the connections."""
        self._redis.close()

    def _key(self, kind: str, name: str) -> str:
        """What stands behind the prefix may be long, or a secret: only its digest goes there."""
        tag = hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=16).hexdigest()
        return f"{self._prefix}{kind}:{tag}"

    def _asked(self, ask: Callable[[], _T], *, otherwise: _T) -> _T:
        if self._clock.monotonic() < self._again_at:
            self._count("spared")
            return otherwise
        try:
            said = ask()
        except (RedisError, OSError) as error:
            self._failed(f"{type(error).__name__}: {error}")
            return otherwise
        self._count("ok")
        if self._away:
            self._away = ""
            _log.warning("Redis is back")
        return said

    def _failed(self, why: str) -> None:
        self._count("failed")
        self._again_at = self._clock.monotonic() + _AGAIN_S
        first, self._away = not self._away, why
        if first:
            _log.warning("Redis is done without until it is back", extra={"why": why})

    def _count(self, how: str) -> None:
        with self._lock:
            self._counts[how] += 1
