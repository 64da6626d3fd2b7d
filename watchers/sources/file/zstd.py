"""A file that was packed with zstd, read like the files the standard library unpacks."""

from typing import BinaryIO

import zstandard

_PACKED_BYTES = 4096
"""Unpacked at once: what repeats itself may become a thousand times more."""


class ZstdFile:
    """Gives the unpacked bytes in order; going back begins anew."""

    def __init__(self, raw: BinaryIO) -> None:
        """`raw` stands at its beginning and stays open after `close`."""
        self._raw = raw
        self._frame: zstandard.ZstdDecompressionObj | None = None
        self._packed = b""
        self._ready = b""
        self._at = 0

    def tell(self) -> int:
        """Unpacked bytes before the next one to be read."""
        return self._at

    def seek(self, offset: int) -> None:
        """Go to an unpacked offset, or to the end when there is less."""
        if offset < self._at:
            self._raw.seek(0)
            self._frame, self._packed, self._ready, self._at = None, b"", b"", 0
        while self._at < offset and self.read(offset - self._at):
            pass

    def read(self, length: int) -> bytes:
        """Up to so many bytes; none only at the end.

        Raises:
            EOFError: If a frame ends before its end.
            zstandard.ZstdError: If it is damaged.
        """
        while not self._ready:
            packed = self._packed or self._raw.read(_PACKED_BYTES)
            self._packed = b""
            if not packed:
                if self._frame is not None:
                    raise EOFError("a frame of it has no end")
                return b""
            frame = self._frame = self._frame or zstandard.ZstdDecompressor().decompressobj()
            self._ready = frame.decompress(packed)
            if frame.eof:
                self._frame, self._packed = None, frame.unused_data
        piece, self._ready = self._ready[:length], self._ready[length:]
        self._at += len(piece)
        return piece

    def close(self) -> None:
        """Let go of what was unpacked."""
        self._frame, self._packed, self._ready = None, b"", b""
