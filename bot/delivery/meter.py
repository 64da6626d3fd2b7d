"""Counts calls to the platform in memory, until somebody stores the figure."""

import threading


class Meter:
    """A counter that several threads feed; what a killed process had not stored is lost."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0

    def note(self) -> None:
        """One more."""
        with self._lock:
            self._count += 1

    def take(self) -> int:
        """The count since the last time; starts anew."""
        with self._lock:
            count, self._count = self._count, 0
            return count

    def put_back(self, count: int) -> None:
        """What was taken could not be stored."""
        with self._lock:
            self._count += count
