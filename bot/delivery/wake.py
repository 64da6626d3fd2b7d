"""Wakes waiting threads when something is owed."""

import threading


class Wake:
    """A bell that several threads can wait for without missing a ring.

    A thread reads `rings` before it looks for work, and waits past that figure when it found none:
    a ring between the look and the wait is not lost.
    """

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._rings = 0

    @property
    def rings(self) -> int:
        """How often it rang so far."""
        return self._rings

    def ring(self) -> None:
        """Wake everybody; returns at once."""
        with self._condition:
            self._rings += 1
            self._condition.notify_all()

    def wait_past(self, rings: int, timeout_s: float) -> None:
        """Wait until it rang again, at most `timeout_s` seconds."""
        with self._condition:
            self._condition.wait_for(lambda: self._rings != rings, timeout_s)
