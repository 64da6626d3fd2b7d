"""How far the files of one source were read, as it is kept and as it is to be stored."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from watchers.clock import Clock
from watchers.sources.file import resume
from watchers.sources.file.identity import Position
from watchers.sources.file.tail import Tail

FORGET_S = 24 * 3600.0
MOST_GONE = 20_000
"""Positions kept of files that are not followed any more."""


class Ledger:
    """The positions of one source by key; not thread-safe.

    Attributes:
        name: Prefix of the keys.
        globs: Those that were looked through once.
        positions: By key.
        settled: What changed without lines being read and is not stored yet.
    """

    def __init__(self, name: str, stored: Mapping[str, str], clock: Clock) -> None:
        """Take one source's part of all that is stored."""
        self.name = name
        self.globs, self.positions = resume.stored(stored, name)
        self.settled: dict[str, str] = {}
        self._clock = clock

    def key(self, device: int, inode: int) -> str:
        """Of a file."""
        return f"{self.name}/{device}:{inode}"

    def note(self, tail: Tail, offset: int) -> str:
        """Everything of a file before an offset is dealt with; the durable text of that."""
        position = tail.position(offset, self._clock.now().timestamp())
        self.positions[tail.key] = position
        return position.to_text()

    def settle(self, tail: Tail, *, done: bool = False) -> None:
        """Note where a file stands although nothing was read of it."""
        position = tail.position(tail.line_at, self._clock.now().timestamp())
        if done:
            position = replace(position, done=True)
        self.positions[tail.key] = position
        self.settled[tail.key] = position.to_text()

    def set_aside(self, position: Position) -> None:
        """Keep what is known of a file whose inode is used anew: a copy of it may turn up."""
        key = f"{self.key(position.device, position.inode)}:{position.epoch}"
        self.positions[key] = position
        self.settled[key] = position.to_text()

    def pass_on(self, key: str, position: Position) -> None:
        """Keep a position for another file than the one that has its inode by now."""
        self.drop(key)
        ours = self.key(position.device, position.inode)
        self.positions[ours] = position
        self.settled[ours] = position.to_text()

    def drop(self, key: str) -> None:
        """Forget a file that goes on in another one."""
        self.positions.pop(key, None)
        self.settled[key] = ""

    def look_through(self, globs: Collection[str]) -> None:
        """Note that everything these lead to was met."""
        if self.globs != set(globs):
            self.globs = set(globs)
            self.settled[self.name + "/"] = resume.known_text(self.globs)

    def of_family(self, family: str) -> list[Position]:
        """The positions of a file and its generations."""
        return [p for p in self.positions.values() if family in resume.families_of(p)]

    def forget(self, followed: Collection[str]) -> None:
        """Drop the positions of files long gone, and the oldest where they are too many."""
        limit = self._clock.now().timestamp() - FORGET_S
        gone = [key for key in self.positions if key not in followed]
        old = [key for key in gone if self.positions[key].saved_at < limit]
        if len(gone) - len(old) > MOST_GONE:
            old = sorted(gone, key=lambda key: self.positions[key].saved_at)[:-MOST_GONE]
        for key in old:
            self.drop(key)
