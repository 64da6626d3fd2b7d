"""Opens log files of any age: plain, gzip, xz, zstd, or standard input."""

import gzip
import io
import lzma
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from watchers.errors import ReplayError
from watchers.sources.file.decode import compression, refusal

STDIN = "-"
_HEAD_BYTES = 4096
_BLOCK = 1 << 20


def pieces_of(path: str, read: Callable[[int], object]) -> Iterator[bytes]:
    """The content of a file as its bytes come.

    Args:
        path: A file, or ``-`` for standard input.
        read: Told how many bytes of the file itself are read by now.

    Raises:
        ReplayError: If the file cannot be read, is no log, or ends within its compression.
    """
    try:
        with _opened(path) as raw:
            content = unpacked(path, raw)
            while piece := content.read1(_BLOCK):
                if raw.seekable():
                    read(raw.tell())
                yield piece
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise ReplayError(f"{path} cannot be read: {_reason(error)}") from error


def lines_at(path: str, offsets: Iterable[int]) -> dict[int, int]:
    """The numbers of the lines that begin at some byte offsets of a file's content.

    Raises:
        OSError: If it cannot be read.
    """
    numbers: dict[int, int] = {}
    wanted = sorted(set(offsets), reverse=True)
    at, number = 0, 1
    with _opened(path) as raw:
        text = unpacked(path, raw)
        while wanted and (block := text.read(_BLOCK)):
            while wanted and wanted[-1] < at + len(block):
                offset = wanted.pop()
                numbers[offset] = number + block.count(b"\n", 0, offset - at)
            number += block.count(b"\n")
            at += len(block)
    return numbers


def _opened(path: str) -> Any:
    return sys.stdin.buffer if path == STDIN else Path(path).open("rb")


def unpacked(path: str, raw: Any) -> Any:
    """The content of an opened file of any kind, to be read.

    Raises:
        ReplayError: If it is no log.
    """
    buffered = raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(raw)
    head = buffered.peek(_HEAD_BYTES)[:_HEAD_BYTES]
    match compression(head):
        case "gzip":
            return gzip.open(buffered)
        case "xz":
            return lzma.open(buffered)
        case "zstd":
            return _zstd(path, buffered)
        case _:
            if reason := refusal(head):
                raise ReplayError(f"{path} {reason}")
            return buffered


def _zstd(path: str, raw: Any) -> Any:
    try:
        import zstandard  # noqa: PLC0415 - only for such files
    except ImportError:
        wanted = "pip install zstandard, or unpack it with unzstd"
        raise ReplayError(f"{path} is a zstd file: {wanted}") from None
    return io.BufferedReader(
        zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True)
    )


def _reason(error: BaseException) -> str:
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(said)[:1].lower() + str(said)[1:]
