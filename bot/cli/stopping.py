"""What SIGINT and SIGTERM do: end at once while a command starts, stop in order afterwards."""

import faulthandler
import os
import signal
import sys
from collections.abc import Callable, Mapping
from types import FrameType

_STAYING = frozenset({"demo", "run", "serve", "watch", "tail", "sandbox"})
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_KILLED = 128  # what a shell adds to the number of a signal
LONGEST_STOP_S = 25.0
"""A stop that takes longer is given up: Kubernetes kills after 30 seconds, without a word."""


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


class Stop:
    """Hears signals from when it was made; nothing is done inside of a handler.

    Python runs a handler between any two steps of the main thread, also where that holds a lock,
    and not at all while the main thread waits for a lock and the signal met another thread. So
    handlers do nothing here: the interpreter writes the number into a pipe, whichever thread was
    met, and the main thread reads it there.
    """

    def __init__(self, also: Mapping[int, Callable[[], object]] | None = None) -> None:
        """In the main thread only.

        Args:
            also: What to do on other signals, by number; done in `wait`.
        """
        self._also = dict(also or {})
        self._heard, told = os.pipe()
        os.set_blocking(told, False)
        signal.set_wakeup_fd(told, warn_on_full_buffer=False)
        for number in (*_SIGNALS, *self._also):
            signal.signal(number, _nothing)

    def wait(self) -> None:
        """Come back on SIGINT or SIGTERM, also when it came before.

        What is not at its end so long after that is ended, and says on stderr where it stood:
        nothing is lost by that, as nothing is by ``kill -9``.
        """
        while (number := os.read(self._heard, 1)[0]) not in _SIGNALS:
            if number in self._also:
                self._also[number]()
        faulthandler.dump_traceback_later(LONGEST_STOP_S, exit=True, file=sys.__stderr__ or 2)


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """For Python to listen to a signal at all."""
