"""Opens what is to be scanned: files as they are, compressed ones unpacked, standard input."""

import bz2
import gzip
import io
import lzma
import os
import sys
import zlib
from typing import BinaryIO, Protocol, Self, cast

import zstandard

from watchers.errors import UnreadableError
from watchers.sources.file.decode import compression, refusal

STDIN = "-"
BROKEN = (EOFError, zlib.error, lzma.LZMAError, zstandard.ZstdError)
"""What a damaged compressed file raises, besides OSError."""
_BUFFER = 256 * 1024
_HEAD = 1024


class Bytes(Protocol):
    """Gives bytes in order."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill a buffer from its beginning; how many bytes, 0 at the end."""


class Opened:
    """One thing to be scanned; a context that closes it.

    Attributes:
        name: As it was named.
    """

    def __init__(self, name: str) -> None:
        """Open it.

        Raises:
            UnreadableError: If it cannot be opened, or is no log.
        """
        self.name = name
        try:
            self._file = _file(name)
            self._bytes = _unpacked(self._file)
        except (OSError, ValueError) as error:
            raise UnreadableError(name, _said(error)) from None
        except _RefusedError as error:
            self.close()
            raise UnreadableError(name, str(error)) from None

    def readinto(self, buffer: memoryview) -> int:
        """Fill a buffer with text; 0 at the end.

        Raises:
            UnreadableError: If it cannot be read on.
        """
        try:
            return self._bytes.readinto(buffer) or 0
        except BROKEN as error:
            raise UnreadableError(self.name, f"is damaged: {error}") from None
        except OSError as error:
            raise UnreadableError(self.name, _said(error)) from None

    def read_so_far(self) -> int:
        """Bytes of the file itself that were taken; 0 where that cannot be told."""
        try:
            return self._file.tell()
        except (OSError, ValueError):
            return 0

    def close(self) -> None:
        """Let go of it; standard input stays open."""
        if self.name != STDIN:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def size_of(names: tuple[str, ...]) -> int | None:
    """Bytes of all of them, None where that is not known beforehand."""
    try:
        stats = [os.stat(name) for name in names if name != STDIN]  # noqa: PTH116
    except (OSError, ValueError):
        return None
    sizes = [stat.st_size for stat in stats]
    return sum(sizes) if len(sizes) == len(names) and all(sizes) else None


class _RefusedError(Exception):
    pass


def _file(name: str) -> io.BufferedReader:
    if name == STDIN:
        return cast("io.BufferedReader", sys.stdin.buffer)
    return io.BufferedReader(io.FileIO(name), _BUFFER)


def _unpacked(file: io.BufferedReader) -> Bytes:
    head = file.peek(_HEAD)[:_HEAD]
    raw: BinaryIO = file
    match compression(head):
        case "gzip":
            return cast("Bytes", gzip.GzipFile(fileobj=raw, mode="rb"))
        case "bzip2":
            return cast("Bytes", bz2.BZ2File(raw))
        case "xz":
            return cast("Bytes", lzma.LZMAFile(raw))
        case "zstd":
            unpacker = zstandard.ZstdDecompressor()
            return cast("Bytes", unpacker.stream_reader(raw, read_across_frames=True))
        case "":
            if reason := refusal(head):
                raise _RefusedError(reason)
            return file
        case kind:
            raise _RefusedError(f"is a {kind} file, which is not unpacked here; unpack it first")


def _said(error: Exception) -> str:
    if isinstance(error, IsADirectoryError):
        return "is a folder; name the files in it"
    if isinstance(error, FileNotFoundError):
        return "is not there"
    if isinstance(error, PermissionError):
        return "may not be read by this user"
    return f"cannot be read: {getattr(error, 'strerror', None) or error}"
