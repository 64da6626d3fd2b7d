"""The rotated generations beside a file: each folder is listed anew only when it changed."""

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from watchers.sources.file.discovery import age_order, family, is_packed

_SMALL = 1000
"""Names in a folder that is listed every time: a change may be too recent to show in its time."""

State = tuple[int, int, int]
"""Inode, size and time of change: an inode alone may be another file's by now."""
_NONE: frozenset[State] = frozenset()
"""One for all of the many files that were never rotated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One rotated name.

    Attributes:
        path: Where it stands.
        device: Its device number.
        inode: Its inode number.
        state: Tells it from what may come to stand under its inode.
        changed_at: When it was written last, in seconds since 1970.
        packed: Whether its name says that it is packed.
    """

    path: str
    device: int
    inode: int
    state: State
    changed_at: float
    packed: bool


@dataclass(slots=True)
class _Folder:
    changed: int
    large: bool
    families: dict[str, list[str]]
    noted: dict[str, frozenset[State]] = field(default_factory=dict)
    known: dict[str, frozenset[State]] = field(default_factory=dict)


class Generations:
    """Looks for rotated names; remembers which ones it was told are dealt with."""

    def __init__(self) -> None:
        self._folders: dict[str, _Folder] = {}

    def of(self, path: str, *, packed: bool = True) -> list[Generation]:
        """The generations of a file, oldest first; the one being written is not among them.

        Args:
            path: The file, or one of its generations.
            packed: With those that are packed, but not where the unpacked one is still there.
        """
        names = self._list(os.path.dirname(path)).families.get(family(path), ())  # noqa: PTH120
        there = set(names)
        found = [
            one
            for name in names
            if (packed or not is_packed(name))
            and not (is_packed(name) and os.path.splitext(name)[0] in there)  # noqa: PTH122
            and (one := generation(name)) is not None
        ]
        return sorted(found, key=lambda one: age_order(one.path, one.changed_at))

    def noted(self, path: str) -> bool:
        """Whether it is known of a file which of its generations are dealt with."""
        listing = self._folders.get(os.path.dirname(path))  # noqa: PTH120
        return listing is not None and family(path) in listing.known

    def unknown(self, path: str) -> list[Generation]:
        """Those that are not dealt with, oldest first."""
        listing = self._list(os.path.dirname(path))  # noqa: PTH120
        known = listing.known.get(family(path), ())
        return [one for one in self.of(path) if one.state not in known]

    def note(self, families: Iterable[str], but: Collection[State] = ()) -> None:
        """Remember which generations there are; they are dealt with unless `doubt` comes.

        Args:
            families: Of which files.
            but: Generations that are not dealt with.
        """
        folders: dict[str, list[str]] = {}
        for ours in families:
            folders.setdefault(os.path.dirname(ours), []).append(ours)  # noqa: PTH120
        for folder, names in folders.items():
            listing = self._list(folder, lately=True)
            for ours in names:
                states = frozenset(
                    one.state
                    for name in listing.families.get(ours, ())
                    if (one := generation(name)) is not None and one.state not in but
                )
                listing.noted[ours] = states or _NONE
                listing.known.setdefault(ours, listing.noted[ours])

    def doubt(self, family: str) -> None:
        """The file was cut: what was noted last may have been made of it unseen."""
        listing = self._folders.get(os.path.dirname(family))  # noqa: PTH120
        if listing is not None:
            listing.noted.pop(family, None)

    def settle(self) -> None:
        """What was noted, and read past since, is dealt with."""
        for listing in self._folders.values():
            listing.known.update(listing.noted)
            listing.noted.clear()

    def _list(self, base: str, *, lately: bool = False) -> _Folder:
        """What is in a folder, or was when its time of change was what it is now."""
        listed = self._folders.get(base)
        changed = _changed(base or ".")
        if listed is not None and listed.changed == changed and (lately or listed.large):
            return listed
        try:
            names = os.listdir(base or ".")  # noqa: PTH208 - names are all that is needed
        except OSError:
            names = []
        families: dict[str, list[str]] = {}
        for name in names:
            path = os.path.join(base, name)  # noqa: PTH118 - keeps "./" and "//" as written
            ours = family(path)
            if ours != path:
                families.setdefault(ours, []).append(path)
        fresh = _Folder(changed=changed, large=len(names) >= _SMALL, families=families)
        if listed is not None:
            fresh.known, fresh.noted = listed.known, listed.noted
        self._folders[base] = fresh
        return fresh


def generation(path: str) -> Generation | None:
    """What stands at a path, None when there is nothing."""
    try:
        stat = os.stat(path)  # noqa: PTH116 - beside the other os calls
    except OSError:
        return None
    return Generation(
        path=path,
        device=stat.st_dev,
        inode=stat.st_ino,
        state=(stat.st_ino, stat.st_size, stat.st_mtime_ns),
        changed_at=stat.st_mtime,
        packed=is_packed(path),
    )


def _changed(folder: str) -> int:
    try:
        return os.stat(folder).st_mtime_ns  # noqa: PTH116 - beside the other os calls
    except OSError:
        return -1
