"""One open file, read forward in blocks of whole lines."""

from dataclasses import dataclass

from watchers.blocks.newlines import newlines
from watchers.record import Block
from watchers.sources.file.content import Content
from watchers.sources.file.decode import BOM, refusal
from watchers.sources.file.identity import MARK_BYTES
from watchers.sources.file.reached import RECENT_BYTES, Reached

BLOCK_BYTES = 2048 * 1024
LONG_LINE_BYTES = 256 * 1024
KEPT_BYTES = 64 * 1024
COUNTED_AT_ONCE = 1024 * 1024


def room(block_bytes: int) -> memoryview:
    """What one source reads all its files into, one after the other, so much at once."""
    return memoryview(bytearray(MARK_BYTES + block_bytes))


class RefusedError(Exception):
    """The file's content is no log; the text says why."""


def line_number(content: Content, offset: int) -> int:
    """Number of the line that begins at an offset, from 1; reads all that is before it."""
    at = found = 0
    while at < offset and (piece := content.pread(min(COUNTED_AT_ONCE, offset - at), at)):
        found += newlines(piece)
        at += len(piece)
    return found + 1


@dataclass(slots=True)
class Counts:
    """What happened to the lines of a source since it started."""

    lines: int = 0
    bytes: int = 0
    cut_lines: int = 0
    nul_bytes: int = 0
    damaged: int = 0


class Tail(Reached):
    """One open file, read forward; not thread-safe.

    Every read also takes in the bytes just before the position again. When they, or the file's
    first bytes, are not what was read before, the file was cut and written anew, however long it
    is by now.

    Attributes:
        size: Size in bytes when last looked at.
        at_eof: Whether everything there was has been read.
        grew_at: Monotonic second of the last read that gave something.
        behind_since: Monotonic second since which unread bytes wait, or None.
        waits_for: An older generation that must be read to its end first.
        seen: Its size and time of change when it was read last.
        backlog: Up to which offset it was written while nobody read; 0 for nothing much.
    """

    __slots__ = (
        "_block_bytes",
        "_calm",
        "_checked",
        "_counts",
        "_held",
        "_parts",
        "_room",
        "_whole",
        "at_eof",
        "backlog",
        "behind_since",
        "grew_at",
        "seen",
        "size",
        "waits_for",
    )

    def __init__(
        self,
        path: str,
        *,
        source: str,
        counts: Counts,
        room: memoryview,
        whole: bool = False,
        packed: bool = False,
    ) -> None:
        """Open the file at its beginning.

        Args:
            path: What to open.
            source: Prefix of the key that its positions get.
            counts: Where to count lines and bytes.
            room: What to read into; nothing of it is kept between two reads.
            whole: Keep lines of any length whole, instead of cutting long ones.
            packed: Read what was packed in it.

        Raises:
            OSError: If it cannot be opened.
        """
        super().__init__(path, source=source, packed=packed)
        self.size = self.content.stat().st_size
        self.grew_at = 0.0
        self.behind_since: float | None = None
        self.waits_for: Tail | None = None
        self.backlog = 0
        self._counts = counts
        self._room = room
        self._whole = whole
        self._block_bytes = len(room) - MARK_BYTES
        self.start(0)

    def start(self, offset: int, line: int = 0) -> None:
        """Go to an offset at which a line begins; what was read of an unfinished line is lost.

        `line` is that line's number, 0 when it is not known.
        """
        self.reach(offset, line)
        self._parts: list[bytes] | None = None
        self._held = 0
        self.seen = (-1, -1)
        self._calm = False
        self._checked = False
        self.at_eof = False

    def last_line(self) -> int:
        """Offset of the last line if it is unfinished, else the file's size."""
        size = self.content.stat().st_size
        last = self.content.pread(KEPT_BYTES, max(0, size - KEPT_BYTES))
        newline = last.rfind(b"\n")
        whole = size <= KEPT_BYTES
        return size - len(last) + newline + 1 if newline >= 0 or whole else size

    def restart(self) -> None:
        """Begin anew after the content was replaced."""
        self.epoch += 1
        self.backlog = 0
        self.start(0)

    @property
    def changed(self) -> bool:
        """Whether it is not what it was when it was read last."""
        stat = self.content.stat()
        return (stat.st_size, stat.st_mtime_ns) != self.seen

    @property
    def calm(self) -> bool:
        """Whether there is nothing to read until the file changes."""
        return self._calm

    def read(self, now: float) -> list[Block]:
        """Take in what follows, one block at most; nothing when the file did not change.

        Raises:
            ContentReplacedError: If the file was cut; `restart` then.
            RefusedError: If it turns out to be no log.
            OSError: If reading fails.
        """
        stat = self.content.stat()
        self.size = stat.st_size
        seen = (stat.st_size, stat.st_mtime_ns)
        if self._calm and seen == self.seen:
            return []
        # The time of a change is coarse: only after a second look is the same really the same.
        again, self.seen = seen == self.seen, seen
        self._calm = False
        begin, end = self._take_in()
        self.at_eof = end - begin < self._block_bytes
        if self.at_eof:
            self.behind_since = None
        elif self.behind_since is None:
            self.behind_since = now
        if begin == end:
            self._calm = again
            return []
        self.grew_at = now
        return list(filter(None, self._cut(begin, end)))

    def finish(self) -> Block | None:
        """Hand out the last line although it has no end; None when there is none."""
        if not self._held:
            return None
        return self._block(self._joined() + b"\n", self.read_at, ended=False)

    def _take_in(self) -> tuple[int, int]:
        """Read on; where in the room the new bytes begin and end."""
        room = self._room
        begin, at = self.mark_bytes, self.read_at - self.mark_bytes
        end = self.content.read_into(room[: begin + self._block_bytes], at)
        head = self.content.pread(MARK_BYTES, 0)
        self.check(head, bytes(room[: min(begin, end)]))
        if not self._checked and head:
            self._checked = True
            if reason := refusal(self.content.pread(1024, 0)):
                raise RefusedError(reason)
        if end > begin:
            kept = max(0, end - RECENT_BYTES)
            self.take(at + kept, bytes(room[kept:end]), head)
        else:
            self.forget_recent()
        return begin, end

    def _cut(self, begin: int, end: int) -> "list[Block | None]":
        """Cut what came in at its last newline and keep the rest for the next time."""
        text, room = self._room.obj, self._room
        assert isinstance(text, bytearray)  # noqa: S101 - made so
        self._counts.bytes += end - begin
        if not self._held:
            begin = self._behind_nuls(begin, end)
        last = text.rfind(b"\n", begin, end)
        if last < 0:
            self._keep(bytes(room[begin:end]))
            return []
        rest_at = self.read_at - (end - last - 1)
        blocks: list[Block | None] = []
        if self._held > LONG_LINE_BYTES and not self._whole:
            first = text.find(b"\n", begin, end)
            kept = self._joined() + b"\n"
            blocks.append(self._block(kept, self.read_at - (end - first - 1)))
            begin = first + 1
        if last >= begin:
            data = b"".join([*(self._parts or ()), room[begin : last + 1]])
            blocks.append(self._block(data, rest_at))
        if last + 1 < end:
            self._keep(bytes(room[self._behind_nuls(last + 1, end) : end]))
        return blocks

    def _joined(self) -> bytes:
        """The unfinished line, cut when it is long."""
        joined = b"".join(self._parts or ())
        if self._whole or self._held <= LONG_LINE_BYTES:
            return joined
        self._counts.cut_lines += 1
        return joined[:KEPT_BYTES]

    def _keep(self, unfinished: bytes) -> None:
        self._held += len(unfinished)
        if unfinished and (self._whole or self._held <= LONG_LINE_BYTES + self._block_bytes):
            self._parts = self._parts or []
            self._parts.append(unfinished)

    def _block(self, data: bytes, end: int, *, ended: bool = True) -> Block | None:
        """Hand out whole lines; the last one may only be taken for ended."""
        offset, self.line_at = self.line_at, end
        self._parts, self._held = None, 0
        if offset == 0 and data.startswith(BOM):
            offset, data = len(BOM), data[len(BOM) :]
        lines = newlines(data)
        self._counts.lines += lines
        line = self.line
        if line:
            self.line += lines if ended else lines - 1
        return Block(
            lines=lines,
            line=line,
            key=self.key,
            path=self.path,
            file_id=self.file_id,
            offset=offset,
            end=end,
            data=data,
            backlog=self.backlog,
        )

    def _behind_nuls(self, begin: int, end: int) -> int:
        """Step over NULs where a line should begin: a hole left by copying and cutting."""
        if begin == end or self._room[begin]:
            return begin
        hole = bytes(self._room[begin:end])
        size = len(hole) - len(hole.lstrip(b"\0"))
        self._counts.nul_bytes += size
        self.line_at += size
        return begin + size
