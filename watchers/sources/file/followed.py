"""The files that are followed, by all that they are looked up by."""

import os
from collections.abc import Collection, Iterable

from watchers.sources.file.tail import Tail


class Followed:
    """Open files by key, path and family, and which of them are due; not thread-safe.

    Attributes:
        by_key: All of them.
        by_path: Those that a path within the globs leads to.
        due: Those to be read although nothing tells that they changed.
    """

    def __init__(self) -> None:
        self.by_key: dict[str, Tail] = {}
        self.by_path: dict[str, Tail] = {}
        self.due: dict[str, Tail] = {}
        self._families: dict[str, tuple[Tail, ...]] = {}
        self._by_target: dict[str, Tail] = {}

    def add(self, tail: Tail) -> None:
        """Follow a file; it is due."""
        self.by_key[tail.key] = self.due[tail.key] = tail
        self._join_families(tail)

    def lead(self, path: str, tail: Tail) -> None:
        """Let a path lead to a file."""
        self.by_path[path] = tail
        if tail.real:
            self._by_target[tail.real] = tail

    def move(self, tail: Tail, path: str) -> None:
        """Let a file go on under another path."""
        if self.by_path.get(tail.at) is tail:
            del self.by_path[tail.at]
        self._leave_families(tail)
        tail.move(path)
        self._join_families(tail)
        self.lead(path, tail)

    def drop(self, tail: Tail) -> None:
        """Let go of a file."""
        tail.content.close()
        self._leave_families(tail)
        self.by_key.pop(tail.key, None)
        self.due.pop(tail.key, None)
        for path in {tail.at, tail.path}:
            if self.by_path.get(path) is tail:
                del self.by_path[path]
        if self._by_target.get(tail.real) is tail:
            del self._by_target[tail.real]

    def family(self, name: str) -> Collection[Tail]:
        """The file of this family and its generations, as far as they are followed."""
        return self._families.get(name, ())

    def inodes(self) -> set[tuple[int, int]]:
        """Device and inode of each."""
        return {(tail.device, tail.inode) for tail in self.by_key.values()}

    def touch(self, paths: Iterable[str]) -> bool:
        """Something happened at these paths; whether one leads elsewhere now."""
        elsewhere = False
        for path in paths:
            tail = self.by_path.get(path) or self._by_target.get(path)
            if tail is not None:
                elsewhere |= self._look(path, tail)
        return elsewhere

    def sweep(self) -> bool:
        """Look at every path; whether one leads elsewhere now."""
        elsewhere = False
        for path, tail in self.by_path.items():
            elsewhere |= self._look(path, tail)
        return elsewhere

    def _look(self, path: str, tail: Tail) -> bool:
        """Whether a path leads elsewhere; a file that changed becomes due."""
        try:
            stat = os.stat(path)  # noqa: PTH116 - on every file, over and over
        except OSError:
            self.due[tail.key] = tail
            return tail.gone_at is None
        if (stat.st_dev, stat.st_ino) != (tail.device, tail.inode):
            self.due[tail.key] = tail
            return True
        if (stat.st_size, stat.st_mtime_ns) != tail.seen:
            self.due[tail.key] = tail
            # What was rotated away before anything was seen of it is looked for first.
            return not tail.begun and stat.st_size > 0
        return False

    def _join_families(self, tail: Tail) -> None:
        for name in tail.families:
            self._families[name] = (*self._others(name, tail), tail)

    def _leave_families(self, tail: Tail) -> None:
        for name in tail.families:
            if others := tuple(self._others(name, tail)):
                self._families[name] = others
            else:
                self._families.pop(name, None)

    def _others(self, name: str, tail: Tail) -> list[Tail]:
        return [one for one in self._families.get(name, ()) if one.key != tail.key]
