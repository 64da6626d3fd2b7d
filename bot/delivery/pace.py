"""Keeps sending below the platform's limits: per target and for the whole app."""

import threading
from collections import deque

from bot.core.subscription import Target

WINDOW_S = 1.1
"""The platform counts per second; the margin keeps a burst apart that the network squeezes."""
MINUTE_S = 61.0
"""It counts per minute, too."""


class Pace:
    """Sliding-log limiter: at most so many sends in any window, per target, in all, and a minute.

    A log instead of a bucket, because a bucket lets twice its size through in one window. Safe to
    use from several threads; `now_s` is monotonic seconds.
    """

    def __init__(self, per_target: int = 5, in_all: int = 50, per_minute: int = 1000) -> None:
        self._per_target = per_target
        self._lock = threading.Lock()
        self._all: deque[float] = deque(maxlen=in_all)
        self._minute: deque[float] = deque(maxlen=per_minute)
        self._targets: dict[Target, deque[float]] = {}
        self._held_until: dict[Target | None, float] = {}

    def wait_s(self, now_s: float) -> float:
        """Seconds until anything may be sent, 0.0 if at once."""
        with self._lock:
            return max(
                _wait_s(self._all, now_s),
                _wait_s(self._minute, now_s, MINUTE_S),
                self._hold_s(None, now_s),
            )

    def blocked(self, now_s: float) -> tuple[Target, ...]:
        """Targets that must not be sent to just now."""
        with self._lock:
            self._forget_idle(now_s)
            return tuple(
                {
                    *(target for target, log in self._targets.items() if _wait_s(log, now_s) > 0),
                    *(
                        target
                        for target in self._held_until
                        if target is not None and self._hold_s(target, now_s) > 0
                    ),
                }
            )

    def note(self, target: Target, now_s: float) -> None:
        """A message goes out to this target now."""
        with self._lock:
            log = self._targets.setdefault(target, deque(maxlen=self._per_target))
            log.append(now_s)
            self._all.append(now_s)
            self._minute.append(now_s)

    def hold(self, target: Target | None, until_s: float) -> None:
        """The platform asked to wait: for one target, or with None for all."""
        with self._lock:
            self._held_until[target] = max(until_s, self._held_until.get(target, 0.0))

    def _hold_s(self, target: Target | None, now_s: float) -> float:
        return max(0.0, self._held_until.get(target, 0.0) - now_s)

    def _forget_idle(self, now_s: float) -> None:
        for target in [t for t, log in self._targets.items() if now_s - log[-1] > WINDOW_S]:
            del self._targets[target]
        for held in [t for t, until_s in self._held_until.items() if until_s <= now_s]:
            del self._held_until[held]


def _wait_s(log: deque[float], now_s: float, window_s: float = WINDOW_S) -> float:
    if log.maxlen is None or len(log) < log.maxlen:
        return 0.0
    return max(0.0, log[0] + window_s - now_s)
