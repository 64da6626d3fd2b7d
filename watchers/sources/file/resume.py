"""Where reading goes on after a stop: stored positions against the files of today."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from watchers.sources.file import discovery
from watchers.sources.file.content import Content
from watchers.sources.file.generations import Generation, Generations, generation
from watchers.sources.file.identity import Position, holds
from watchers.sources.file.likeness import copy_of, held_at, held_by, held_by_any, in_place

_VERSION = 1
_TICK_S = 0.05
"""File systems note the time of a change no finer than the kernel's clock ticks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """A generation with lines not read yet.

    Attributes:
        place: Where it stands.
        offset: Where to go on in it.
        origin: The path it was written under.
    """

    place: Generation
    offset: int
    origin: str


def stored(positions: Mapping[str, str], name: str) -> tuple[set[str], dict[str, Position]]:
    """Split one source's entries into the globs it knew and its positions by key."""
    prefix = name + "/"
    ours = {
        key: position
        for key, text in positions.items()
        if key.startswith(prefix)
        and key != prefix
        and (position := Position.from_text(text)) is not None
    }
    try:
        known = json.loads(positions.get(prefix, ""))
        globs = set(known["globs"]) if known["v"] == _VERSION else set()
    except (ValueError, TypeError, KeyError):
        globs = set()
    return globs, ours


def known_text(globs: Iterable[str]) -> str:
    """The durable form of the globs that were looked through once."""
    return json.dumps({"v": _VERSION, "globs": sorted(globs)}, separators=(",", ":"))


def unfinished(
    positions: Mapping[str, Position], followed: set[tuple[int, int]], places: Generations
) -> Iterator[Unfinished]:
    """Find what holds lines not read yet.

    These are what a rotation made of a file while nobody looked: the file itself under another
    name, a copy of it, either of them packed, and the generations written between it and the
    present one.

    Args:
        positions: All that is stored, by key.
        followed: Device and inode of every file the globs lead to.
        places: Where rotated names are looked for.
    """
    taken = set(followed)
    families: dict[str, list[Position]] = {}
    for position in sorted(positions.values(), key=lambda p: (p.saved_at, p.epoch)):
        for name in families_of(position):
            families.setdefault(name, []).append(position)
    astray: list[Position] = []
    # First those whose content proves which file it is: an inode alone may have been reused.
    for position in sorted(positions.values(), key=lambda p: (not p.offset, p.saved_at)):
        if (position.device, position.inode) in followed and in_place(position):
            continue
        place = _gone_on(position, taken, places)
        if place is None:
            astray += [] if position.done or position.offset else [position]
        elif _ino(place) not in taken and _is_left(place, position, families):
            taken.add(_ino(place))
            yield Unfinished(place=place, offset=position.offset, origin=position.path)
    for family in families.values():
        for place in _written_since(family, astray, places):
            ours = [*family, *families.get(discovery.family(place.path), ())]
            if _ino(place) not in taken and not _read_before(place, ours):
                taken.add(_ino(place))
                yield Unfinished(place=place, offset=0, origin=family[-1].path)


def in_its_place(position: Position, places: Generations) -> Position | None:
    """The position as that of what stands at its path, when its inode is that of a copy by now.

    An editor wrote the same anew, the copy that a rotation begins with got the freed inode, and
    the cut is still to come.
    """
    there = generation(position.path)
    if there is None or not position.offset or _ino(there) == (position.device, position.inode):
        return None
    for place in _beside(position, places, packed=False):
        if _ino(place) == (position.device, position.inode):
            # What was renamed was written before what came after it.
            copied = place.changed_at >= there.changed_at and copy_of(place, position.path)
            if copied and held_at(position.path, position):
                return replace(position, device=there.device, inode=there.inode)
    return None


def _is_left(
    place: Generation, position: Position, families: Mapping[str, Sequence[Position]]
) -> bool:
    """Whether a position says where to go on in a generation, and no other one does."""
    relatives = [p for name in families_of(position) for p in families[name]]
    if held_by_any(place, [p for p in relatives if p.offset > position.offset]):
        return False
    if position.offset:
        return True
    written = {position.path, discovery.family(position.path)}
    written |= {one.real for one in relatives if one.real}  # where links led to
    if any(copy_of(place, path) for path in written - {place.path}):
        return False  # its inode was used anew
    same = _ino(place) == (position.device, position.inode)
    return same or not held_by_any(place, relatives)


def _gone_on(
    position: Position, taken: set[tuple[int, int]], places: Generations
) -> Generation | None:
    """Where a file that is not in its place goes on: renamed, or in a copy."""
    if (place := _renamed(position, places)) is not None:
        return place
    if held_at(position.path, position):
        return None  # written anew by an editor, or mounted anew
    return find_copy(position, taken, places, packed=not position.done)


def _written_since(
    family: Sequence[Position], astray: Sequence[Position], places: Generations
) -> list[Generation]:
    """The generations that may have come after a family's positions, oldest first.

    Args:
        family: Its positions, the newest last.
        astray: Positions of files that are nowhere, and of which nothing was read.
        places: Where rotated names are looked for.
    """
    unread = [p.saved_at for p in family if p in astray]
    current = [p for p in family if discovery.family(p.path) == p.path]
    if not unread and any((p.offset or p.head.length) and in_place(p) for p in current):
        return []
    written = {p.path for p in current} or {discovery.family(p.path) for p in family}
    # What was rotated away is noted once more when it is let go: that may be long after.
    staying = [p for p in current or family if not p.done]
    newest = (staying or current or family)[-1]
    since = min(unread, default=newest.saved_at) - _TICK_S
    # While its path led nowhere, what had come after it may not have been seen.
    rotated = _renamed(newest, places)
    earliest = since if rotated is None else min(since, rotated.changed_at - _TICK_S)
    return [
        place
        for place in _beside(newest, places)
        if place.changed_at > earliest
        and not any(copy_of(place, path) for path in written)
        and (place.changed_at > since or not held_by_any(place, family))
    ]


def find_copy(
    position: Position, taken: set[tuple[int, int]], places: Generations, *, packed: bool = True
) -> Generation | None:
    """A rotated name beside a cut or vanished file that holds what was read of it."""
    if not position.offset and not position.head.length:
        return None
    for place in reversed(_beside(position, places, packed=packed)):
        if _ino(place) not in taken and held_by(place, position):
            return place
    return None


def continued(content: Content, path: str, positions: Iterable[Position]) -> Position | None:
    """The furthest position, of this path's family, that holds in a file with another inode."""
    ours = discovery.family(path)
    holding = (
        position
        for position in positions
        if position.offset and discovery.family(position.path) == ours and holds(content, position)
    )
    return max(holding, key=lambda position: position.offset, default=None)


def families_of(position: Position) -> set[str]:
    """What a position's file is one of the generations of, and where a link led to."""
    return {discovery.family(path) for path in (position.path, position.real) if path}


def _read_before(place: Generation, family: Iterable[Position]) -> bool:
    """Whether a generation is one that positions tell of, or, packed, what became of one."""
    same = [p for p in family if place.packed or (p.device, p.inode) == _ino(place)]
    return held_by_any(place, same)


def _beside(position: Position, places: Generations, *, packed: bool = True) -> list[Generation]:
    """The generations of a file, and what a link led to with its own, oldest first."""
    found = places.of(position.path, packed=packed)
    if position.real:
        found += [one for one in places.of(position.real, packed=packed) if one not in found]
        target = generation(position.real)
        found += [target] if target is not None and target not in found else []
    return found


def _renamed(position: Position, places: Generations) -> Generation | None:
    """Where the file of a position went, if it still holds what was read."""
    for place in _beside(position, places):
        if _ino(place) == (position.device, position.inode):
            return place if held_by(place, position) else None
    return None


def _ino(place: Generation) -> tuple[int, int]:
    return place.device, place.inode
