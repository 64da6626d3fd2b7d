"""What every source is to a pipeline, and how their settings write spans of time."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Protocol

from pydantic import BeforeValidator

from watchers.clock import Clock
from watchers.delay import read_span
from watchers.record import Block, FileEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """With what a supply is opened.

    Attributes:
        watch: Name of the watch.
        mark: Where to go on, "" for the very first time.
        from_start: Whether that time begins with what is already there.
        clock: The time.
    """

    watch: str
    mark: str
    from_start: bool
    clock: Clock


class Counted(Protocol):
    """What happened to the lines of a source since it started."""

    lines: int
    damaged: int


class Obstacle(Protocol):
    """Why something is not read."""

    @property
    def path(self) -> str:
        """What it is."""
        ...

    @property
    def text(self) -> str:
        """What is wrong and what to do."""
        ...

    @property
    def absent(self) -> bool:
        """Whether it is merely not there."""
        ...


class Source(Protocol):
    """Where a pipeline's lines come from; used by one thread."""

    @property
    def counts(self) -> Counted:
        """Lines since the start."""
        ...

    @property
    def folders(self) -> Collection[str]:
        """Directories in which a change matters."""
        ...

    @property
    def descriptors(self) -> Collection[int]:
        """Open files that, becoming readable, say that there is more."""
        ...

    @property
    def looks(self) -> int:
        """Rises when folders or descriptors may have changed."""
        ...

    @property
    def caught_up(self) -> bool:
        """Whether there is nothing more to read at once."""
        ...

    @property
    def open_files(self) -> int:
        """How many files, or streams, are followed."""
        ...

    def read(self, *, look_now: bool = False) -> Iterator[Block | FileEnd]:
        """One pass; bounded."""
        ...

    def position(self, key: str, offset: int) -> str | None:
        """All of a file before `offset` is dealt with: its durable text, if it has one."""
        ...

    def take_settled(self) -> dict[str, str]:
        """Positions that changed besides, once."""
        ...

    def lag(self) -> tuple[int, float]:
        """Bytes not yet read, and for how many seconds the oldest of them have waited."""
        ...

    def troubles(self) -> Sequence[Obstacle]:
        """What stands in the way right now."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


def _span(found: object) -> timedelta:
    if isinstance(found, timedelta):
        return found
    span = read_span(found) if isinstance(found, str) else None
    if not span:
        raise ValueError('a span such as "10s", "1m30s" or "2h"')
    return span


def _wait(found: object) -> timedelta:
    return timedelta() if found == "0s" else _span(found)


Span = Annotated[timedelta, BeforeValidator(_span)]
Wait = Annotated[timedelta, BeforeValidator(_wait)]
"""A span that may be nothing: ``0s``."""
