"""An even flow of so many things a minute, and as many at once after a rest."""

import threading

from bot.core.shared_ports import Rates
from watchers.clock import Clock


class Flow:
    """Admits whole requests, by how much is in them; safe between threads.

    One number is kept (the virtual scheduling of ITU-T I.371): when all that was admitted would
    have come, had it come evenly. In any span at most a minute's worth more than the rate comes in.
    """

    def __init__(
        self, per_minute: int, clock: Clock, name: str = "", rates: Rates | None = None
    ) -> None:
        """Where there are `rates`, those of one name are one flow in all processes."""
        self._per_minute = per_minute
        self._name = name
        self._rates = rates
        self._each_s = 60.0 / per_minute
        self._clock = clock
        self._due_s = 0.0
        self._lock = threading.Lock()

    def admit(self, count: int) -> float:
        """Seconds until so many may come, 0.0 if they may now, and then they count."""
        if self._rates is not None:
            wait_s = self._rates.admit(self._name, self._per_minute, count)
            if wait_s is not None:
                return wait_s
        now = self._clock.monotonic()
        with self._lock:
            due = max(self._due_s, now)
            if due > now and due + count * self._each_s > now + 60.0:
                return due + count * self._each_s - now - 60.0
            self._due_s = due + count * self._each_s
            return 0.0
