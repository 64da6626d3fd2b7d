"""A file in UTF-16 as UTF-8: to be looked into like any other, with its offsets made others."""

import codecs

from watchers.lookback.generations import PIECE, UNPACKED_BYTES, Content, Late, LateError
from watchers.sources.file.wide import wide

_HEAD_BYTES = 4096


def encoding_of(content: Content) -> str:
    """Which UTF-16 a file is, "" for none."""
    return wide(content.read(0, _HEAD_BYTES))


class Narrow:
    """The characters of a file as UTF-8, all of them made at once."""

    def __init__(self, content: Content, encoding: str, late: Late) -> None:
        """Read it.

        Raises:
            LateError: If it is too long, or takes too long.
            OSError: If it cannot be read.
        """
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._pieces: list[tuple[int, int]] = []
        self._content = content
        self._encoding = encoding
        self._data = bytearray()
        at = 0
        while raw := content.read(at, PIECE):
            if late() or at > UNPACKED_BYTES:
                raise LateError
            self._pieces.append((at, len(self._data)))
            self._data += decoder.decode(raw).replace("\ufeff", "").encode("utf-8", "replace")
            at += len(raw)
        self._data += decoder.decode(b"", final=True).encode()

    @property
    def size(self) -> int:
        """How many bytes it is now."""
        return len(self._data)

    def read(self, offset: int, size: int) -> bytes:
        """Some of them."""
        return bytes(self._data[offset : offset + size])

    def at(self, offset: int) -> int:
        """Where what stands at a byte of the file stands here."""
        begin, here = next((one for one in reversed(self._pieces) if one[0] <= offset), (0, 0))
        before = self._content.read(begin, offset - begin)
        text = before.decode(self._encoding, "replace").replace("\ufeff", "")
        return here + len(text.encode("utf-8", "replace"))
