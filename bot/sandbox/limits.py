"""Feishu's ceilings in time: calls per second and minute, and `uuid` good for one hour."""

import math
import threading
from collections import defaultdict, deque
from dataclasses import dataclass
from itertools import islice

from bot.sandbox.errors import ApiError
from watchers.clock import Clock

SAME_TARGET_PER_SECOND = 5
UUID_LIFE_S = 3600
_AT_ONCE = 10  # uuids looked at for each one that is asked for
_MOST_WINDOWS = 1000  # with more of them, those in which nothing happened lately are forgotten
_HOOK_PER_SECOND = 5
_HOOK_PER_MINUTE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """How often one app may call one API; without `per_second` only the minute counts."""

    per_minute: int
    per_second: int | None = None


TIER_4 = Ceiling(per_minute=1000, per_second=50)


class Limits:
    """Sliding windows on the clock's monotonic time; thread-safe."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._hits: defaultdict[str, deque[float]] = defaultdict(deque)
        self._uuids: dict[str, tuple[str, float]] = {}

    def gateway(self, api: str, ceiling: Ceiling = TIER_4) -> None:
        """Count one call of `api` ("METHOD rule") by the app.

        Raises:
            ApiError: 429 with 99991400 above the ceiling of a second or a minute.
        """
        per_minute, per_second = ceiling.per_minute, ceiling.per_second
        with self._lock:
            now = self._clock.monotonic()
            hits = self._window(f"api {api}", now, 60.0)
            if len(hits) >= per_minute:
                raise throttled(per_minute, hits[-per_minute] + 60 - now)
            if per_second and len(hits) >= per_second and hits[-per_second] > now - 1:
                raise throttled(per_second, hits[-per_second] + 1 - now)
            hits.append(now)

    def target(self, what: str) -> None:
        """Count one message to a chat or a person, or one update of a message.

        Raises:
            ApiError: 230020 above 5 a second.
        """
        with self._lock:
            now = self._clock.monotonic()
            hits = self._window(what, now, 1.0)
            if len(hits) >= SAME_TARGET_PER_SECOND:
                raise ApiError(230020, "This operation triggers the frequency limit.")
            hits.append(now)

    def webhook(self, hook_id: str) -> None:
        """Count one post to a custom bot.

        Raises:
            ApiError: 11232 above 5 a second or 100 a minute.
        """
        with self._lock:
            now = self._clock.monotonic()
            hits = self._window(f"hook {hook_id}", now, 60.0)
            recent = len(hits) >= _HOOK_PER_SECOND and hits[-_HOOK_PER_SECOND] > now - 1
            if recent or len(hits) >= _HOOK_PER_MINUTE:
                raise ApiError(11232, "frequency limited")
            hits.append(now)

    def seen(self, uuid: str) -> str | None:
        """The message this uuid made within the last hour."""
        with self._lock:
            now = self._clock.monotonic()
            for key, (_, at) in list(islice(self._uuids.items(), _AT_ONCE)):  # oldest first
                if now - at >= UUID_LIFE_S:
                    del self._uuids[key]
            found = self._uuids.get(uuid)
            return found[0] if found and now - found[1] < UUID_LIFE_S else None

    def remember(self, uuid: str, message_id: str) -> None:
        """From now on this uuid means this message."""
        with self._lock:
            self._uuids.pop(uuid, None)  # so that it stands behind the others
            self._uuids[uuid] = (message_id, self._clock.monotonic())

    def _window(self, key: str, now: float, span: float) -> deque[float]:
        if len(self._hits) > _MOST_WINDOWS:
            lately = {one: old for one, old in self._hits.items() if old and old[-1] > now - 60}
            self._hits = defaultdict(deque, lately)
        hits = self._hits[key]
        while hits and hits[0] <= now - span:
            hits.popleft()
        return hits


def throttled(limit: int, wait_s: float) -> ApiError:
    """The gateway's 429, with the headers that say how long to wait, in whole seconds."""
    reset = str(max(1, math.ceil(wait_s)))
    headers = {"x-ogw-ratelimit-limit": str(limit), "x-ogw-ratelimit-reset": reset}
    return ApiError(99991400, "request trigger frequency limit", status=429, headers=headers)
