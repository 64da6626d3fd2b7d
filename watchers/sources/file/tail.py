"""One open file, read forward in blocks of whole lines."""

import os
from dataclasses import dataclass

from watchers.record import Block
from watchers.sources.file.decode import BOM, refusal
from watchers.sources.file.identity import MARK_BYTES, Mark, Position, digest

BLOCK_BYTES = 256 * 1024
LONG_LINE_BYTES = 256 * 1024
KEPT_BYTES = 64 * 1024
COUNTED_AT_ONCE = 1024 * 1024


class ContentReplacedError(Exception):
    """The bytes before the position are not what was read there: the file was cut."""


class RefusedError(Exception):
    """The file's content is no log; the text says why."""


def line_number(fd: int, offset: int) -> int:
    """Number of the line that begins at an offset, from 1; reads all that is before it."""
    at = newlines = 0
    while at < offset and (piece := os.pread(fd, min(COUNTED_AT_ONCE, offset - at), at)):
        newlines += piece.count(b"\n")
        at += len(piece)
    return newlines + 1


@dataclass(slots=True)
class Counts:
    """What happened to the lines of a source since it started."""

    lines: int = 0
    bytes: int = 0
    cut_lines: int = 0
    nul_bytes: int = 0
    damaged: int = 0


class Tail:
    """One open file; not thread-safe.

    Every read also takes in the bytes just before the position again. When they, or the file's
    first bytes, are not what was read before, the file was cut and written anew, however long it
    is by now.

    Attributes:
        path: Where the file stood when it was opened.
        at: Where it stands now; after a rename within the globs not `path` any more.
        line_at: Byte offset of the first line not yet handed out.
        read_at: Byte offset of the next byte to read.
        size: Size in bytes when last looked at.
        at_eof: Whether everything there was has been read.
        gone_at: Monotonic second at which the path stopped leading to this file, or None.
        grew_at: Monotonic second of the last read that gave something.
        behind_since: Monotonic second since which unread bytes wait, or None.
        waits_for: An older generation that must be read to its end first.
    """

    def __init__(self, path: str, *, source: str, counts: Counts, whole: bool = False) -> None:
        """Open the file at its beginning.

        Args:
            path: What to open.
            source: Prefix of the key that its positions get.
            counts: Where to count lines and bytes.
            whole: Keep lines of any length whole, instead of cutting long ones.

        Raises:
            OSError: If it cannot be opened.
        """
        self.fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        stat = os.fstat(self.fd)
        self.path = self.at = path
        self.device, self.inode = stat.st_dev, stat.st_ino
        self.key = f"{source}/{stat.st_dev}:{stat.st_ino}"
        self.epoch = 0
        self.size = stat.st_size
        self.gone_at: float | None = None
        self.grew_at = 0.0
        self.behind_since: float | None = None
        self.waits_for: Tail | None = None
        self._counts = counts
        self._whole = whole
        self.start(0)

    def start(self, offset: int, line: int = 0) -> None:
        """Go to an offset at which a line begins; what was read of an unfinished line is lost.

        `line` is that line's number, 0 when it is not known.
        """
        self._line = line if offset else 1
        self._head = os.pread(self.fd, MARK_BYTES, 0)
        self._mark = os.pread(self.fd, min(offset, MARK_BYTES), max(0, offset - MARK_BYTES))
        self._recent = (offset - len(self._mark), self._mark)
        self._parts: list[bytes] = []
        self._held = 0
        self._seen = (-1, -1)
        self._checked = False
        self._id = ""
        self.read_at = self.line_at = offset
        self.at_eof = False

    def last_line(self) -> int:
        """Offset of the last line if it is unfinished, else the file's size."""
        size = os.fstat(self.fd).st_size
        last = os.pread(self.fd, KEPT_BYTES, max(0, size - KEPT_BYTES))
        newline = last.rfind(b"\n")
        whole = size <= KEPT_BYTES
        return size - len(last) + newline + 1 if newline >= 0 or whole else size

    def restart(self) -> None:
        """Begin anew after the content was replaced."""
        self.epoch += 1
        self.start(0)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self.fd)

    @property
    def links(self) -> int:
        """How many names the file still has."""
        return os.fstat(self.fd).st_nlink

    @property
    def file_id(self) -> str:
        """Stable identity of the content, the same after a restart."""
        if not self._id:
            first = self._head.partition(b"\n")[0]
            self._id = f"{self.device}:{self.inode}:{self.epoch}:{digest(first)}"
        return self._id

    @property
    def unfinished(self) -> int:
        """Bytes of the last line, which has no end yet."""
        return self.read_at - self.line_at

    def position(self, offset: int, saved_at: float) -> Position:
        """The position of a line that begins at `offset`."""
        start = max(0, offset - MARK_BYTES)
        recent_at, recent = self._recent
        if recent_at <= start and offset <= recent_at + len(recent):
            before = recent[start - recent_at : offset - recent_at]
        else:
            before = os.pread(self.fd, offset - start, start)
        return Position(
            line=self._line_at(offset),
            path=self.at,
            device=self.device,
            inode=self.inode,
            epoch=self.epoch,
            offset=offset,
            head=Mark.of(self._head),
            before=Mark.of(before),
            saved_at=saved_at,
        )

    def read(self, now: float) -> list[Block]:
        """Take in what follows, one block at most; nothing when the file did not change.

        Raises:
            ContentReplacedError: If the file was cut; `restart` then.
            RefusedError: If it turns out to be no log.
            OSError: If reading fails.
        """
        stat = os.fstat(self.fd)
        self.size = stat.st_size
        seen = (stat.st_size, stat.st_mtime_ns)
        if self.at_eof and seen == self._seen:
            return []
        self._seen = seen
        fresh = self._fresh()
        self.at_eof = len(fresh) < BLOCK_BYTES
        if self.at_eof:
            self.behind_since = None
        elif self.behind_since is None:
            self.behind_since = now
        if not fresh:
            return []
        self.grew_at = now
        return list(filter(None, self._cut(fresh)))

    def finish(self) -> Block | None:
        """Hand out the last line although it has no end; None when there is none."""
        if not self._held:
            return None
        return self._block(self._joined() + b"\n", self.read_at, ended=False)

    def _fresh(self) -> bytes:
        mark = self._mark
        content = os.pread(self.fd, len(mark) + BLOCK_BYTES, self.read_at - len(mark))
        head = os.pread(self.fd, MARK_BYTES, 0) if self._growing_head else self._same_head()
        if not content.startswith(mark) or not head.startswith(self._head):
            raise ContentReplacedError
        self._head = head
        if not self._checked and head:
            self._checked = True
            if reason := refusal(os.pread(self.fd, 1024, 0)):
                raise RefusedError(reason)
        self._recent = (self.read_at - len(mark), content)
        self._mark = content[-MARK_BYTES:]
        return content[len(mark) :]

    @property
    def _growing_head(self) -> bool:
        return len(self._head) < MARK_BYTES

    def _same_head(self) -> bytes:
        return os.pread(self.fd, len(self._head), 0)

    def _cut(self, fresh: bytes) -> "list[Block | None]":
        """Cut what came in at its last newline and keep the rest for the next time."""
        self._counts.bytes += len(fresh)
        self.read_at += len(fresh)
        if not self._held:
            fresh = self._without_nuls(fresh)
        last = fresh.rfind(b"\n")
        if last < 0:
            self._keep(fresh)
            return []
        rest_at = self.read_at - (len(fresh) - last - 1)
        blocks: list[Block | None] = []
        if self._held > LONG_LINE_BYTES and not self._whole:
            first = fresh.find(b"\n")
            kept = self._joined() + b"\n"
            blocks.append(self._block(kept, self.read_at - len(fresh) + first + 1))
            fresh, last = fresh[first + 1 :], last - first - 1
        if last >= 0:
            data = b"".join([*self._parts, fresh[: last + 1]]) if self._parts else fresh[: last + 1]
            blocks.append(self._block(data, rest_at))
        rest = fresh[last + 1 :]
        if rest:
            self._keep(self._without_nuls(rest))
        return blocks

    def _joined(self) -> bytes:
        """The unfinished line, cut when it is long."""
        joined = b"".join(self._parts)
        if self._whole or self._held <= LONG_LINE_BYTES:
            return joined
        self._counts.cut_lines += 1
        return joined[:KEPT_BYTES]

    def _keep(self, unfinished: bytes) -> None:
        self._held += len(unfinished)
        if unfinished and (self._whole or self._held <= LONG_LINE_BYTES + BLOCK_BYTES):
            self._parts.append(unfinished)

    def _line_at(self, offset: int) -> int:
        """Number of a line at or shortly before the first one not yet handed out; 0 if unknown."""
        if offset == self.line_at or not self._line:
            return self._line
        start, content = self._recent
        if not start <= offset < self.line_at:
            return 0
        return self._line - content.count(b"\n", offset - start, self.line_at - start)

    def _block(self, data: bytes, end: int, *, ended: bool = True) -> Block | None:
        """Hand out whole lines; the last one may only be taken for ended."""
        offset, self.line_at = self.line_at, end
        self._parts, self._held = [], 0
        if offset == 0 and data.startswith(BOM):
            offset, data = len(BOM), data[len(BOM) :]
        lines = data.count(b"\n")
        self._counts.lines += lines
        line = self._line
        if line:
            self._line += lines if ended else lines - 1
        return Block(
            lines=lines,
            line=line,
            key=self.key,
            path=self.path,
            file_id=self.file_id,
            offset=offset,
            end=end,
            data=data,
        )

    def _without_nuls(self, fresh: bytes) -> bytes:
        """Step over NULs where a line should begin: a hole left by copying and cutting."""
        if not fresh.startswith(b"\0"):
            return fresh
        stripped = fresh.lstrip(b"\0")
        self._counts.nul_bytes += len(fresh) - len(stripped)
        self.line_at += len(fresh) - len(stripped)
        return stripped
