"""The bytes of a file, as they are or unpacked from what a rotation packed."""

import bz2
import errno
import gzip
import lzma
import os
import zlib
from typing import Protocol

import zstandard

from watchers.sources.file.decode import compression
from watchers.sources.file.zstd import ZstdFile

_KINDS = ("gzip", "bzip2", "xz", "zstd")
_BROKEN = (EOFError, zlib.error, lzma.LZMAError, zstandard.ZstdError, OSError)


class Content(Protocol):
    """What one open file holds, by byte offset."""

    def pread(self, length: int, offset: int) -> bytes:
        """Up to so many bytes from an offset; fewer only at the end.

        Raises:
            OSError: If they cannot be read.
        """
        ...

    def stat(self) -> os.stat_result:
        """Of the file as it lies on the disk."""
        ...

    def shorter_than(self, length: int) -> bool:
        """Whether it is known to end before so many bytes."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Plain:
    """A file as it is."""

    __slots__ = ("fd",)

    def __init__(self, path: str) -> None:
        self.fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)

    def pread(self, length: int, offset: int) -> bytes:
        """See `Content`."""
        return os.pread(self.fd, length, offset)

    def stat(self) -> os.stat_result:
        """See `Content`."""
        return os.fstat(self.fd)

    def shorter_than(self, length: int) -> bool:
        """See `Content`."""
        return os.fstat(self.fd).st_size < length

    def close(self) -> None:
        """See `Content`."""
        os.close(self.fd)


class Unpacked:
    """What is packed in a file, unpacked while it is read; reading backwards begins anew."""

    __slots__ = ("_file", "_kind", "_raw")

    def __init__(self, path: str) -> None:
        """Open it.

        Raises:
            OSError: If it cannot be opened, or is packed in a way that is not known here.
        """
        self._raw = open(path, "rb")  # noqa: SIM115, PTH123 - closed by `close`
        try:
            self._kind = compression(self._raw.read(16))
        except OSError:
            self._raw.close()
            raise
        if self._kind not in _KINDS:
            self._raw.close()
            raise OSError(errno.ENOTSUP, "it is packed in a way that cannot be read here")
        self._file = self._begin()

    def pread(self, length: int, offset: int) -> bytes:
        """See `Content`.

        Raises:
            OSError: Also when it does not end as it should: it may still be written.
        """
        pieces = []
        try:
            if self._file.tell() != offset:
                self._file.seek(offset)
            if self._file.tell() < offset:
                return b""
            while length and (piece := self._file.read(length)):
                pieces.append(piece)
                length -= len(piece)
        except _BROKEN as error:
            self._file = self._begin()
            raise OSError(errno.EIO, "it is packed, and damaged or not complete yet") from error
        return b"".join(pieces)

    def stat(self) -> os.stat_result:
        """See `Content`."""
        return os.fstat(self._raw.fileno())

    def shorter_than(self, _length: int) -> bool:
        """See `Content`; only reading it tells."""
        return False

    def close(self) -> None:
        """See `Content`."""
        self._file.close()
        self._raw.close()

    def _begin(self) -> gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile | ZstdFile:
        self._raw.seek(0)
        match self._kind:
            case "gzip":
                return gzip.GzipFile(fileobj=self._raw)
            case "bzip2":
                return bz2.BZ2File(self._raw)
            case "zstd":
                return ZstdFile(self._raw)
            case _:
                return lzma.LZMAFile(self._raw)


def opened(path: str, *, packed: bool = False) -> Content:
    """Open a file.

    Raises:
        OSError: If it cannot be.
    """
    return Unpacked(path) if packed else Plain(path)
