"""Feishu's ceilings in time: calls per second and minute, and `uuid` good for one hour."""

import math
import threading
from collections import defaultdict, deque

from bot.sandbox.errors import ApiError
from watchers.clock import Clock

PER_SECOND = 50
PER_MINUTE = 1000
SAME_TARGET_PER_SECOND = 5
UUID_LIFE_S = 3600


class Limits:
    """Sliding windows on the clock's monotonic time; thread-safe."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._hits: defaultdict[str, deque[float]] = defaultdict(deque)
        self._uuids: dict[str, tuple[str, float]] = {}

    def gateway(self, api: str) -> None:
        """Count one call of `api` ("METHOD rule") by the app.

        Raises:
            ApiError: 429 with 99991400 above 50 a second or 1000 a minute.
        """
        with self._lock:
            now = self._clock.monotonic()
            hits = self._window(f"api {api}", now, 60.0)
            waits = [hits[0] + 60 - now] if len(hits) >= PER_MINUTE else []
            if len(hits) >= PER_SECOND and hits[-PER_SECOND] > now - 1:
                waits.append(hits[-PER_SECOND] + 1 - now)
            if waits:
                limit = PER_MINUTE if len(hits) >= PER_MINUTE else PER_SECOND
                raise throttled(limit, max(1, math.ceil(max(waits))))
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

    def seen(self, uuid: str) -> str | None:
        """The message this uuid made within the last hour."""
        with self._lock:
            now = self._clock.monotonic()
            self._uuids = {
                key: (message_id, at)
                for key, (message_id, at) in self._uuids.items()
                if now - at < UUID_LIFE_S
            }
            found = self._uuids.get(uuid)
        return found[0] if found else None

    def remember(self, uuid: str, message_id: str) -> None:
        """From now on this uuid means this message."""
        with self._lock:
            self._uuids[uuid] = (message_id, self._clock.monotonic())

    def _window(self, key: str, now: float, span: float) -> deque[float]:
        hits = self._hits[key]
        while hits and hits[0] <= now - span:
            hits.popleft()
        return hits


def throttled(limit: int, reset_s: int) -> ApiError:
    """The gateway's 429, with the headers that say how long to wait."""
    headers = {"x-ogw-ratelimit-limit": str(limit), "x-ogw-ratelimit-reset": str(reset_s)}
    return ApiError(99991400, "request trigger frequency limit", status=429, headers=headers)
