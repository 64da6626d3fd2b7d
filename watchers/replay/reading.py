"""Files → entries in the order of the times that they say."""

import heapq
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import chain
from typing import Any

from watchers.errors import ReplayError
from watchers.finding import Severity
from watchers.incidents.entry import Entry
from watchers.replay.heads import INFORMATION, Heads
from watchers.replay.opening import pieces_of
from watchers.replay.texts import Text, texts_of
from watchers.sources.file.decode import Decoder

_LEARNT_FROM = 2000
_NO_LABELS: dict[str, str] = {}
_LONGEST = 1 << 16
"""Of a longer line the rest is not looked at."""
_INFO = Severity.INFO
_CONTINUES = ("\n", " ", "\t")
_JUMP_S = 6 * 3600.0
_NEAR_S = 3600.0
_RAISED = re.compile(
    r"(?:Caused by: )?(?:[\w$]+[.:])*([A-Z][\w$]*(?:Exception|Error|Panic|Throwable|Interrupt))\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """A file, and how it is read.

    Attributes:
        path: A file, or ``-`` for standard input.
        decoder: Of its bytes.
        zone: Of times that name none; None for this machine's.
        service: Who wrote it, where its lines do not say.
    """

    path: str
    decoder: Decoder
    zone: tzinfo | None = None
    service: str = ""


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

    def jumps(self, said_s: float) -> bool:
        """Whether a line seems to be far ahead."""
        return self.now_s is not None and said_s > self.now_s + _JUMP_S


def entries_of(
    logs: Sequence[Log],
    now: datetime,
    count: Count,
    read: Callable[[str, int], Any],
) -> Iterator[Entry]:
    """The entries of all files by time; those of one file stay in its order.

    The source of each is the number of its line, from 1. Of many lines in a row that are mere
    information only the last one is told. None counts as written before the one in front of it, nor
    hours ahead because of one wrong clock.

    Args:
        logs: Each as it is to be read.
        now: For times that name no year; aware.
        count: Counted up.
        read: Told of a file how many bytes of it are read.

    Raises:
        ReplayError: If a file cannot be read, or none of its first lines says a time.
    """
    files = [_Reading(one, now, count).entries(read) for one in logs]
    return files[0] if len(files) == 1 else heapq.merge(*files, key=lambda one: one.at_s)


class _Reading:
    """Reads one file."""

    def __init__(self, log: Log, now: datetime, count: Count) -> None:
        self._log = log
        self._count = count
        self._heads = Heads(now, log.zone)
        self._steady = _Steady()
        self._entry: Entry | None = None
        self._raised = ""
        self._line = 0

    def entries(self, read: Callable[[str, int], Any]) -> Iterator[Entry]:
        """All of them, in order."""
        log = self._log
        texts = texts_of(pieces_of(log.path, lambda done: read(log.path, done)), log.decoder)
        first: list[str] = []
        lines: list[str] = []
        for text in map(_clean, texts):
            first.append(text)
            lines += text.removesuffix("\n").split("\n")
            if len(lines) >= _LEARNT_FROM:
                break
        del lines[_LEARNT_FROM:]
        self._heads.learn(lines)
        if lines and all(self._heads.read(line).at_s is None for line in lines):
            raise ReplayError(f"{log.path}: none of its first {len(lines)} lines says a time")
        for text in chain(first, map(_clean, texts)):
            yield from self._told(text)
        if self._entry is not None:
            yield self._whole(self._entry)

    def _told(self, text: str) -> Iterator[Entry]:
        """The entries that end in a text of whole lines."""
        service, count, entry = self._log.service, self._count, self._entry
        head_at, at_of, skipped = self._heads.read_at, self._steady.at, INFORMATION.match
        at, size, line, singly = 0, len(text), self._line, 0
        while at < size:
            run = skipped(text, at) if at >= singly else None
            if run is not None:
                end = run.end()
                begin = text.rfind("\n", at, end - 1) + 1 or at
                said_s = self._heads.time_at(text, begin)
                if self._steady.now_s is None:
                    singly = at + 1
                elif said_s is None or self._steady.jumps(said_s):
                    singly = end
                else:
                    if entry is not None:
                        yield self._whole(entry) if self._raised else entry
                    line += text.count("\n", at, end)
                    entry = Entry(
                        at_of(said_s), _INFO, service, text[begin : end - 1], line, _NO_LABELS
                    )
                    at = end
                    continue
            elif entry is not None and text[at] in _CONTINUES:
                end = text.find("\n", at)
                self._go_on(text, at, end)
                at, line = end + 1, line + 1
                continue
            (at_s, severity, who, host, message), end = head_at(text, at)
            line += 1
            if at_s is not None:
                if entry is not None:
                    yield self._whole(entry) if self._raised else entry
                labels = {"host": host} if host else _NO_LABELS
                entry = Entry(at_of(at_s), severity or _INFO, who or service, message, line, labels)
            elif entry is not None:
                self._go_on(text, at, end)
            else:
                count.timeless += 1
            at = end + 1
        count.lines += line - self._line
        self._line, self._entry = line, entry

    def _go_on(self, text: str, begin: int, end: int) -> None:
        """A line that continues the one before: of a trace, what was raised at last."""
        if (found := _RAISED.match(text, begin, end)) is not None:
            self._raised = found[1]

    def _whole(self, entry: Entry) -> Entry:
        raised, self._raised = self._raised, ""
        if raised and raised not in entry.message:
            entry.message = f"{entry.message} {raised}"
        return entry


def _clean(text: Text) -> str:
    """Text without what no line is made of."""
    said = text.text.decode("utf-8", "replace")
    if "\0" in said:
        said = said.replace("\0", "")
    if len(said) > _LONGEST and _too_long(said):
        said = "".join(f"{one[:_LONGEST]}\n" for one in said.removesuffix("\n").split("\n"))
    return said


def _too_long(text: str) -> bool:
    at = 0
    while at + _LONGEST < len(text):
        end = text.rfind("\n", at, at + _LONGEST + 1)
        if end < 0:
            return True
        at = end + 1
    return False
