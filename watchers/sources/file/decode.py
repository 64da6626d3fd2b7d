"""Bytes to text: encodings, damaged characters, and content that is no log at all."""

import codecs
from bisect import bisect_right
from dataclasses import dataclass

from watchers.sources.file.unwrap import open_at, unwrapped
from watchers.sources.file.wide import alike, line_starts, text_of, wide
from watchers.sources.file.wide import whole as wide_whole

BOM = codecs.BOM_UTF8
_COMPRESSED = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"PK\x03\x04": "zip",
}
_BINARY = (b"\x7fELF", b"\x89PNG", b"SQLite format 3\x00", b"\xff\xd8\xff", b"%PDF-")
_SAMPLE_BYTES = 64
_LARGE = 64 * 1024
_WIDE_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_CONTROLS = frozenset(range(0x20)) - frozenset(b"\t\n\r\x0b\x0c\x1b\x08")


def usable_encoding(name: str) -> str:
    """The codec's own name.

    Raises:
        ValueError: If Python does not know it, or a newline is not the one byte ``0x0A`` in it.
    """
    try:
        codec = codecs.lookup(name)
        newline = codec.encode("a\n")[0]
    except (LookupError, TypeError, ValueError):
        raise ValueError(
            f"unknown encoding {name!r}; write for example utf-8, gb18030, big5 or shift_jis"
        ) from None
    if codec.name.startswith("utf-16"):
        raise ValueError(f"encoding {name!r} is known by its looks; leave it out")
    if newline != b"a\n":
        raise ValueError(
            f"encoding {name!r} is not supported: its lines do not end with one newline byte; "
            "have the log written as utf-8"
        )
    return codec.name


def compression(head: bytes) -> str:
    """The kind of compressed file that begins like this, "" for none."""
    return next((kind for magic, kind in _COMPRESSED.items() if head.startswith(magic)), "")


def refusal(head: bytes) -> str:
    """Why a file that begins like this is not read, and what to do; "" when it may be a log."""
    if kind := compression(head):
        return f"is a {kind} file; only files as they are written are followed, leave it out"
    if head.startswith(_WIDE_32):
        return "is UTF-32; have it written as utf-8"
    if wide(head):
        return ""
    text = head.lstrip(b"\0")
    # Bytes from 0x80 up are letters in some encoding; control characters are in none.
    controls = sum(byte in _CONTROLS for byte in text)
    if head.startswith(_BINARY) or (len(text) >= _SAMPLE_BYTES and controls * 3 > len(text)):
        return "is a binary file, not a log; leave it out of the list of files"
    return ""


@dataclass(slots=True)
class _Damage:
    count: int = 0


class Decoder:
    """Makes clean UTF-8 of one encoding's bytes, or of UTF-16; not thread-safe."""

    def __init__(self, encoding: str, *, wrapped: bool = False) -> None:
        """Know what is read.

        Args:
            encoding: Of the bytes.
            wrapped: Whether a container's runtime put something around each line.

        Raises:
            ValueError: If the encoding cannot be used.
        """
        self.encoding = usable_encoding(encoding)
        self._wrapped = wrapped
        self._utf8 = self.encoding == "utf-8"
        self._narrow = b""

    def whole(self, raw: bytes) -> int:
        """How much of a block of lines can be viewed without parts that belong to what follows."""
        if encoding := self._wide(raw):
            return wide_whole(raw, encoding)
        return open_at(raw) if self._wrapped else len(raw)

    def last_lines(self, raw: bytes, size: int) -> bytes:
        """The last whole lines of a block that ends with one, as many as fit in a size."""
        if len(raw) <= size:
            return raw
        if encoding := self._wide(raw):
            at = len(raw) - size
            return raw[next((one for one in line_starts(raw, encoding) if one >= at), len(raw)) :]
        tail = raw[-size:]
        return tail[tail.find(b"\n") + 1 :]

    def view(self, raw: bytes) -> "View":
        """Whole lines as UTF-8 that the rules can be matched against."""
        if encoding := self._wide(raw):
            return _wide_view(raw, encoding)
        if not self._wrapped:
            return self._view(raw)
        inner = unwrapped(raw)
        view = self._view(inner.text)
        starts = None
        if inner.starts is not None:
            # Decoding changes lengths and keeps lines.
            starts = (_line_starts(view.text), inner.starts)
        return View(text=view.text, raw=raw, replaced=view.replaced, starts=starts)

    def _wide(self, raw: bytes) -> str:
        """Which UTF-16 a block is; the same block is asked about several times."""
        if raw is self._narrow:
            return ""
        encoding = wide(raw)
        if len(raw) >= _LARGE:
            self._narrow = raw if not encoding else b""
        return encoding

    def _view(self, raw: bytes) -> "View":
        crlf = b"\r" in raw
        if self._utf8:
            view = _utf8_view(raw)
            if not crlf:
                return view
            return View(text=_unix(view.text), raw=raw, replaced=view.replaced)
        text = raw.decode(self.encoding, "replace").encode()
        if text.count(b"\n") != raw.count(b"\n"):  # a damaged character took a newline with it
            lines = raw.split(b"\n")
            text = b"\n".join(line.decode(self.encoding, "replace").encode() for line in lines)
        replaced = text.count("\ufffd".encode())
        return View(text=_unix(text) if crlf else text, raw=raw, replaced=replaced)

    def text(self, line: bytes) -> str:
        """One line for showing, without its line end; damaged characters become U+FFFD."""
        line = line.rstrip(b"\r\n") if line.endswith((b"\n", b"\r")) else line
        if b"\0" in line and (encoding := alike(bare := line.removeprefix(b"\0"))):
            return text_of(bare, encoding).rstrip("\r\n\0\ufffd")
        if self._wrapped:
            line = unwrapped(line + b"\n").text.rstrip(b"\r\n")
        if b"\0" in line:
            line = line.replace(b"\0", b"")
        return line.decode(self.encoding, "replace")


class View:
    """Clean UTF-8 of a block, and the way back to the block's own byte offsets.

    Attributes:
        text: The lines in UTF-8; as many as in the block, where none is made of parts.
        replaced: How many damaged spots were replaced.
    """

    __slots__ = ("_raw", "_starts", "replaced", "text")

    def __init__(
        self,
        *,
        text: bytes,
        raw: bytes | None,
        replaced: int,
        starts: tuple[list[int], list[int]] | None = None,
    ) -> None:
        self.text = text
        self.replaced = replaced
        self._raw = raw
        self._starts = starts

    def raw_offset(self, line_start: int) -> int:
        """Where the line that starts here in `text` starts in the block."""
        if self._raw is None:
            return line_start
        if self._starts is None:
            self._starts = (_line_starts(self.text), _line_starts(self._raw))
        ours, theirs = self._starts
        return theirs[bisect_right(ours, line_start) - 1]

    def text_offset(self, line_start: int) -> int:
        """The way back: where a line of the block starts in `text`."""
        if self._raw is None:
            return line_start
        if self._starts is None:
            self._starts = (_line_starts(self.text), _line_starts(self._raw))
        ours, theirs = self._starts
        return ours[bisect_right(theirs, line_start) - 1]


def _wide_view(raw: bytes, encoding: str) -> View:
    text = text_of(raw, encoding)
    replaced = text.count("\ufffd")
    clean = _unix(text.encode("utf-8", "replace"))
    starts = (_line_starts(clean), line_starts(raw, encoding))
    return View(text=clean, raw=raw, replaced=replaced, starts=starts)


def _unix(text: bytes) -> bytes:
    return text.replace(b"\r\n", b"\n")


def _utf8_view(raw: bytes) -> View:
    if raw.isascii():
        return View(text=raw, raw=None, replaced=0)
    damage = _Damage()

    def same_length(error: UnicodeError) -> tuple[str, int]:
        # As many characters as there were bytes: every offset stays what it was.
        assert isinstance(error, UnicodeDecodeError)  # noqa: S101 - only used for decoding
        damage.count += 1
        return "?" * (error.end - error.start), error.end

    try:
        raw.decode()
    except UnicodeDecodeError:
        codecs.register_error("larkwatch-same-length", same_length)
        text = raw.decode("utf-8", "larkwatch-same-length").encode()
        return View(text=text, raw=None, replaced=damage.count)
    return View(text=raw, raw=None, replaced=0)


def _line_starts(text: bytes) -> list[int]:
    starts = [0]
    at = text.find(b"\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find(b"\n", at + 1)
    return starts
