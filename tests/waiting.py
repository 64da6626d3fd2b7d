"""Waits for what comes in its own time: the one place where tests do."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

WITHIN_S = 90.0
"""Far longer than anything takes; a machine that is busy with other things needs some of it."""


def until(
    look: Callable[[], T],
    what: str | Callable[[], str] = "it to come true",
    within_s: float = WITHIN_S,
) -> T:
    """Wait until `look` gives something true, and give that.

    `what` is waited for; where it is a function, it is asked when the waiting was in vain.
    """
    ends = time.monotonic() + within_s
    pause = threading.Event()
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > ends:
            said = what if isinstance(what, str) else what()
            raise AssertionError(f"waited {within_s:g} s in vain for {said}")
        pause.wait(0.01)
