"""Where reading goes on after a stop: stored positions against the files of today."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from watchers.sources.file import discovery
from watchers.sources.file.identity import Position, holds

_VERSION = 1


def stored(positions: Mapping[str, str], name: str) -> tuple[set[str], dict[str, Position]]:
    """Split one source's entries into the globs it knew and its positions by key."""
    prefix = name + "/"
    ours = {
        key: position
        for key, text in positions.items()
        if key.startswith(prefix)
        and key != prefix
        and (position := Position.from_text(text)) is not None
    }
    try:
        known = json.loads(positions.get(prefix, ""))
        globs = set(known["globs"]) if known["v"] == _VERSION else set()
    except (ValueError, TypeError, KeyError):
        globs = set()
    return globs, ours


def known_text(globs: Iterable[str]) -> str:
    """The durable form of the globs that were looked through once."""
    return json.dumps({"v": _VERSION, "globs": sorted(globs)}, separators=(",", ":"))


def unfinished(
    positions: Mapping[str, Position], followed: set[tuple[int, int]]
) -> Iterator[tuple[str, int, str]]:
    """Find what holds lines not read yet: path, offset to go on at, path it was written under.

    These are what a rotation made of a file while nobody looked: the file itself under another
    name, a copy of it, and the generations written between it and the present one.

    Args:
        positions: All that is stored, by key.
        followed: Device and inode of every file the globs lead to.
    """
    by_file = {(p.device, p.inode): p for p in positions.values()}
    taken = set(followed)
    newest: dict[str, Position] = {}
    for position in sorted(positions.values(), key=lambda p: p.saved_at):
        newest[position.path] = position
    # First those whose content proves which file it is: an inode alone may have been reused.
    for position in sorted(positions.values(), key=lambda p: (not p.offset, p.saved_at)):
        ino = (position.device, position.inode)
        path = _renamed(position) if ino not in taken else None
        if path is None and not _in_place(position):
            path = find_copy(position, taken)
        if path is not None and (found := _ino(path)) not in taken:
            taken.add(found)
            yield path, position.offset, position.path
    for position in newest.values():
        if _in_place(position):
            continue
        for path in discovery.siblings(position.path):
            ino = _ino(path)
            if ino in taken or _changed(path) <= position.saved_at:
                continue
            if (known := by_file.get(ino)) is not None and _held_by(path, known):
                continue
            taken.add(ino)
            yield path, 0, position.path


def find_copy(position: Position, taken: set[tuple[int, int]]) -> str | None:
    """A rotated name beside a cut or vanished file that holds what was read of it."""
    if not position.offset:
        return None
    for path in reversed(discovery.siblings(position.path)):
        with _opened(path) as fd:
            if fd is not None and _ino(path) not in taken and holds(fd, position):
                return path
    return None


def continued(fd: int, path: str, positions: Iterable[Position]) -> Position | None:
    """The position, of this path's family, that holds in a file with another inode."""
    ours = discovery.family(path)
    return next(
        (
            position
            for position in positions
            if position.offset and discovery.family(position.path) == ours and holds(fd, position)
        ),
        None,
    )


def _renamed(position: Position) -> str | None:
    """Where the file of a position went, if it still holds what was read."""
    for path in discovery.siblings(position.path):
        if _ino(path) == (position.device, position.inode):
            with _opened(path) as fd:
                return path if fd is not None and holds(fd, position) else None
    return None


def _in_place(position: Position) -> bool:
    if _ino(position.path) != (position.device, position.inode):
        return False
    return _held_by(position.path, position)


def _held_by(path: str, position: Position) -> bool:
    with _opened(path) as fd:
        return fd is not None and holds(fd, position)


@contextmanager
def _opened(path: str) -> Iterator[int | None]:
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        yield None
        return
    try:
        yield fd
    finally:
        os.close(fd)


def _ino(path: str) -> tuple[int, int]:
    try:
        stat = os.stat(path)  # noqa: PTH116 - beside the other os calls
    except OSError:
        return (-1, -1)
    return stat.st_dev, stat.st_ino


def _changed(path: str) -> float:
    try:
        return os.stat(path).st_mtime  # noqa: PTH116 - beside the other os calls
    except OSError:
        return 0.0
