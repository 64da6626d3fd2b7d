"""What became of a file: renamed, copied, packed, cut; and what was written in between."""

from collections.abc import Iterator

from watchers.record import FileEnd
from watchers.sources.file import discovery, likeness, resume
from watchers.sources.file.followed import Followed
from watchers.sources.file.generations import Generation, Generations, State
from watchers.sources.file.identity import Position, holds, same_beginning
from watchers.sources.file.ledger import Ledger
from watchers.sources.file.opener import Opener
from watchers.sources.file.order import Order
from watchers.sources.file.tail import Tail


class Lineage:
    """Finds and opens the generations of the files that are followed; not thread-safe.

    Attributes:
        opener: Opens them.
        order: In which they are read.
    """

    def __init__(
        self, files: Followed, places: Generations, ledger: Ledger, opener: Opener, order: Order
    ) -> None:
        self._files = files
        self._places = places
        self._ledger = ledger
        self.opener = opener
        self.order = order

    def cut(self, tail: Tail, now: float) -> None:
        """Begin a cut file anew, after what was copied from it and is unread."""
        copy = self.adopt_copy(tail, now)
        tail.restart()
        self._places.doubt(tail.family)
        if tail.real:
            self._places.doubt(discovery.family(tail.real))
        self.order.line_up_before(tail, copy, self.order.older(tail, self.between(tail, now)))
        self._ledger.settle(tail)
        self._files.due[tail.key] = tail

    def cut_unseen(self, tail: Tail | None, now: float) -> Iterator[FileEnd]:
        """What was copied from a file that was cut comes before what comes after the file."""
        if tail is not None and tail.begun and not holds_on(tail):
            yield FileEnd(key=tail.key)
            self.cut(tail, now)

    def adopt(
        self, place: Generation, path: str, now: float, offset: int, line: int = 0
    ) -> Tail | None:
        """Read on in a generation that no glob need lead to."""
        tail = self.opener.open(place.path, packed=place.packed)
        if tail is not None:
            try:
                self.opener.begin(tail, offset, line)
            except OSError as error:
                self.opener.failed[place.path] = discovery.explain(place.path, error)
                tail.content.close()
                return None
            tail.path = path
            tail.gone_at = now  # the next look for files takes this back if the globs lead to it
        return tail

    def adopt_copy(self, tail: Tail, now: float) -> Tail | None:
        """Go on in the copy that a rotation made of a file, when there is one."""
        proof = tail.proof()
        place = resume.find_copy(proof, self._files.inodes(), self._places)
        if place is None or (not proof.offset and likeness.held_by_any(place, self._read_of(tail))):
            return None
        return self.adopt(place, tail.path, now, tail.line_at, tail.line)

    def heir(self, tail: Tail, now: float) -> Tail | None:
        """Go on in what an editor made of a file, when that was rotated away in turn."""
        if tail.links or not holds_on(tail):
            return None
        place = resume.find_copy(tail.proof(), self._files.inodes(), self._places)
        if place is None or (place.packed and likeness.packed_of(place, [tail.content])):
            return None  # what it holds itself is read from it
        return self.adopt(place, tail.path, now, tail.line_at, tail.line)

    def between(self, tail: Tail, now: float) -> list[Tail]:
        """Open the generations that came and went unseen under a file's path, oldest first."""
        followed = self._files.inodes()
        family = self._relatives(tail)
        opened = []
        for place in self._unknown(tail):
            if (place.device, place.inode) in followed or not place.state[1]:
                continue  # an empty one may be a copy that is just begun
            stored = self._ledger.positions.get(self._ledger.key(place.device, place.inode))
            # What was read of these is told apart by content, whatever was made of them.
            read = [other.proof() for other in family]
            if likeness.held_by_any(place, [*read, *([stored] if stored else [])]):
                continue
            if any(likeness.copy_of(place, at) for at in {tail.at, tail.family} - {place.path}):
                continue  # of what is still there, and read there
            if place.packed and (
                likeness.packed_of(place, [other.content for other in family])
                or likeness.held_by_any(place, self._ledger.of_family(discovery.family(place.path)))
            ):
                continue
            if (fresh := self.adopt(place, tail.path, now, 0)) is not None:
                opened.append(fresh)
        return opened

    def original(self, tail: Tail) -> Tail | None:
        """The file of which this rotated name holds a copy, be it cut, gone, or cut soon."""
        ours = tail.family
        if tail.at == ours:
            return None
        base = self._files.by_path.get(ours)
        for other in self._files.family(ours):
            if not other.read_at:
                continue
            read = other.proof()
            heir = other is base or not other.links or not holds(other.content, read)
            if heir and holds(tail.content, read):
                return other
        # The copying may be going on.
        if base is None:
            return None
        size = tail.content.stat().st_size
        copied = base.read_at or (size if size <= base.content.stat().st_size else 0)
        return base if same_beginning(tail.content, base.content, copied) else None

    def copies_of_unread(self) -> set[State]:
        """The generations that hold what is still there, and was not read there yet."""
        return {
            place.state
            for tail in self._files.by_path.values()
            if tail.gone_at is None and not tail.read_at and tail.content.stat().st_size
            for place in self._unknown(tail)
            if likeness.copy_of(place, tail.at)
        }

    def _unknown(self, tail: Tail) -> list[Generation]:
        """The generations of a file that are not dealt with, and of what a link led to."""
        places = self._places.unknown(tail.at)
        return places + (self._places.unknown(tail.real) if tail.real else [])

    def _read_of(self, tail: Tail) -> list[Position]:
        """What was read of all the generations of a file."""
        followed = [other.proof() for other in self._relatives(tail)]
        return followed + [p for name in tail.families for p in self._ledger.of_family(name)]

    def _relatives(self, tail: Tail) -> list[Tail]:
        """What is followed of the generations of a file, and of what a link led to."""
        return [other for name in tail.families for other in self._files.family(name)]


def holds_on(tail: Tail) -> bool:
    """Whether a file still holds what was read of it."""
    return holds(tail.content, tail.proof())
