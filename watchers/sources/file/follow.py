"""All the files of one watch: found, opened where reading stood, read in turn."""

import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from watchers.clock import Clock
from watchers.record import Block, FileEnd
from watchers.sources.file import discovery, resume
from watchers.sources.file.discovery import Found, Trouble
from watchers.sources.file.identity import Position, holds, same_beginning
from watchers.sources.file.tail import (
    ContentReplacedError,
    Counts,
    RefusedError,
    Tail,
    line_number,
)

SCAN_INTERVAL_S = 2.0
GRACE_S = 10.0
SETTLE_S = 1.0
FORGET_S = 24 * 3600.0
COUNTED_BYTES = 64 * 1024 * 1024
"""Of files that reading begins in the middle of, so that their lines have numbers."""


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
        descriptors: None: files are waited for by their directories.
    """

    descriptors: frozenset[int] = frozenset()

    def __init__(
        self,
        *,
        name: str,
        globs: Sequence[str],
        positions: Mapping[str, str],
        clock: Clock,
        from_start: bool = False,
        whole_lines: bool = False,
        unfinished_idle_s: float | None = None,
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
        """
        self.counts = Counts()
        self.settled: dict[str, str] = {}
        self.folders: set[str] = set()
        self.looks = 0
        self._name = name
        self._globs = [os.path.expanduser(pattern) for pattern in globs]  # noqa: PTH111
        self._clock = clock
        self._from_start = from_start
        self._whole_lines = whole_lines
        self._unfinished_idle_s = unfinished_idle_s
        self._known, self._positions = resume.stored(positions, name)
        self._tails: dict[str, Tail] = {}
        self._by_path: dict[str, Tail] = {}
        self._refused: dict[str, tuple[tuple[int, int, int], str]] = {}
        self._doubted: dict[str, float] = {}
        self._troubles: list[Trouble] = []
        self._failed: dict[str, Trouble] = {}
        self._scanned_at: float | None = None
        self._countable = COUNTED_BYTES

    # -- reading ---------------------------------------------------------------------------

    def read(self, *, look_now: bool = False) -> Iterator[Block | FileEnd]:
        """One pass: at most one block of each file, so that none starves the others.

        Args:
            look_now: Look for new files although the next look is not due yet.
        """
        now = self._clock.monotonic()
        if look_now or self._scan_is_due(now):
            yield from self._scan(now)
        for tail in list(self._tails.values()):
            if tail.waits_for is not None:
                if tail.waits_for.key in self._tails and not self._passed(tail.waits_for):
                    continue
                tail.waits_for = None
            yield from self._read_one(tail, now)

    def position(self, key: str, offset: int) -> str | None:
        """The durable text for a file of which everything before `offset` is dealt with.

        None when the file is not held open any more.
        """
        tail = self._tails.get(key)
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
        return all(tail.at_eof and tail.waits_for is None for tail in self._tails.values())

    @property
    def open_files(self) -> int:
        """How many files are held open."""
        return len(self._tails)

    def lag(self) -> tuple[int, float]:
        """Bytes not yet read, and for how many seconds the oldest of them have waited."""
        now = self._clock.monotonic()
        size = sum(max(0, tail.size - tail.read_at) for tail in self._tails.values())
        since = [t.behind_since for t in self._tails.values() if t.behind_since is not None]
        return size, max(0.0, now - min(since)) if since else 0.0

    def troubles(self) -> list[Trouble]:
        """What stands in the way right now."""
        refused = [Trouble(path=path, text=text) for path, (_, text) in self._refused.items()]
        return [*self._troubles, *self._failed.values(), *refused]

    def close(self) -> None:
        """Let go of all files."""
        for tail in self._tails.values():
            tail.close()
        self._tails.clear()
        self._by_path.clear()

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
            return
        idle = self._unfinished_idle_s
        if idle is not None and tail.at_eof and tail.unfinished and now - tail.grew_at >= idle:
            yield from filter(None, [tail.finish()])
        if tail.gone_at is not None and self._passed(tail):
            quiet_since = max(tail.gone_at, tail.grew_at)
            if now - quiet_since >= GRACE_S:
                if idle is not None:
                    yield from filter(None, [tail.finish()])
                yield FileEnd(key=tail.key)
                self._adopt_copy(tail, now)
                self._drop(tail)

    @staticmethod
    def _passed(tail: Tail) -> bool:
        return tail.at_eof and tail.waits_for is None

    def _cut(self, tail: Tail, now: float) -> None:
        """Begin a cut file anew, after what a copy beside it still holds unread."""
        copy = self._adopt_copy(tail, now)
        tail.restart()
        tail.waits_for = copy
        self._settle(tail)

    def _adopt_copy(self, tail: Tail, now: float) -> Tail | None:
        """Go on in the copy that a rotation made of a file, when there is one."""
        last = tail.position(tail.line_at, self._clock.now().timestamp())
        path = resume.find_copy(last, {(t.device, t.inode) for t in self._tails.values()})
        copy = self._open(path) if path else None
        if copy is not None:
            self._begin(copy, last.offset, last.line)
            copy.path = tail.path
            copy.gone_at = now  # the next look for files takes this back if the globs lead to it
        return copy

    # -- finding files ---------------------------------------------------------------------

    def _scan_is_due(self, now: float) -> bool:
        if self._scanned_at is None or now - self._scanned_at >= SCAN_INTERVAL_S:
            return True
        for path, tail in self._by_path.items():
            leads_to = _file_at(path)
            if leads_to != (tail.device, tail.inode) and (leads_to or tail.gone_at is None):
                return True
        return False

    def _scan(self, now: float) -> Iterator[FileEnd]:
        first = self._scanned_at is None
        self._scanned_at = now
        found, self._troubles = discovery.expand(self._globs)
        if first:
            self._resume(found, now)
        self._rename(found, now)
        before = set(self._tails)
        lost: list[Position] = []
        if first:
            there = {self._key(file.stat.st_dev, file.stat.st_ino) for file in found} | before
            lost = [p for key, p in self._positions.items() if key not in there]
        for file in sorted(found, key=self._meeting_order):
            if self._key(file.stat.st_dev, file.stat.st_ino) not in self._tails:
                yield from self._meet(file, now, lost if first else None)
        self._mark_gone({file.path for file in found}, now)
        self._line_up(set(self._tails) - before)
        self._forget()
        self.looks += 1
        self.folders = discovery.folders(self._globs, self._by_path)
        if self._known != set(self._globs):
            self._known = set(self._globs)
            self.settled[self._name + "/"] = resume.known_text(self._known)

    def _meeting_order(self, file: Found) -> tuple[bool, bool, float]:
        """First the files that positions are stored for, then those being written."""
        known = self._key(file.stat.st_dev, file.stat.st_ino) in self._positions
        rotated = file.path != discovery.family(file.path)
        return not known, rotated, file.stat.st_mtime

    def _rename(self, found: Sequence[Found], now: float) -> None:
        """A file that another name within the globs leads to goes on under that name."""
        by_file: dict[str, list[str]] = {}
        for file in found:
            by_file.setdefault(self._key(file.stat.st_dev, file.stat.st_ino), []).append(file.path)
        for key, paths in by_file.items():
            tail = self._tails.get(key)
            if tail is None or (tail.at in paths and self._by_path.get(tail.at) is tail):
                continue
            if self._by_path.get(tail.at) is tail:
                del self._by_path[tail.at]
            tail.at = paths[0]
            tail.gone_at = None
            previous = self._by_path.get(tail.at)
            if previous is not None:
                previous.gone_at = previous.gone_at or now
            self._by_path[tail.at] = tail

    def _meet(self, file: Found, now: float, lost: list[Position] | None) -> Iterator[FileEnd]:
        """Open a file not yet followed, at the place where reading is to begin.

        Args:
            file: What was found.
            now: Monotonic seconds.
            lost: At the start, the positions whose file is not what it was; None later.
        """
        previous = self._by_path.get(file.path)
        tail = self._open(file.path) if self._acceptable(file) else None
        if tail is None:
            return
        begin_at = self._beginning(tail, file, previous, now, lost)
        if begin_at is None:
            tail.close()
            return
        self._doubted.pop(file.path, None)
        self._begin(tail, begin_at)
        if previous is not None and begin_at:
            yield FileEnd(key=previous.key)
            self._drop(previous)
        elif previous is not None:
            previous.gone_at = previous.gone_at or now
            tail.waits_for = previous
        self._by_path[file.path] = tail

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
            still = holds(tail.fd, stored)
            tail.epoch = stored.epoch + (not still)
            if still and stored.offset:
                return stored.offset
            if not still and lost is not None:
                lost.append(stored)
        if self._is_copy(tail):
            return None  # read when the original is cut, from where that was read to
        if previous is not None:
            return self._after(previous, tail, file.path, now)
        return 0 if lost is None else self._at_first(tail, file, lost)

    def _after(self, previous: Tail, tail: Tail, path: str, now: float) -> int | None:
        """Where to begin a file that took another's path; None to look again soon."""
        at = previous.line_at
        if not at or not holds(tail.fd, previous.position(at, 0.0)):
            return 0
        if not previous.links:
            return at  # an editor wrote the same content anew
        if now - self._doubted.setdefault(path, now) < SETTLE_S:
            return None  # an editor removes the old one soon, a rotation keeps it
        return 0

    def _at_first(self, tail: Tail, file: Found, lost: list[Position]) -> int:
        older = resume.continued(tail.fd, file.path, lost)
        if older is not None:
            return older.offset
        return 0 if self._from_start or file.pattern in self._known else tail.last_line()

    def _resume(self, found: Sequence[Found], now: float) -> None:
        """At the start: first what was rotated away while nobody looked."""
        followed = {(file.stat.st_dev, file.stat.st_ino) for file in found}
        for path, offset, origin in list(resume.unfinished(self._positions, followed)):
            tail = self._open(path)
            if tail is not None:
                tail.path = origin
                stored = self._positions.get(tail.key)
                if stored is not None:
                    tail.epoch = stored.epoch + (offset != stored.offset)
                self._begin(tail, offset)
                tail.gone_at = now

    def _line_up(self, fresh: set[str]) -> None:
        """Within a family older generations are read before younger ones."""
        families: dict[str, list[Tail]] = {}
        for key in fresh:
            families.setdefault(discovery.family(self._tails[key].at), [])
        for tail in self._tails.values():
            if (tails := families.get(discovery.family(tail.at))) is not None:
                tails.append(tail)
        for tails in families.values():
            tails.sort(key=lambda tail: discovery.age_order(tail.at))
            for older, younger in pairwise(tails):
                if younger.key in fresh and not older.at_eof and younger.waits_for is None:
                    younger.waits_for = older

    def _mark_gone(self, present: set[str], now: float) -> None:
        for path, tail in self._by_path.items():
            if path not in present and tail.gone_at is None:
                tail.gone_at = now
        for path in [path for path in self._refused if path not in present]:
            del self._refused[path]
        for path in [path for path in self._failed if path not in present]:
            del self._failed[path]

    def _forget(self) -> None:
        limit = self._clock.now().timestamp() - FORGET_S
        for key, position in list(self._positions.items()):
            if key not in self._tails and position.saved_at < limit:
                del self._positions[key]
                self.settled[key] = ""

    # -- one file --------------------------------------------------------------------------

    def _acceptable(self, file: Found) -> bool:
        """Whether a file refused earlier changed since."""
        refused = self._refused.get(file.path)
        return refused is None or refused[0] != _state(file.stat)

    def _refuse(self, tail: Tail, reason: str) -> None:
        self._refused[tail.at] = (_state(os.fstat(tail.fd)), reason)
        self._drop(tail)

    def _open(self, path: str) -> Tail | None:
        try:
            tail = Tail(path, source=self._name, counts=self.counts, whole=self._whole_lines)
        except OSError as error:
            self._failed[path] = discovery.explain(path, error)
            return None
        self._failed.pop(path, None)
        return tail

    def _begin(self, tail: Tail, offset: int, line: int = 0) -> None:
        if offset:
            stored = self._positions.get(tail.key)
            if not line and stored is not None and stored.offset == offset:
                line = stored.line
            tail.start(offset, line or self._counted(tail, offset))
        self._tails[tail.key] = tail
        self._settle(tail)

    def _counted(self, tail: Tail, offset: int) -> int:
        """Number of the line at an offset, 0 where counting would hold up the start."""
        if offset > self._countable:
            return 0
        self._countable -= offset
        return line_number(tail.fd, offset)

    def _settle(self, tail: Tail) -> None:
        position = self.position(tail.key, tail.line_at)
        if position is not None:
            self.settled[tail.key] = position

    def _drop(self, tail: Tail) -> None:
        tail.close()
        self._tails.pop(tail.key, None)
        for path in [path for path, other in self._by_path.items() if other is tail]:
            del self._by_path[path]

    def _key(self, device: int, inode: int) -> str:
        return f"{self._name}/{device}:{inode}"

    def _is_copy(self, tail: Tail) -> bool:
        """Whether this rotated name holds a copy of a file that was cut or soon may be."""
        ours = discovery.family(tail.at)
        if tail.at == ours:
            return False
        base = self._by_path.get(ours)
        for other in self._tails.values():
            if not other.line_at or discovery.family(other.at) != ours:
                continue
            read = other.position(other.line_at, 0.0)
            if holds(tail.fd, read) and (other is base or not holds(other.fd, read)):
                return True
        # The copying may be going on.
        return base is not None and same_beginning(tail.fd, base.fd, base.line_at)


def _file_at(path: str) -> tuple[int, int] | None:
    try:
        stat = os.stat(path)  # noqa: PTH116 - on every file, every second
    except OSError:
        return None
    return stat.st_dev, stat.st_ino


def _state(stat: os.stat_result) -> tuple[int, int, int]:
    return stat.st_ino, stat.st_size, stat.st_mtime_ns
