"""All the files of one watch: found, opened where reading stood, read in turn."""

import logging
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from watchers.clock import Clock
from watchers.record import Block, FileEnd
from watchers.sources.file import discovery, resume
from watchers.sources.file.discovery import Found, Trouble
from watchers.sources.file.followed import Followed
from watchers.sources.file.generations import Generation, Generations, State
from watchers.sources.file.identity import Position, holds, same_beginning
from watchers.sources.file.tail import (
    BLOCK_BYTES,
    ContentReplacedError,
    Counts,
    RefusedError,
    Tail,
    line_number,
)

SCAN_INTERVAL_S = 2.0
MET_PER_S = 5000.0
"""How many files a look for all of them may meet in a second, when there is a reason to look."""
SCANNED_PER_S = {True: 80.0, False: 500.0}
"""The same without one; by whether changes are told."""
SWEPT_PER_S = {True: 1000.0, False: 2500.0}
"""How many files are looked at in a second although nothing is known to have changed."""
GRACE_S = 10.0
HELD_S = 3600.0
"""For this long a deleted file that is not read to its end yet may take up its disk space."""
SETTLE_S = 1.0
FORGET_S = 24 * 3600.0
MOST_GONE = 20_000
"""Positions kept of files that are not followed any more."""
COUNTED_BYTES = 64 * 1024 * 1024
"""Of files that reading begins in the middle of, so that their lines have numbers."""

log = logging.getLogger(__name__)


class FileSource:
    """Reads every file that some globs lead to; not thread-safe.

    Files that are there at the very first start are read from their end, files born later from
    their beginning. A renamed file is read on for a grace period; what replaces it under its
    path is read once the older one was read to its end.

    Attributes:
        counts: Lines and bytes since the start.
        settled: Positions that changed without lines being read; whoever stores positions takes
            them with `take_settled`.
        folders: The directories in which a change matters, as of the last look.
        looks: How often it was looked for files.
        backlog_bytes: More unread bytes of a file than this after a stop are a backlog.
        told: Whether whoever reads is told of changes in all of `folders`.
        descriptors: None: files are waited for by their directories.
    """

    descriptors: frozenset[int] = frozenset()

    def __init__(  # noqa: PLR0913 - all by name
        self,
        *,
        name: str,
        globs: Sequence[str],
        positions: Mapping[str, str],
        clock: Clock,
        from_start: bool = False,
        whole_lines: bool = False,
        unfinished_idle_s: float | None = None,
        block_bytes: int = BLOCK_BYTES,
    ) -> None:
        """Nothing is opened before the first `read`.

        Args:
            name: Prefix of the position keys, unique among those who share a checkpoint.
            globs: Paths or globs, ``**`` included.
            positions: Everything stored earlier; other names' entries are left alone.
            clock: For intervals and for the age of positions.
            from_start: Read files of the first start from their beginning.
            whole_lines: Hand out lines of any length whole.
            unfinished_idle_s: Take a last line without an end as whole when it has not grown for
                this long; None waits for ever.
            block_bytes: Of one file so much is read at once.
        """
        self.counts = Counts()
        self.settled: dict[str, str] = {}
        self.folders: set[str] = set()
        self.looks = 0
        self.told = False
        self.backlog_bytes: int | None = None
        self._name = name
        self._globs = [os.path.expanduser(pattern) for pattern in globs]  # noqa: PTH111
        self._clock = clock
        self._from_start = from_start
        self._whole_lines = whole_lines
        self._unfinished_idle_s = unfinished_idle_s
        self._block_bytes = block_bytes
        self._known, self._positions = resume.stored(positions, name)
        self._files = Followed()
        self._places = Generations()
        self._moved: dict[str, Tail] = {}
        self._refused: dict[str, tuple[tuple[int, int, int], str]] = {}
        self._doubted: dict[str, float] = {}
        self._troubles: list[Trouble] = []
        self._failed: dict[str, Trouble] = {}
        self._scanned_at: float | None = None
        self._swept_at = 0.0
        self._found = 0
        self._owes_a_look = False
        self._countable = COUNTED_BYTES

    # -- reading ---------------------------------------------------------------------------

    def read(
        self, *, look_now: bool = False, touched: Collection[str] | None = None
    ) -> Iterator[Block | FileEnd]:
        """One pass: at most one block of each file, so that none starves the others.

        Args:
            look_now: Look for new files although the next look is not due yet.
            touched: The paths at which something happened since the last pass, when that is told
                by someone who may miss some: all are looked at every few seconds all the same.
                None looks at all of them now.
        """
        now = self._clock.monotonic()
        if touched is None or now - self._swept_at >= self._found / SWEPT_PER_S[self.told]:
            self._swept_at = now
            elsewhere = self._files.sweep()
        else:
            elsewhere = self._files.touch(touched)
        self._owes_a_look |= look_now or elsewhere
        if self._scan_is_due(now, all_at_once=touched is None):
            yield from self._scan(now)
        for tail in list(self._files.due.values()):
            if tail.key not in self._files.by_key:
                continue
            if tail.waits_for is not None:
                if tail.waits_for.key in self._files.by_key and not self._passed(tail.waits_for):
                    continue
                tail.waits_for = None
            yield from self._read_one(tail, now)

    def position(self, key: str, offset: int) -> str | None:
        """The durable text for a file of which everything before `offset` is dealt with.

        None when the file is not held open any more.
        """
        tail = self._files.by_key.get(key)
        if tail is None:
            return None
        position = tail.position(offset, self._clock.now().timestamp())
        self._positions[key] = position
        return position.to_text()

    def take_settled(self) -> dict[str, str]:
        """The positions that changed without lines being read, once."""
        settled, self.settled = self.settled, {}
        return settled

    @property
    def caught_up(self) -> bool:
        """Whether every file has been read to its end."""
        return all(tail.at_eof and tail.waits_for is None for tail in self._files.due.values())

    @property
    def open_files(self) -> int:
        """How many files are held open."""
        return len(self._files.by_key)

    def lag(self) -> tuple[int, float]:
        """Bytes not yet read, and for how many seconds the oldest of them have waited."""
        now = self._clock.monotonic()
        waiting = [tail for tail in self._files.due.values() if not tail.packed]
        size = sum(max(0, tail.size - tail.read_at) for tail in waiting)
        since = [t.behind_since for t in waiting if t.behind_since is not None]
        return size, max(0.0, now - min(since)) if since else 0.0

    def held_deleted_bytes(self) -> int:
        """What deleted files still take up on the disk because they are held open here."""
        gone = (tail for tail in self._files.due.values() if tail.gone_at is not None)
        return sum(tail.size for tail in gone if not tail.links)

    def troubles(self) -> list[Trouble]:
        """What stands in the way right now."""
        refused = [Trouble(path=path, text=text) for path, (_, text) in self._refused.items()]
        return [*self._troubles, *self._failed.values(), *refused]

    def close(self) -> None:
        """Let go of all files."""
        for tail in list(self._files.by_key.values()):
            self._files.drop(tail)

    def _read_one(self, tail: Tail, now: float) -> Iterator[Block | FileEnd]:
        try:
            yield from tail.read(now)
            self._failed.pop(tail.path, None)
        except ContentReplacedError:
            yield FileEnd(key=tail.key)
            self._cut(tail, now)
            return
        except RefusedError as refusal:
            yield FileEnd(key=tail.key)
            self._refuse(tail, str(refusal))
            return
        except OSError as error:
            self._failed[tail.path] = discovery.explain(tail.path, error)
            tail.at_eof = True
        idle = self._unfinished_idle_s
        if idle is not None and tail.at_eof and tail.unfinished and now - tail.grew_at >= idle:
            yield from filter(None, [tail.finish()])
        if tail.gone_at is not None:
            yield from self._let_go(tail, now)
        elif tail.calm and tail.waits_for is None and (idle is None or not tail.unfinished):
            self._files.due.pop(tail.key, None)

    def _let_go(self, tail: Tail, now: float) -> Iterator[Block | FileEnd]:
        """Drop a file that is gone once nothing comes any more, or it was held for too long."""
        assert tail.gone_at is not None  # noqa: S101 - that is who is asked for
        passed = self._passed(tail) and now - max(tail.gone_at, tail.grew_at) >= GRACE_S
        held = now - tail.gone_at >= HELD_S and not tail.links
        if not passed and not held:
            return
        if held and not passed:
            log.warning(
                "a deleted file is held no longer",
                extra={"path": tail.at, "unread_bytes": max(0, tail.size - tail.read_at)},
            )
        if self._unfinished_idle_s is not None:
            yield from filter(None, [tail.finish()])
        yield FileEnd(key=tail.key)
        self._settle(tail, done=True)
        self._adopt_copy(tail, now)
        self._files.drop(tail)

    @staticmethod
    def _passed(tail: Tail) -> bool:
        return tail.at_eof and tail.waits_for is None

    def _cut(self, tail: Tail, now: float) -> None:
        """Begin a cut file anew, after what was copied from it and is unread."""
        copy = self._adopt_copy(tail, now)
        tail.restart()
        self._places.doubt(tail.family)
        if tail.real:
            self._places.doubt(discovery.family(tail.real))
        self._line_up_before(tail, copy, self._between(tail, now))
        self._settle(tail)
        self._files.due[tail.key] = tail

    def _adopt_copy(self, tail: Tail, now: float) -> Tail | None:
        """Go on in the copy that a rotation made of a file, when there is one."""
        place = resume.find_copy(tail.proof(), self._files.inodes(), self._places)
        return self._adopt(place, tail.path, now, tail.line_at, tail.line) if place else None

    def _between(self, tail: Tail, now: float) -> list[Tail]:
        """Open the generations that came and went unseen under a file's path, oldest first."""
        followed = self._files.inodes()
        family = list(self._files.family(tail.family))
        opened = []
        for place in self._unknown(tail):
            if (place.device, place.inode) in followed or not place.state[1]:
                continue  # an empty one may be a copy that is just begun
            stored = self._positions.get(self._key(place.device, place.inode))
            # What was read of these is told apart by content, whatever was made of them.
            read = [other.position(other.line_at, 0.0) for other in family]
            if resume.held_by_any(place, [*read, *([stored] if stored else [])]):
                continue
            if not tail.read_at and resume.copy_of(place, tail.at):
                continue  # of what is still there, and read there
            if place.packed and (
                resume.packed_of(place, [other.content for other in family])
                or resume.held_by_any(place, self._family_positions(discovery.family(place.path)))
            ):
                continue
            if (fresh := self._adopt(place, tail.path, now, 0)) is not None:
                opened.append(fresh)
        return opened

    def _family_positions(self, family: str) -> list[Position]:
        return [p for p in self._positions.values() if family in resume.families_of(p)]

    def _adopt(
        self, place: Generation, path: str, now: float, offset: int, line: int = 0
    ) -> Tail | None:
        """Read on in a generation that no glob need lead to."""
        tail = self._open(place.path, packed=place.packed)
        if tail is not None:
            try:
                self._begin(tail, offset, line)
            except OSError as error:
                self._failed[place.path] = discovery.explain(place.path, error)
                tail.content.close()
                return None
            tail.path = path
            tail.gone_at = now  # the next look for files takes this back if the globs lead to it
        return tail

    @staticmethod
    def _line_up_before(tail: Tail, first: Tail | None, between: Sequence[Tail]) -> None:
        """Let each wait for the one before, and the file for the last of them."""
        waiting = first
        for younger in between:
            younger.waits_for, waiting = waiting, younger
        if waiting is not None:
            tail.waits_for = waiting

    # -- finding files ---------------------------------------------------------------------

    def _scan_is_due(self, now: float, *, all_at_once: bool) -> bool:
        if self._scanned_at is None:
            return True
        passed = now - self._scanned_at
        if self._owes_a_look and (all_at_once or passed >= self._found / MET_PER_S):
            return True
        return passed >= max(SCAN_INTERVAL_S, self._found / SCANNED_PER_S[self.told])

    def _scan(self, now: float) -> Iterator[FileEnd]:
        first = self._scanned_at is None
        self._scanned_at, self._owes_a_look = now, False
        self._places.settle()
        expanded, self._troubles = discovery.expand(self._globs)
        found = [file for file in expanded if file.named or not discovery.is_packed(file.path)]
        self._found = len(found)
        before = set(self._files.by_key)
        stored = list(self._positions.values()) if first else []
        if first:
            self._resume(found, now)
        self._rename(found, now)
        followed = set(self._files.by_key)
        lost: list[Position] = []
        if first:
            there = {self._key(file.stat.st_dev, file.stat.st_ino) for file in found} | followed
            lost = [p for key, p in self._positions.items() if key not in there]
        fresh = [f for f in found if self._key(f.stat.st_dev, f.stat.st_ino) not in followed]
        for file in sorted(fresh, key=self._meeting_order):
            if self._key(file.stat.st_dev, file.stat.st_ino) not in self._files.by_key:
                yield from self._meet(file, now, lost if first else None)
        self._mark_gone({file.path for file in found}, now)
        if not first:
            self._catch_up_with_unseen(before, now)
        self._line_up(set(self._files.by_key) - before)
        self._forget()
        settled = self._settled_families(before)
        if first:
            settled += [name for p in stored for name in resume.families_of(p)]
        self._places.note(settled, self._copies_of_unread())
        self.looks += 1
        self.folders = discovery.folders(
            self._globs,
            self._files.by_path.keys(),
            [file.path for file in found if file.link],
        )
        if self._known != set(self._globs):
            self._known = set(self._globs)
            self.settled[self._name + "/"] = resume.known_text(self._known)

    def _catch_up_with_unseen(self, before: set[str], now: float) -> None:
        """What was copied or moved away from a file before anything was seen of it comes first."""
        for tail in list(self._files.by_path.values()):
            written = tail.at == tail.family or tail.real or tail in self._moved.values()
            if written and tail.key in before and not tail.begun:
                between = self._between(tail, now)
                if tail.gone_at is not None:
                    between = self._older(tail, between)
                self._line_up_before(tail, tail.waits_for, between)

    def _copies_of_unread(self) -> set[State]:
        """The generations that hold what is still there, and was not read there yet."""
        return {
            place.state
            for tail in self._files.by_path.values()
            if tail.gone_at is None and not tail.read_at and tail.content.stat().st_size
            for place in self._unknown(tail)
            if resume.copy_of(place, tail.at)
        }

    def _unknown(self, tail: Tail) -> list[Generation]:
        """The generations of a file that are not dealt with, and of what a link led to."""
        places = self._places.unknown(tail.at)
        return places + (self._places.unknown(tail.real) if tail.real else [])

    def _settled_families(self, before: set[str]) -> list[str]:
        """The families whose generations are dealt with; none that is being rotated or waits."""
        there = [
            tail
            for tail in self._files.by_path.values()
            if tail.gone_at is None
            and (tail.key not in before or tail.read_at > 0 or not tail.begun)
        ]
        links = {discovery.family(tail.real) for tail in there if tail.real}
        return [*(tail.family for tail in there), *links]

    def _meeting_order(self, file: Found) -> tuple[bool, bool, float]:
        """First the files that positions are stored for, then those being written."""
        stored = self._positions.get(self._key(file.stat.st_dev, file.stat.st_ino))
        known = stored is not None and stored.offset > 0  # else the inode may be used anew
        rotated = file.path != discovery.family(file.path)
        return not known, rotated, file.stat.st_mtime

    def _rename(self, found: Sequence[Found], now: float) -> None:
        """A file that another name within the globs leads to goes on under that name."""
        tails, by_path = self._files.by_key, self._files.by_path
        elsewhere: dict[str, str] = {}
        self._moved.clear()
        in_place = set()
        for file in found:
            key = self._key(file.stat.st_dev, file.stat.st_ino)
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
            self._moved[tail.at] = tail
            self._files.move(tail, path)
            tail.gone_at = None
            if previous is not None and previous is not tail:
                previous.gone_at = previous.gone_at or now

    def _meet(self, file: Found, now: float, lost: list[Position] | None) -> Iterator[FileEnd]:
        """Open a file not yet followed, at the place where reading is to begin.

        Args:
            file: What was found.
            now: Monotonic seconds.
            lost: At the start, the positions whose file is not what it was; None later.
        """
        previous = self._files.by_path.get(file.path)
        tail = self._open(file.path) if self._acceptable(file) else None
        if tail is None:
            return
        begin_at = self._beginning(tail, file, previous, now, lost)
        original = self._original(tail) if begin_at == 0 else None
        if original is not None and not original.links:
            previous, begin_at = original, original.line_at  # it goes on in what was made of it
        elif original is not None:
            begin_at = None  # read when the original is cut, from where that was read to
        if begin_at is None:
            tail.content.close()
            return
        self._doubted.pop(file.path, None)
        self._begin(tail, begin_at)
        if previous is not None and begin_at:
            yield FileEnd(key=previous.key)
            self._supersede(previous)
        elif previous is not None:
            previous.gone_at = previous.gone_at or now
            self._files.due[previous.key] = previous
            between = self._between(previous, now)
            between = self._after_older(previous, between)
            if (heir := self._heir(previous, now)) is not None:
                yield FileEnd(key=previous.key)
                self._supersede(previous)
            self._line_up_before(tail, heir or previous, between)
        elif (moved := self._moved.get(file.path)) is not None and moved.key in self._files.by_key:
            between = self._after_older(moved, self._between(moved, now))
            self._line_up_before(tail, moved, between)
        elif lost is None and self._places.noted(tail.real or tail.at):
            self._line_up_before(tail, None, self._between(tail, now))
        self._files.lead(file.path, tail)

    def _after_older(self, tail: Tail, between: list[Tail]) -> list[Tail]:
        """Let an unread file wait for what was copied from it before; the younger ones."""
        if tail.read_at:
            return between
        older = self._older(tail, between)
        self._line_up_before(tail, None, older)
        return [one for one in between if one not in older]

    def _older(self, tail: Tail, others: list[Tail]) -> list[Tail]:
        age = self._age(tail)
        return [one for one in others if self._age(one) < age]

    def _age(self, tail: Tail) -> tuple[int, float, int, str]:
        """Sort key within a family, by where a file stands now, if that is known."""
        stat = tail.content.stat()
        at = tail.at
        if tail.gone_at is not None and stat.st_nlink:
            ours = (stat.st_dev, stat.st_ino)
            for place in self._places.of(tail.real or tail.at, packed=False):
                at = place.path if (place.device, place.inode) == ours else at
        return discovery.age_order(at, stat.st_mtime)

    def _supersede(self, tail: Tail) -> None:
        """Let go of a file that goes on in another one, its position included."""
        self._files.drop(tail)
        self._positions.pop(tail.key, None)
        self.settled[tail.key] = ""

    def _heir(self, tail: Tail, now: float) -> Tail | None:
        """Go on in what an editor made of a file, when that was rotated away in turn."""
        if tail.links or not holds(tail.content, tail.proof()):
            return None
        place = resume.find_copy(tail.proof(), self._files.inodes(), self._places)
        if place is None or (place.packed and resume.packed_of(place, [tail.content])):
            return None  # what it holds itself is read from it
        return self._adopt(place, tail.path, now, tail.line_at, tail.line)

    def _beginning(
        self,
        tail: Tail,
        file: Found,
        previous: Tail | None,
        now: float,
        lost: list[Position] | None,
    ) -> int | None:
        """Where to begin; None for not now."""
        stored = self._positions.get(tail.key)
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
            key = next(key for key, one in self._positions.items() if one is older)
            del self._positions[key]
            self.settled[key] = ""
            return older.offset
        return 0 if self._from_start or file.pattern in self._known else tail.last_line()

    def _resume(self, found: Sequence[Found], now: float) -> None:
        """At the start: first what was rotated away while nobody looked."""
        followed = {(file.stat.st_dev, file.stat.st_ino) for file in found}
        for one in list(resume.unfinished(self._positions, followed, self._places)):
            self._adopt(one.place, one.origin, now, one.offset)

    def _line_up(self, fresh: set[str]) -> None:
        """Within a family older generations are read before younger ones."""
        for family in {name for key in fresh for name in self._files.by_key[key].families}:
            tails = sorted(self._files.family(family), key=self._age)
            place = {tail.key: number for number, tail in enumerate(tails)}
            older: Tail | None = None
            for tail in tails:
                if older is not None and (tail.key in fresh or not tail.read_at):
                    first = tail.waits_for
                    if first is None or place.get(first.key, -1) < place[older.key]:
                        _insert(older, before=tail)
                older = older if self._passed(tail) else tail

    def _mark_gone(self, present: set[str], now: float) -> None:
        for path, tail in self._files.by_path.items():
            if path not in present and tail.gone_at is None:
                tail.gone_at = now
                self._files.due[tail.key] = tail
        for path in [path for path in self._refused if path not in present]:
            del self._refused[path]
        for path in [path for path in self._failed if path not in present]:
            del self._failed[path]

    def _forget(self) -> None:
        """Drop the positions of files long gone, and the oldest where they are too many."""
        limit = self._clock.now().timestamp() - FORGET_S
        gone = [key for key in self._positions if key not in self._files.by_key]
        old = [key for key in gone if self._positions[key].saved_at < limit]
        if len(gone) - len(old) > MOST_GONE:
            old = sorted(gone, key=lambda key: self._positions[key].saved_at)[:-MOST_GONE]
        for key in old:
            del self._positions[key]
            self.settled[key] = ""

    # -- one file --------------------------------------------------------------------------

    def _acceptable(self, file: Found) -> bool:
        """Whether a file refused earlier changed since."""
        refused = self._refused.get(file.path)
        return refused is None or refused[0] != _state(file.stat)

    def _refuse(self, tail: Tail, reason: str) -> None:
        self._refused[tail.at] = (_state(tail.content.stat()), reason)
        self._files.drop(tail)

    def _open(self, path: str, *, packed: bool = False) -> Tail | None:
        try:
            tail = Tail(
                path,
                source=self._name,
                counts=self.counts,
                whole=self._whole_lines,
                packed=packed,
                block_bytes=self._block_bytes,
            )
        except OSError as error:
            self._failed[path] = discovery.explain(path, error)
            return None
        self._failed.pop(path, None)
        return tail

    def _begin(self, tail: Tail, offset: int, line: int = 0) -> None:
        stored = self._positions.get(tail.key)
        if stored is not None and tail.epoch == 0:
            tail.epoch = stored.epoch + (offset != stored.offset)
        if stored is not None and stored.offset and not holds(tail.content, stored):
            self._set_aside(stored)
        if offset:
            if not line and stored is not None and stored.offset == offset:
                line = stored.line
            tail.start(offset, line or self._counted(tail, offset))
        self._files.add(tail)
        self._settle(tail)
        most, size = self.backlog_bytes, tail.content.stat().st_size
        if self.looks == 0 and stored is not None and most is not None and size - offset > most:
            tail.backlog = size

    def _counted(self, tail: Tail, offset: int) -> int:
        """Number of the line at an offset, 0 where counting would hold up the start."""
        if offset > self._countable:
            return 0
        self._countable -= offset
        return line_number(tail.content, offset)

    def _settle(self, tail: Tail, *, done: bool = False) -> None:
        position = tail.position(tail.line_at, self._clock.now().timestamp())
        position = replace(position, done=done)
        self._positions[tail.key] = position
        self.settled[tail.key] = position.to_text()

    def _set_aside(self, position: Position) -> None:
        """Keep what is known of a file whose inode is used anew: a copy of it may turn up."""
        key = f"{self._key(position.device, position.inode)}:{position.epoch}"
        self._positions[key] = position
        self.settled[key] = position.to_text()

    def _key(self, device: int, inode: int) -> str:
        return f"{self._name}/{device}:{inode}"

    def _original(self, tail: Tail) -> Tail | None:
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


def _waits(tail: Tail, other: Tail) -> bool:
    """Whether one waits for another, or for one that does."""
    waiting: Tail | None = tail
    while waiting is not None and waiting is not other:
        waiting = waiting.waits_for
    return waiting is other


def _insert(older: Tail, *, before: Tail) -> None:
    """Let a file wait for an older one, and that for what the file waited for so far."""
    if _waits(older, before):
        return
    first, before.waits_for = before.waits_for, older
    if first is not None and older.waits_for is None and not _waits(first, older):
        older.waits_for = first


def _state(stat: os.stat_result) -> tuple[int, int, int]:
    return stat.st_ino, stat.st_size, stat.st_mtime_ns
