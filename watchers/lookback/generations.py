"""Which file holds a record today: the path itself, or what a rotation made of it, packed too."""

import gzip
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Protocol

from watchers.blocks.surroundings import marked_bytes
from watchers.sources.file import discovery
from watchers.sources.file.decode import compression
from watchers.sources.file.identity import MARK_BYTES, digest

PIECE = 1 << 20
UNPACKED_BYTES = 128 << 20
"""So much of a packed file is unpacked at most."""
Late = Callable[[], bool]


class LateError(Exception):
    """The time or the bytes that looking may take are used up."""


class Content(Protocol):
    """The bytes of a file as they were written."""

    @property
    def size(self) -> int:
        """How many they are."""
        ...

    def read(self, offset: int, size: int) -> bytes:
        """Some of them; fewer at the end."""
        ...


class Plain:
    """A file as it stands."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    @property
    def size(self) -> int:
        """How many bytes it has now."""
        return os.fstat(self._fd).st_size

    def read(self, offset: int, size: int) -> bytes:
        """Some of its bytes."""
        return os.pread(self._fd, size, offset) if size > 0 else b""


class Packed:
    """A gzip file, unpacked in memory as far as it is read."""

    def __init__(self, fd: int, late: Late) -> None:
        self._under = os.fdopen(os.dup(fd), "rb")
        self._file = gzip.GzipFile(fileobj=self._under, mode="rb")
        self._late = late
        self._data = bytearray()
        self._whole = False

    @property
    def size(self) -> int:
        """How many bytes it unpacks to; raises as `read` does."""
        self._unpack(UNPACKED_BYTES)
        return len(self._data)

    def read(self, offset: int, size: int) -> bytes:
        """Some of the unpacked bytes.

        Raises:
            LateError: If it takes too long.
            OSError: If the file is damaged.
        """
        self._unpack(offset + size)
        return bytes(self._data[offset : offset + size])

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        self._under.close()

    def _unpack(self, wanted: int) -> None:
        try:
            while not self._whole and len(self._data) < wanted:
                if self._late() or len(self._data) >= UNPACKED_BYTES:
                    raise LateError
                piece = self._file.read(PIECE)
                self._whole = not piece
                self._data += piece
        except (EOFError, zlib.error) as error:
            raise OSError("the packed file is damaged") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """A file that may hold what is looked for."""

    path: str
    content: Content


def candidates(path: str) -> list[str]:
    """The path and everything that rotation may have made of it; the newest generation first."""
    packed = _packed_siblings(path)
    older = discovery.siblings(path)
    return [path, *reversed(older), *packed]


@contextmanager
def opened(path: str, late: Late) -> Iterator[Generation | None]:
    """A file to read in, None for one that cannot be read."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        yield None
        return
    try:
        kind = compression(os.pread(fd, 16, 0))
        if kind not in ("", "gzip"):
            yield None
            return
        with closing(Packed(fd, late)) if kind else nullcontext(Plain(fd)) as content:
            yield Generation(path=path, content=content)
    finally:
        os.close(fd)


@contextmanager
def holding(
    path: str, file: str, offset: int, mark: str, late: Late
) -> Iterator[Generation | None]:
    """The file in which a record stands at an offset, None when there is none any more.

    Args:
        path: Where it stood when it was found.
        file: Identity of its content.
        offset: Where the record begins.
        mark: Proof of the record.
        late: Whether it takes too long.
    """
    names = candidates(path)
    names.sort(key=lambda name: _ino(name) != file.split(":")[:2])
    for name in names:
        with opened(name, late) as found:
            if found is not None and _holds(found, file, offset, mark):
                yield found
                return
    yield None


def _holds(found: Generation, file: str, offset: int, mark: str) -> bool:
    head = file.rpartition(":")[2]
    length = marked_bytes(mark)
    try:
        begins = found.content.read(0, MARK_BYTES)
        # A short first line may have gone on since.
        if digest(begins.partition(b"\n")[0]) != head and offset >= MARK_BYTES:
            return False
        record = found.content.read(offset, length)
    except (OSError, LateError):
        return False
    return bool(mark) and f"{len(record)}:{digest(record)}" == mark


def _ino(path: str) -> list[str]:
    try:
        stat = os.stat(path)  # noqa: PTH116 - beside the other os calls
    except OSError:
        return []
    return [str(stat.st_dev), str(stat.st_ino)]


def _packed_siblings(path: str) -> list[str]:
    folder = os.path.dirname(path) or "."  # noqa: PTH120 - keeps "./" as written
    base = os.path.dirname(path)  # noqa: PTH120
    ours = discovery.family(path)
    try:
        names = [name for name in os.listdir(folder) if name.endswith(".gz")]  # noqa: PTH208
    except OSError:
        return []
    paths = [os.path.join(base, name) for name in names]  # noqa: PTH118
    mine = [one for one in paths if discovery.family(one.removesuffix(".gz")) == ours]
    return sorted(mine, key=lambda one: discovery.age_order(one)[1], reverse=True)
