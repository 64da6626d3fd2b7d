"""An even flow of so many things a minute, and as many at once after a rest."""

import threading

from watchers.clock import Clock


class Flow:
    """Admits whole requests, by how much is in them; safe between threads.

    One number is kept (the virtual scheduling of ITU-T I.371): when all that was admitted would
    have come, had it come evenly. In any span at most a minute's worth more than the rate comes in.
    """

    def __init__(self, per_minute: int, clock: Clock) -> None:
        self._each_s = 60.0 / per_minute
        self._clock = clock
        self._due_s = 0.0
        self._lock = threading.Lock()

    def admit(self, count: int) -> float:
        """Seconds until so many may come, 0.0 if they may now, and then they count."""
        now = self._clock.monotonic()
        with self._lock:
            due = max(self._due_s, now)
            if due > now and due + count * self._each_s > now + 60.0:
                return due + count * self._each_s - now - 60.0
            self._due_s = due + count * self._each_s
            return 0.0
