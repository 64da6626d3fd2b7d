"""How often a receiver takes messages: what is over is put off, not refused by the other side."""

import threading
from collections import deque
from datetime import datetime, timedelta

from bot.core.errors import DeliveryError, Fault

_MARGIN = timedelta(milliseconds=100)
"""The other side counts when a message arrives; the network squeezes a burst."""


class Allowance:
    """At most so many in any window of so long, for each name; safe to use from several threads."""

    def __init__(self, *limits: tuple[int, timedelta]) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._sent: dict[str, deque[datetime]] = {}

    def take(self, name: str, now: datetime) -> None:
        """Count a message that is sent now.

        Raises:
            DeliveryError: Throttled, with the wait, if there are too many by now.
        """
        with self._lock:
            most = max(count for count, _ in self._limits)
            sent = self._sent.setdefault(name, deque(maxlen=most))
            free = [
                sent[-count] + span + _MARGIN
                for count, span in self._limits
                if len(sent) >= count and sent[-count] + span + _MARGIN > now
            ]
            if free:
                wait = max(free) - now
                detail = f"{name} takes no more just now"
                raise DeliveryError(Fault.THROTTLED, detail=detail, retry_after=wait)
            sent.append(now)
