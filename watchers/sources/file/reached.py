"""How far one open file was read, and what proves that it still holds that."""

from watchers.sources.file.identity import MARK_BYTES, Mark, Position, digest
from watchers.sources.file.place import Place

RECENT_BYTES = 16 * 1024
"""Of what was read, so much stays until there is nothing more to read."""
_COUNTED_BACK = 1 << 20
"""So far before the first line not yet handed out, lines are counted to give one its number."""


class ContentReplacedError(Exception):
    """The bytes before the position are not what was read there: the file was cut."""


class Reached(Place):
    """How far an open file was read; not thread-safe.

    Ten thousand files do the same: of what was read, only marks are kept.

    Attributes:
        epoch: How often the content began anew, as far as was seen.
        line: Number of the first line not yet handed out, 0 when it is not known.
        line_at: Byte offset of that line.
        read_at: Byte offset of the next byte to read.
    """

    __slots__ = (
        "_first",
        "_head",
        "_id",
        "_mark",
        "_noted",
        "_recent",
        "_recent_at",
        "epoch",
        "line",
        "line_at",
        "read_at",
    )

    def __init__(self, path: str, *, source: str, packed: bool) -> None:
        """Open it; `reach` then.

        Raises:
            OSError: If it cannot be opened.
        """
        super().__init__(path, source=source, packed=packed)
        self.epoch = 0

    def reach(self, offset: int, line: int) -> None:
        """Count as read up to where a line begins.

        `line` is its number, 0 when it is not known.
        """
        before = self.content.pread(min(offset, MARK_BYTES), max(0, offset - MARK_BYTES))
        self.line = line if offset else 1
        self.read_at = self.line_at = offset
        self._head = Mark.of(self.content.pread(MARK_BYTES, 0))
        self._mark = Mark.of(before)
        self._first = self._recent = b""
        self._recent_at = offset
        self._noted: Position | None = None
        self._id = ""

    @property
    def begun(self) -> bool:
        """Whether anything was seen of the content."""
        return self.read_at > 0 or self._head.length > 0

    @property
    def file_id(self) -> str:
        """Stable identity of the content, the same after a restart."""
        if not self._id:
            self._id = f"{self.device}:{self.inode}:{self.epoch}:{digest(self._first)}"
            self._first = b""
        return self._id

    @property
    def unfinished(self) -> int:
        """Bytes of the last line, which has no end yet."""
        return self.read_at - self.line_at

    @property
    def mark_bytes(self) -> int:
        """How many of the bytes before `read_at` are known again."""
        return self._mark.length

    def check(self, head: bytes, before: bytes) -> None:
        """Hold the file's first bytes, and those before `read_at`, against what was read.

        Raises:
            ContentReplacedError: If they are others.
        """
        known = self._head.length
        if Mark.of(before) != self._mark or Mark.of(head[:known]) != self._head:
            raise ContentReplacedError
        if len(head) > known:
            self._head = Mark.of(head)

    def take(self, at: int, recent: bytes, head: bytes) -> None:
        """Count as read what ends with these bytes, of which the first stands at `at`."""
        self._recent_at, self._recent = at, recent
        self.read_at = at + len(recent)
        self._mark = Mark.of(recent[-MARK_BYTES:])
        if not self._id:
            self._first = head.partition(b"\n")[0]

    def forget_recent(self) -> None:
        """Keep of what was read only what a position needs."""
        if self.line_at == self.read_at:
            self._recent_at, self._recent = self.read_at, b""
            return
        start = self.line_at - MARK_BYTES - self._recent_at
        if start > 0:
            self._recent_at, self._recent = self._recent_at + start, self._recent[start:]

    def position(self, offset: int, saved_at: float) -> Position:
        """The position of a line that begins at `offset`."""
        start = max(0, offset - MARK_BYTES)
        recent_at, recent = self._recent_at, self._recent
        if offset == self.read_at:
            before = self._mark
        elif recent_at <= start and offset <= recent_at + len(recent):
            before = Mark.of(recent[start - recent_at : offset - recent_at])
        elif self._noted is not None and self._noted.offset == offset:
            before = self._noted.before  # the file may have been cut since it was taken
        else:
            before = Mark.of(self.content.pread(offset - start, start))
        self._noted = Position(
            line=self._line_at(offset),
            path=self.at,
            real=self.real,
            device=self.device,
            inode=self.inode,
            epoch=self.epoch,
            offset=offset,
            head=self._head,
            before=before,
            saved_at=saved_at,
        )
        return self._noted

    def proof(self) -> Position:
        """What proves that a file holds all that was read of this one; never stored."""
        return self.position(self.read_at, 0.0)

    def _line_at(self, offset: int) -> int:
        """Number of a line at or shortly before the first one not yet handed out; 0 if unknown."""
        if offset == self.line_at or not self.line:
            return self.line
        start, content = self._recent_at, self._recent
        if not self.line_at - _COUNTED_BACK <= offset < self.line_at:
            return 0
        noted = self._noted
        if noted is not None and noted.line and start <= noted.offset <= offset:
            return noted.line + content.count(b"\n", noted.offset - start, offset - start)
        if offset < start:  # the file may have been cut, as when positions are noted
            content, start = self.content.pread(self.line_at - offset, offset), offset
        return self.line - content.count(b"\n", offset - start, self.line_at - start)
