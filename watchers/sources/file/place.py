"""Where one open file stands, and what its generations are known by."""

import os

from watchers.sources.file import discovery
from watchers.sources.file.content import opened


class Place:
    """One open file as it stands in its folder; not thread-safe.

    Attributes:
        content: Its bytes.
        path: Where the file stood when it was opened.
        at: Where it stands now; after a rename within the globs not `path` any more.
        real: Where the link led to under which it was opened, "" when it was none.
        family: What it and its rotated generations have in common.
        packed: Whether it is what a rotation packed.
        device: Its device number.
        inode: Its inode number.
        key: What its positions are kept under.
        gone_at: Monotonic second at which the path stopped leading to this file, or None.
    """

    __slots__ = (
        "at",
        "content",
        "device",
        "family",
        "gone_at",
        "inode",
        "key",
        "packed",
        "path",
        "real",
    )

    def __init__(self, path: str, *, source: str, packed: bool) -> None:
        """Open it.

        Raises:
            OSError: If it cannot be opened.
        """
        self.content = opened(path, packed=packed)
        stat = self.content.stat()
        self.packed = packed
        self.path = path
        self.device, self.inode = stat.st_dev, stat.st_ino
        self.key = f"{source}/{stat.st_dev}:{stat.st_ino}"
        self.gone_at: float | None = None
        self.real = os.path.realpath(path) if os.path.islink(path) else ""  # noqa: PTH114
        self.move(path)

    def move(self, path: str) -> None:
        """Note that the file stands elsewhere now."""
        self.at = path
        self.family = discovery.family(path)

    def close(self) -> None:
        """Let go of the file."""
        self.content.close()

    @property
    def families(self) -> set[str]:
        """What it is a generation of: under its name, and where a link led to."""
        return {self.family, discovery.family(self.real)} if self.real else {self.family}

    @property
    def links(self) -> int:
        """How many names the file still has."""
        return self.content.stat().st_nlink
