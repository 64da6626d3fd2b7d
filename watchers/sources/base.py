"""What every source is to a pipeline."""

from collections.abc import Collection, Iterator, Sequence
from typing import Protocol

from watchers.record import Block, FileEnd


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
    """Where a pipeline's lines come from; used by one thread.

    Attributes:
        told: Whether whoever reads is told of changes in all of `folders`; set by the reader.
    """

    told: bool

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

    def read(
        self, *, look_now: bool = False, touched: Collection[str] | None = None
    ) -> Iterator[Block | FileEnd]:
        """One pass; bounded. `touched` are the paths that changed, None when that is not known."""
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

    def held_deleted_bytes(self) -> int:
        """What deleted files still take up on the disk because they are held open here."""
        ...

    def troubles(self) -> Sequence[Obstacle]:
        """What stands in the way right now."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...
