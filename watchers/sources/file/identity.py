"""What makes a file the same file after it was renamed, copied, cut or replaced."""

import hashlib
import json
from dataclasses import dataclass

from watchers.sources.file.content import Content

MARK_BYTES = 256
_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Length and hash of a few bytes of a file."""

    length: int
    digest: str

    @classmethod
    def of(cls, content: bytes) -> "Mark":
        """The mark of these bytes."""
        return cls(length=len(content), digest=digest(content))


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """How far a file was read, and what proves later that it is still that file.

    Attributes:
        path: Where the file stood.
        device: Its device number.
        inode: Its inode number.
        epoch: How often the content began anew under this inode, as far as was seen.
        offset: Bytes taken in, from the file's start; a line begins here.
        head: Mark of the file's first bytes.
        before: Mark of the bytes just before `offset`.
        saved_at: When this was noted, in seconds since 1970.
        line: Number of the line that begins at `offset`, from 1; 0 when it is not known.
        real: Where the link at `path` led to, "" when it is none.
        done: Whether the file was rotated away and read to its end.
    """

    path: str
    device: int
    inode: int
    epoch: int
    offset: int
    head: Mark
    before: Mark
    saved_at: float
    line: int = 0
    real: str = ""
    done: bool = False

    def to_text(self) -> str:
        """The durable form."""
        wire: dict[str, object] = {
            "v": _VERSION,
            "path": self.path,
            "file": [self.device, self.inode, self.epoch],
            "offset": self.offset,
            "head": [self.head.length, self.head.digest],
            "before": [self.before.length, self.before.digest],
            "at": round(self.saved_at, 3),
            "line": self.line,
        }
        if self.real:
            wire["real"] = self.real
        if self.done:
            wire["done"] = True
        return json.dumps(wire, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> "Position | None":
        """Read the durable form; None when it is of another version or damaged."""
        try:
            wire = json.loads(text)
            if wire["v"] != _VERSION:
                return None
            device, inode, epoch = wire["file"]
            return cls(
                path=str(wire["path"]),
                device=int(device),
                inode=int(inode),
                epoch=int(epoch),
                offset=int(wire["offset"]),
                head=Mark(length=int(wire["head"][0]), digest=str(wire["head"][1])),
                before=Mark(length=int(wire["before"][0]), digest=str(wire["before"][1])),
                saved_at=float(wire["at"]),
                line=int(wire.get("line", 0)),  # what was saved before lines were numbered
                real=str(wire.get("real", "")),
                done=bool(wire.get("done", False)),
            )
        except (ValueError, TypeError, KeyError, IndexError):
            return None


def holds(content: Content, position: Position) -> bool:
    """Whether the content of an open file is the one the position was taken in.

    The file may have grown since. Device and inode are not looked at: a copy holds too.
    """
    if content.shorter_than(position.offset):
        return False
    head, before = position.head, position.before
    return (
        digest(content.pread(head.length, 0)) == head.digest
        and digest(content.pread(before.length, position.offset - before.length)) == before.digest
    )


def same_beginning(one: Content, other: Content, length: int) -> bool:
    """Whether two open files agree around the start and the end of their first bytes."""
    size = min(length, one.stat().st_size, other.stat().st_size)
    if size == 0:
        return False
    span = min(size, MARK_BYTES)
    return all(one.pread(span, start) == other.pread(span, start) for start in (0, size - span))


def digest(content: bytes) -> str:
    """Short stable hash."""
    return hashlib.blake2b(content, digest_size=8).hexdigest()
