"""What a supply hands over, and what it says when it cannot."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from watchers.clock import Clock
from watchers.errors import WatcherError
from watchers.streams.pushed import Pushed


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Entries that belong together, as the lines of one file do.

    Attributes:
        path: What stands for the path of a file, e.g. ``journald:nginx.service/err``.
        labels: What its findings are labelled with, as pairs.
    """

    path: str
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that was said, or only how far reading came.

    Attributes:
        mark: Where reading goes on once this entry and all before it are dealt with.
        stream: What it belongs to, None when there is only the mark.
        id: The same whenever the same entry is read, and no other's.
        text: One line or several, without the last line's end.
        at_s: When it was said, in seconds since 1970.
        dated: Whether its source knows that; else it is when it was read.
    """

    mark: str
    stream: Stream | None = None
    id: str = ""
    text: bytes = b""
    at_s: float = 0.0
    dated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """With what a supply is opened.

    Attributes:
        watch: Name of the watch.
        mark: Where to go on, "" for the very first time.
        from_start: Whether that time begins with what is already there.
        clock: The time.
        pushed: What others push to this process, None where nobody can.
        kept: The mark that is durable by now.
        settle: Hands over all that was read until now, open records included; to be called out
            of `Supply.draw`, before its first entry.
    """

    watch: str
    mark: str
    from_start: bool
    clock: Clock
    pushed: Pushed | None = None
    kept: Callable[[], str] = str
    settle: Callable[[], None] = lambda: None


class SupplyError(WatcherError):
    """A supply cannot be read right now; it is built anew and tried again.

    Attributes:
        absent: Whether it is merely not there.
    """

    def __init__(self, text: str, *, absent: bool = False) -> None:
        super().__init__(text)
        self.absent = absent


class Supply(Protocol):
    """Reads from one place, from a mark on; used by one thread.

    Attributes:
        more: Whether there is more at once, as far as the last draw saw.
        lag_s: For how many seconds the oldest unread entry has waited, about.
        note: What is wrong although it can be read, "" when nothing is.
        descriptors: Becoming readable, these say that there is more.
    """

    more: bool
    lag_s: float
    note: str
    descriptors: frozenset[int]

    def draw(self) -> Iterable[Entry]:
        """What there is now, in order; bounded, and never waiting long.

        Raises:
            SupplyError: If it cannot be read.
        """
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...
