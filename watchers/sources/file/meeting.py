"""Where reading begins in a file that was found: on its own, or as what became of another."""

from collections.abc import Collection, Generator, Iterator, Sequence

from watchers.record import FileEnd
from watchers.sources.file import discovery, likeness, resume
from watchers.sources.file.discovery import Found
from watchers.sources.file.followed import Followed
from watchers.sources.file.generations import Generations
from watchers.sources.file.identity import Position, holds
from watchers.sources.file.ledger import Ledger
from watchers.sources.file.lineage import Lineage, holds_on
from watchers.sources.file.tail import Tail

SETTLE_S = 1.0


class Meeting:
    """Meets what a look for files found; not thread-safe.

    Attributes:
        moved: Files that the last look found under another name, by the one they had before.
    """

    def __init__(
        self,
        files: Followed,
        places: Generations,
        ledger: Ledger,
        lineage: Lineage,
        from_start: bool,
    ) -> None:
        """`from_start`: files of the very first look are read from their beginning."""
        self.moved: dict[str, Tail] = {}
        self._files = files
        self._places = places
        self._ledger = ledger
        self._opener = lineage.opener
        self._order = lineage.order
        self._lineage = lineage
        self._from_start = from_start
        self._doubted: dict[str, float] = {}

    def meet(
        self, found: Sequence[Found], now: float, before: Collection[str], *, first: bool
    ) -> Iterator[FileEnd]:
        """Follow all that was found.

        Args:
            found: Everything the globs lead to.
            now: Monotonic seconds.
            before: Keys of what was followed before this look.
            first: Whether nothing was looked for before: what was rotated away while nobody
                looked is read then.
        """
        if first:
            self._resume(found, now)
        self._rename(found, now)
        keys = {file.path: self._ledger.key(file.device, file.inode) for file in found}
        followed = set(self._files.by_key)
        there = followed.union(keys.values())
        lost = [p for key, p in self._ledger.positions.items() if first and key not in there]
        fresh = [file for file in found if keys[file.path] not in followed]
        for file in fresh:
            self._go(self._files.by_path.get(file.path), now)
        self._mark_gone({file.path for file in found}, now)
        rotated = [tail.at for tail in self.moved.values()]
        families = sorted({discovery.family(at) for at in (*rotated, *(one.path for one in fresh))})
        for family in families:
            for tail in list(self._files.family(family)):
                yield from self._lineage.cut_unseen(tail, now)
        for file in sorted(fresh, key=self._meeting_order):
            if keys[file.path] not in self._files.by_key:
                yield from self._meet(file, now, lost if first else None)
        for family in families:
            # What took the place of the written file may have been rotated away by now, unseen.
            yield from self._hand_on(self._files.by_path.get(family), now)
        if not first:
            self._catch_up_with_unseen(before, now)
        self._order.line_up(set(self._files.by_key) - set(before))

    def note(self, before: Collection[str], stored: Sequence[Position]) -> None:
        """Remember which generations are dealt with, at the end of a look.

        Args:
            before: Keys of what was followed before it.
            stored: What was stored when nothing had been looked for yet.
        """
        settled = self._settled_families(before)
        settled += [name for position in stored for name in resume.families_of(position)]
        self._places.note(settled, self._lineage.copies_of_unread())

    def _resume(self, found: Sequence[Found], now: float) -> None:
        """At the start: first what was rotated away while nobody looked."""
        for key, position in list(self._ledger.positions.items()):
            if (here := resume.in_its_place(position, self._places)) is not None:
                self._ledger.pass_on(key, here)
        followed = {(file.device, file.inode) for file in found}
        for one in list(resume.unfinished(self._ledger.positions, followed, self._places)):
            self._lineage.adopt(one.place, one.origin, now, one.offset)

    def _rename(self, found: Sequence[Found], now: float) -> None:
        """A file that another name within the globs leads to goes on under that name."""
        tails, by_path = self._files.by_key, self._files.by_path
        elsewhere: dict[str, str] = {}
        self.moved.clear()
        in_place = set()
        for file in found:
            key = self._ledger.key(file.device, file.inode)
            tail = tails.get(key)
            if tail is not None and tail.at == file.path and by_path.get(tail.at) is tail:
                in_place.add(key)
            elif tail is not None:
                elsewhere.setdefault(key, file.path)
        for key, path in elsewhere.items():
            if key in in_place:
                continue
            tail = tails[key]
            previous = by_path.get(path)
            self.moved[tail.at] = tail
            self._files.move(tail, path)
            tail.gone_at = None
            if previous is not tail:
                self._go(previous, now)

    def _meeting_order(self, file: Found) -> tuple[int, float]:
        """First what positions are stored for, then what is being written; copies come last."""
        stored = self._ledger.positions.get(self._ledger.key(file.device, file.inode))
        rotated = file.path != discovery.family(file.path)
        if stored is not None and (not rotated or likeness.held_at(file.path, stored)):
            rank = 0
        elif not rotated:
            rank = 1
        else:
            # Of what something was read, its inode was used anew, or it was cut.
            rank = 2 if stored is not None and stored.offset else 3
        return rank, file.changed_at

    def _meet(self, file: Found, now: float, lost: list[Position] | None) -> Iterator[FileEnd]:
        """Open a file not yet followed, at the place where reading is to begin.

        Args:
            file: What was found.
            now: Monotonic seconds.
            lost: At the start, the positions whose file is not what it was; None later.
        """
        previous = self._files.by_path.get(file.path)
        tail = self._opener.open(file.path) if self._opener.acceptable(file) else None
        if tail is None:
            return
        begin_at = self._beginning(tail, file, previous, now, lost)
        original = self._lineage.original(tail) if begin_at == 0 else None
        if original is not None and not original.links and holds_on(original):
            previous, begin_at = original, original.line_at  # it goes on in what was made of it
        elif original is not None:
            begin_at = None  # read when the original is cut, from where that was read to
        if begin_at is None:
            tail.content.close()
            return
        self._doubted.pop(file.path, None)
        self._opener.begin(tail, begin_at)
        yield from self._lineage.cut_unseen(previous, now)
        if previous is not None and begin_at:
            yield FileEnd(key=previous.key)
            self._supersede(previous)
        elif previous is not None:
            self._go(previous, now)
            between = self._order.older(tail, self._lineage.between(previous, now))
            between = self._order.after_older(previous, between)
            heir = yield from self._hand_on(previous, now)
            self._order.line_up_before(tail, heir or previous, between)
        elif (moved := self.moved.get(file.path)) is not None and moved.key in self._files.by_key:
            between = self._order.older(tail, self._lineage.between(moved, now))
            between = self._order.after_older(moved, between)
            self._order.line_up_before(tail, moved, between)
        elif lost is None and self._places.noted(tail.real or tail.at):
            self._order.line_up_before(
                tail, None, self._order.older(tail, self._lineage.between(tail, now))
            )
        self._files.lead(file.path, tail)

    def _beginning(
        self,
        tail: Tail,
        file: Found,
        previous: Tail | None,
        now: float,
        lost: list[Position] | None,
    ) -> int | None:
        """Where to begin; None for not now."""
        stored = self._ledger.positions.get(tail.key)
        if stored is not None:
            still = holds(tail.content, stored)
            tail.epoch = stored.epoch + (not still)
            further = previous is not None and previous.line_at > stored.offset
            if still and stored.offset and not further:  # the inode may be used anew
                older = resume.continued(tail.content, file.path, lost or [])
                return max(stored.offset, older.offset if older else 0)
            if not still and lost is not None:
                lost.append(stored)
        if previous is not None:
            return self._after(previous, tail, file.path, now)
        return 0 if lost is None else self._at_first(tail, file, lost)

    def _after(self, previous: Tail, tail: Tail, path: str, now: float) -> int | None:
        """Where to begin a file that took another's path; None to look again soon."""
        at = previous.line_at
        if not at or not holds(tail.content, previous.position(at, 0.0)):
            return 0
        if not previous.links or previous.device != tail.device:
            return at  # an editor wrote the same content anew, or it was mounted anew
        if now - self._doubted.setdefault(path, now) < SETTLE_S:
            return None  # an editor removes the old one soon, a rotation keeps it
        return 0

    def _at_first(self, tail: Tail, file: Found, lost: list[Position]) -> int:
        older = resume.continued(tail.content, file.path, lost)
        if older is not None:
            lost.remove(older)  # a copy of this file does not go on there too
            for key in [key for key, one in self._ledger.positions.items() if one is older]:
                self._ledger.drop(key)
            return older.offset
        return 0 if self._from_start or file.pattern in self._ledger.globs else tail.last_line()

    def _hand_on(self, tail: Tail | None, now: float) -> Generator[FileEnd, None, Tail | None]:
        """Let a file go on in what an editor made of it and a rotation of that, if there is any."""
        heir = self._lineage.heir(tail, now) if tail is not None else None
        if tail is not None and heir is not None:
            yield FileEnd(key=tail.key)
            self._supersede(tail)
        return heir

    def _supersede(self, tail: Tail) -> None:
        """Let go of a file that goes on in another one, its position included."""
        self._files.drop(tail)
        self._ledger.drop(tail.key)

    def _catch_up_with_unseen(self, before: Collection[str], now: float) -> None:
        """What was copied or moved away from a file before anything was seen of it comes first."""
        for tail in list(self._files.by_path.values()):
            written = tail.at == tail.family or tail.real or tail in self.moved.values()
            if written and tail.key in before and not tail.begun:
                between = self._order.older(tail, self._lineage.between(tail, now))
                self._order.line_up_before(tail, tail.waits_for, between)

    def _settled_families(self, before: Collection[str]) -> list[str]:
        """The families whose generations are dealt with; none that is being rotated or waits."""
        there = [
            tail
            for tail in self._files.by_path.values()
            if tail.gone_at is None
            and (tail.key not in before or tail.read_at > 0 or not tail.begun)
        ]
        links = {discovery.family(tail.real) for tail in there if tail.real}
        return [*(tail.family for tail in there), *links]

    def _mark_gone(self, present: set[str], now: float) -> None:
        for path, tail in self._files.by_path.items():
            if path not in present:
                self._go(tail, now)

    def _go(self, tail: Tail | None, now: float) -> None:
        """The path of a file does not lead to it any more."""
        if tail is not None and tail.gone_at is None:
            tail.gone_at = now
            self._files.due[tail.key] = tail
