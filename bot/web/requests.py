"""Counts the API's requests by operation and status."""

import threading
from collections import Counter

from bot.web.families import Family, text_of


class Requests:
    """Counts of this process; safe between threads."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, int]] = Counter()
        self._lock = threading.Lock()

    def count(self, operation: str, status: int) -> None:
        """Add one; the operation is of the API's table, never from the request."""
        with self._lock:
            self._counts[operation, status] += 1

    def exposition(self) -> str:
        """All counts in Prometheus' text form."""
        with self._lock:
            counts = sorted(self._counts.items())
        samples = [
            ({"operation": operation, "status": str(status)}, count)
            for (operation, status), count in counts
        ]
        about = "Requests to the API, by this process."
        name = "api_requests_total"
        return text_of([Family(name=name, about=about, kind="counter", samples=samples)])
