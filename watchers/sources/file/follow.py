"""All the files of one watch: found, opened where reading stood, read in turn."""

import logging
import os
from collections.abc import Collection, Iterator, Mapping, Sequence

from watchers.clock import Clock
from watchers.record import Block, FileEnd
from watchers.sources.file import discovery
from watchers.sources.file.discovery import Trouble
from watchers.sources.file.followed import Followed
from watchers.sources.file.generations import Generations
from watchers.sources.file.ledger import Ledger
from watchers.sources.file.lineage import Lineage
from watchers.sources.file.meeting import Meeting
from watchers.sources.file.opener import Opener
from watchers.sources.file.order import Order
from watchers.sources.file.reached import ContentReplacedError
from watchers.sources.file.tail import BLOCK_BYTES, Counts, RefusedError, Tail

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
log = logging.getLogger(__name__)


class FileSource:
    """Reads every file that some globs lead to; not thread-safe.

    Files that are there at the very first start are read from their end, files born later from
    their beginning. A renamed file is read on for a grace period; what replaces it under its
    path is read once the older one was read to its end.

    Attributes:
        counts: Lines and bytes since the start.
        folders: The directories in which a change matters, as of the last look.
        looks: How often it was looked for files.
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
        backlog_bytes: int | None = None,
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
            backlog_bytes: More unread bytes of a file than this after a stop are a backlog.
        """
        self.counts = Counts()
        self.folders: set[str] = set()
        self.looks = 0
        self.told = False
        self._globs = [os.path.expanduser(pattern) for pattern in globs]  # noqa: PTH111
        self._clock = clock
        self._unfinished_idle_s = unfinished_idle_s
        self._ledger = Ledger(name, positions, clock)
        self._files = Followed()
        places = Generations()
        self._places = places
        self._order = Order(self._files, places)
        self._opener = Opener(
            self._files,
            self._ledger,
            self.counts,
            whole=whole_lines,
            block_bytes=block_bytes,
            backlog_bytes=backlog_bytes,
        )
        self._lineage = Lineage(self._files, places, self._ledger, self._opener, self._order)
        self._meeting = Meeting(self._files, places, self._ledger, self._lineage, from_start)
        self._troubles: list[Trouble] = []
        self._scanned_at: float | None = None
        self._swept_at = 0.0
        self._found = 0
        self._owes_a_look = False

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
                if tail.waits_for.key in self._files.by_key and not self._order.passed(
                    tail.waits_for
                ):
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
        return self._ledger.note(tail, offset)

    def take_settled(self) -> dict[str, str]:
        """The positions that changed without lines being read, once."""
        settled, self._ledger.settled = self._ledger.settled, {}
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
        refused = [
            Trouble(path=path, text=text) for path, (_, text) in self._opener.refused.items()
        ]
        return [*self._troubles, *self._opener.failed.values(), *refused]

    def close(self) -> None:
        """Let go of all files."""
        for tail in list(self._files.by_key.values()):
            self._files.drop(tail)

    def _read_one(self, tail: Tail, now: float) -> Iterator[Block | FileEnd]:
        try:
            yield from tail.read(now)
            self._opener.failed.pop(tail.path, None)
        except ContentReplacedError:
            yield FileEnd(key=tail.key)
            self._lineage.cut(tail, now)
            return
        except RefusedError as refusal:
            yield FileEnd(key=tail.key)
            self._opener.refuse(tail, str(refusal))
            return
        except OSError as error:
            self._opener.failed[tail.path] = discovery.explain(tail.path, error)
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
        passed = self._order.passed(tail) and now - max(tail.gone_at, tail.grew_at) >= GRACE_S
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
        self._ledger.settle(tail, done=True)
        self._lineage.adopt_copy(tail, now)
        self._files.drop(tail)

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
        stored = list(self._ledger.positions.values()) if first else []
        yield from self._meeting.meet(found, now, before, first=first)
        self._opener.forget({file.path for file in found})
        self._ledger.forget(self._files.by_key)
        self._meeting.note(before, stored)
        self.looks += 1
        self.folders = discovery.folders(
            self._globs,
            self._files.by_path.keys(),
            [file.path for file in found if file.link],
        )
        self._ledger.look_through(self._globs)
        self._opener.starting = False
