"""Strikes at any instruction of the bot: there the plug is pulled, or something else happens."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

_BOT = Path(__file__).parents[2] / "bot"
_PARTS = ("app", "core", "delivery", "engine", "notifiers", "store", "feishu/client.py")
_LOCK = type(threading.Lock())
TRACED = tuple(str(_BOT / part) for part in (*_PARTS, "feishu/answering.py"))


class Killed(BaseException):
    """The process ended here; nothing of it goes on."""


@contextmanager
def striking(line: int, strike: Callable[[], bool]) -> Iterator[None]:
    """Call `strike` before the n-th line of the bot in this thread, then until it says True.

    Raising is how it kills.
    """
    left = line

    def local(_frame: FrameType, event: str, _arg: Any) -> Any:
        nonlocal left
        if event == "line" and left > 0:
            left -= 1
            if left == 0:
                left = 0 if strike() else 1
        return local if left else None

    def globally(frame: FrameType, _event: str, _arg: Any) -> Any:
        return local if left and frame.f_code.co_filename.startswith(TRACED) else None

    before = sys.gettrace()
    sys.settrace(globally)
    try:
        yield
    finally:
        sys.settrace(before)


def holds_a_lock() -> bool:
    """Whether this thread stands in a method of an object one of whose locks is taken.

    What another thread would wait for, this one would wait for in vain.
    """
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        fields = getattr(frame.f_locals.get("self"), "__dict__", {})
        if any(isinstance(one, _LOCK) and one.locked() for one in fields.values()):
            return True
        frame = frame.f_back
    return False
