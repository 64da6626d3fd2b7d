"""Opens files at a position, and remembers which could not be."""

import os

from watchers.sources.file import discovery
from watchers.sources.file.discovery import Found, Trouble
from watchers.sources.file.followed import Followed
from watchers.sources.file.identity import holds
from watchers.sources.file.ledger import Ledger
from watchers.sources.file.tail import Counts, Tail, line_number, room

COUNTED_BYTES = 64 * 1024 * 1024
"""Of files that reading begins in the middle of, so that their lines have numbers."""


class Opener:
    """Opens files; not thread-safe.

    Attributes:
        failed: What stands in the way of files that cannot be opened or read, by path.
        refused: State and reason of files that are no logs, by path.
        starting: Whether files are opened that were there when reading began.
    """

    def __init__(
        self,
        files: Followed,
        ledger: Ledger,
        counts: Counts,
        *,
        whole: bool,
        block_bytes: int,
        backlog_bytes: int | None,
    ) -> None:
        """See `FileSource` for the last three."""
        self.failed: dict[str, Trouble] = {}
        self.refused: dict[str, tuple[tuple[int, int, int], str]] = {}
        self.starting = True
        self._files = files
        self._ledger = ledger
        self._counts = counts
        self._whole = whole
        self._room = room(block_bytes)
        self._backlog_bytes = backlog_bytes
        self._countable = COUNTED_BYTES

    def acceptable(self, file: Found) -> bool:
        """Whether a file refused earlier changed since."""
        refused = self.refused.get(file.path)
        return refused is None or refused[0] != (file.inode, file.size, file.changed_ns)

    def refuse(self, tail: Tail, reason: str) -> None:
        """Let go of a file that is no log, until it changes."""
        self.refused[tail.at] = (_state(tail.content.stat()), reason)
        self._files.drop(tail)

    def open(self, path: str, *, packed: bool = False) -> Tail | None:
        """A file at its beginning; None, with a trouble, when it cannot be opened."""
        try:
            tail = Tail(
                path,
                source=self._ledger.name,
                counts=self._counts,
                room=self._room,
                whole=self._whole,
                packed=packed,
            )
        except OSError as error:
            self.failed[path] = discovery.explain(path, error)
            return None
        self.failed.pop(path, None)
        return tail

    def begin(self, tail: Tail, offset: int, line: int = 0) -> None:
        """Follow a file from an offset on, at which the line of this number begins."""
        stored = self._ledger.positions.get(tail.key)
        if stored is not None and tail.epoch == 0:
            tail.epoch = stored.epoch + (offset != stored.offset)
        if stored is not None and stored.offset and not holds(tail.content, stored):
            self._ledger.set_aside(stored)
        if offset:
            if not line and stored is not None and stored.offset == offset:
                line = stored.line
            tail.start(offset, line or self._counted(tail, offset))
        self._files.add(tail)
        self._ledger.settle(tail)
        most, size = self._backlog_bytes, tail.content.stat().st_size
        if self.starting and stored is not None and most is not None and size - offset > most:
            tail.backlog = size

    def _counted(self, tail: Tail, offset: int) -> int:
        """Number of the line at an offset, 0 where counting would hold up the start."""
        if offset > self._countable:
            return 0
        self._countable -= offset
        return line_number(tail.content, offset)

    def forget(self, present: set[str]) -> None:
        """What is not there any more stands in nobody's way."""
        for path in [path for path in self.refused if path not in present]:
            del self.refused[path]
        for path in [path for path in self.failed if path not in present]:
            del self.failed[path]


def _state(stat: os.stat_result) -> tuple[int, int, int]:
    return stat.st_ino, stat.st_size, stat.st_mtime_ns
