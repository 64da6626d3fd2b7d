"""Files → records in the order of the times that they say."""

import heapq
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import chain, islice
from typing import Any

from watchers.errors import ReplayError
from watchers.replay.heads import Head, Heads
from watchers.replay.opening import lines_of

_LEARNT_FROM = 2000
_MOST_LINES = 40
_CONTINUES = ("", " ", "\t")
_JUMP_S = 6 * 3600.0
_NEAR_S = 3600.0
_RAISED = re.compile(
    r"^(?:Caused by: )?(?:[\w$]+[.:])*([A-Z][\w$]*(?:Exception|Error|Panic|Throwable|Interrupt))\b"
)


@dataclass(slots=True)
class Told:
    """One record of a file: a line with those that continue it.

    Attributes:
        at_s: When it counts as written; never before the one in front of it by hours, nor hours
            ahead because of one wrong clock.
        line: Number of its first line, from 1.
        text: That line as it is.
        more: The lines that continue it.
        raised: Name of the exception that they show, "" for none.
    """

    path: str
    line: int
    at_s: float
    head: Head
    text: str
    more: Sequence[str] = ()
    raised: str = ""

    def go_on(self, line: str) -> None:
        """Take a line that continues it."""
        if len(self.more) < _MOST_LINES:
            self.more = (*self.more, line)
        if (found := _RAISED.match(line)) is not None:
            self.raised = found[1]


@dataclass(slots=True)
class Count:
    """What was read so far.

    Attributes:
        timeless: Lines that say no time and continue none that does.
    """

    lines: int = 0
    timeless: int = 0


@dataclass(slots=True)
class _Steady:
    """Keeps one line with a wrong clock from moving the time of all others."""

    now_s: float | None = None
    suspect_s: float | None = None

    def at(self, said_s: float) -> float:
        """When a line counts as written."""
        if self.now_s is None or said_s <= self.now_s + _JUMP_S:
            self.now_s = said_s if self.now_s is None else max(said_s, self.now_s)
            self.suspect_s = None if said_s == self.now_s else self.suspect_s
            return self.now_s
        if self.suspect_s is not None and abs(said_s - self.suspect_s) <= _NEAR_S:
            self.now_s, self.suspect_s = said_s, None  # two of them: there was a long pause
        else:
            self.suspect_s = said_s
        return self.now_s


def records_of(
    paths: Sequence[str],
    now: datetime,
    zone: tzinfo | None,
    count: Count,
    read: Callable[[str, int], Any],
) -> Iterator[Told]:
    """The records of all files by time; those of one file stay in its order.

    Args:
        paths: Files, or ``-``.
        now: For times that name no year; aware.
        zone: For those that name none; None for this machine's.
        count: Counted up.
        read: Told of a file how many bytes of it are read.

    Raises:
        ReplayError: If a file cannot be read, or none of its first lines says a time.
    """
    files = [_records(path, now, zone, count, read) for path in paths]
    return files[0] if len(files) == 1 else heapq.merge(*files, key=lambda one: one.at_s)


def _records(
    path: str,
    now: datetime,
    zone: tzinfo | None,
    count: Count,
    read: Callable[[str, int], Any],
) -> Iterator[Told]:
    lines = lines_of(path, lambda done: read(path, done))
    first = list(islice(lines, _LEARNT_FROM))
    heads, steady = Heads(now, zone), _Steady()
    heads.learn(first)
    if first and all(heads.read(line).at_s is None for line in first):
        raise ReplayError(f"{path}: none of its first {len(first)} lines says a time")
    record: Told | None = None
    head_of, at_of = heads.read, steady.at
    for number, line in enumerate(chain(first, lines), start=1):
        count.lines += 1
        if record is not None and line[:1] in _CONTINUES:
            record.go_on(line)
            continue
        head = head_of(line)
        if head.at_s is not None:
            if record is not None:
                yield record
            record = Told(path, number, at_of(head.at_s), head, line)
        elif record is not None:
            record.go_on(line)
        else:
            count.timeless += 1
    if record is not None:
        yield record
