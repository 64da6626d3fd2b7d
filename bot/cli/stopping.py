"""What SIGINT and SIGTERM do: end at once while a command starts, stop in order afterwards."""

import os
import signal
import sys
import threading
from types import FrameType

_STAYING = frozenset({"demo", "run", "serve", "watch", "tail", "sandbox"})
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_KILLED = 128  # what a shell adds to the number of a signal


def end_at_once() -> None:
    """From now on a signal ends the process without a word.

    For the time of imports and of opening, when nothing has begun that would need an end. A
    command that stays until it is stopped ends with 0, any other with 128 + the signal's number,
    so that an interrupted ``larkwatch check`` never looks like a good one.
    """
    stays = bool(_STAYING.intersection(sys.argv[1:2]))

    def end(number: int, _frame: FrameType | None) -> None:
        os._exit(0 if stays else _KILLED + number)

    for number in _SIGNALS:
        signal.signal(number, end)


def stop_in_order(stop: threading.Event) -> None:
    """From now on a signal sets `stop`, however often it comes."""
    for number in _SIGNALS:
        signal.signal(number, lambda _number, _frame: stop.set())
