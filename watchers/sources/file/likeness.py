"""Whether what lies on the disk holds what was read of a file, or what another file holds."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager

from watchers.sources.file.content import Content, opened
from watchers.sources.file.generations import Generation
from watchers.sources.file.identity import Position, holds, same_beginning

_COMPARED = 1 << 16


def held_by_any(place: Generation, positions: Iterable[Position]) -> bool:
    """Whether one of these positions was taken in what a generation holds."""
    with _opened(place) as content:
        try:
            return content is not None and any(p.offset and holds(content, p) for p in positions)
        except OSError:
            return True  # packed, but not to its end yet: what it is made of is still there


def held_by(place: Generation, position: Position) -> bool:
    """Whether a generation holds what was read of a file."""
    with _opened(place) as content:
        try:
            return content is not None and holds(content, position)
        except OSError:
            return False


def held_at(path: str, position: Position) -> bool:
    """Whether something was read of a file, and what stands at a path holds that."""
    with _there(path) as content:
        return position.offset > 0 and content is not None and holds(content, position)


def in_place(position: Position) -> bool:
    """Whether the very file of a position stands at its path and holds what was read."""
    with _there(position.path) as content:
        if content is None:
            return False
        stat = content.stat()
        same = (stat.st_dev, stat.st_ino) == (position.device, position.inode)
        return same and holds(content, position)


def packed_of(place: Generation, files: Iterable[Content]) -> bool:
    """Whether a packed generation is what became of one of these files, all of it."""
    with _opened(place) as content:
        if content is None:
            return False
        try:
            return any(_same(content, file, file.stat().st_size) for file in files)
        except OSError:
            return True  # not to its end yet: what it is made of is still there


def copy_of(place: Generation, path: str) -> bool:
    """Whether a generation holds the beginning of a file that is still there."""
    with _opened(place) as content, _there(path) as file:
        if content is None or file is None:
            return False
        size = content.stat().st_size
        return size <= file.stat().st_size and same_beginning(content, file, size)


def _same(content: Content, file: Content, size: int) -> bool:
    """Whether a content is that of a file of this size, judged by its beginning and length."""
    span = min(size, _COMPARED)
    return size > 0 and content.pread(span, 0) == file.pread(span, 0) and not content.pread(1, size)


def _opened(place: Generation) -> AbstractContextManager[Content | None]:
    return _there(place.path, packed=place.packed)


@contextmanager
def _there(path: str, *, packed: bool = False) -> Iterator[Content | None]:
    try:
        content = opened(path, packed=packed)
    except OSError:
        yield None
        return
    try:
        yield content
    finally:
        content.close()
