"""Lays entries out as blocks of virtual files, and knows up to where all of them are dealt with."""

import hashlib
import json
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import Any

from watchers.record import Block, FileEnd
from watchers.streams.entry import Entry, Stream

MOST_STREAMS = 1000
MOST_RECENT = 5000
_VERSION = 1


@dataclass(slots=True)
class _Pending:
    """An entry on its way: handed out, and not yet dealt with."""

    entry: Entry
    end: int
    done: bool


@dataclass(slots=True)
class _Course:
    """One stream as a virtual file that begins with the first entry of this run."""

    key: str
    stream: Stream
    file_id: str
    size: int = 0
    shown: int = 0
    parts: list[bytes] = field(default_factory=list)
    times: list[tuple[int, float]] = field(default_factory=list)
    waiting: deque[_Pending] = field(default_factory=deque)


def mark_of(stored: str) -> str:
    """The mark in a durable form, "" without one."""
    try:
        return str(_wire_of(stored)["mark"])
    except (ValueError, TypeError, KeyError, AttributeError):
        return ""


def _wire_of(stored: str) -> dict[str, Any]:
    wire: dict[str, Any] = json.loads(stored)
    if wire["v"] != _VERSION:
        raise ValueError("of another version")
    return wire


class Feed:
    """The entries of one source, in the order in which they came; not thread-safe.

    Streams are dealt with at different speeds: an open stack trace holds back its own. What is
    durable is the mark up to which everything is dealt with, the ids of what is so beyond it, and
    the ids of the last while, for supplies that read a span of time twice.

    Attributes:
        mark: Where reading is to go on, "" before the very first time.
    """

    def __init__(self, *, name: str, kind: str, stored: str, keep_s: float = 0.0) -> None:
        """Begin where an earlier run stood.

        Args:
            name: Prefix of the streams' keys.
            kind: Of the source; what another kind stored is not read.
            stored: The durable form of an earlier run, "" for none.
            keep_s: An entry read again within so long is known for the same.
        """
        self._name = name
        self._kind = kind
        self._keep_s = keep_s
        self._courses: OrderedDict[Stream, _Course] = OrderedDict()
        self._by_key: dict[str, _Course] = {}
        self._order: deque[_Pending] = deque()
        self._known: set[str] = set()
        self._recent: OrderedDict[str, float] = OrderedDict()
        self._gone: list[FileEnd] = []
        self._changed = False
        self.mark = ""
        self._ahead: set[str] = set()
        self._restore(stored)

    @property
    def streams(self) -> int:
        """How many streams there are."""
        return len(self._courses)

    def add(self, entry: Entry) -> bool:
        """Take an entry; False for one that is known."""
        if entry.stream is None:
            self._order.append(_Pending(entry, 0, done=True))
            self._advance()
            return True
        if entry.id in self._known or entry.id in self._recent:
            return False
        if entry.id in self._ahead:
            self._ahead.discard(entry.id)
            self._known.add(entry.id)
            self._order.append(_Pending(entry, 0, done=True))
            self._advance()
            return False
        course = self._course(entry.stream, entry.id)
        course.parts.append(entry.text + b"\n")
        if entry.dated:
            course.times.append((course.size, entry.at_s))
        course.size += len(entry.text) + 1
        pending = _Pending(entry, course.size, done=False)
        course.waiting.append(pending)
        self._order.append(pending)
        self._known.add(entry.id)
        return True

    def take(self) -> list[Block | FileEnd]:
        """What was added since, a block for each stream."""
        gone, self._gone = self._gone, []
        return [*gone, *(self._block(one) for one in self._courses.values() if one.parts)]

    def dealt_with(self, key: str, offset: int) -> None:
        """Everything of a stream before an offset is dealt with."""
        course = self._by_key.get(key)
        if course is None:
            return
        while course.waiting and course.waiting[0].end <= offset:
            course.waiting.popleft().done = True
        self._advance()

    def state(self) -> str | None:
        """The durable form, None when it did not change since it was asked for."""
        if not self._changed:
            return None
        self._changed = False
        ahead = [one.entry.id for one in self._order if one.done and one.entry.id]
        wire = {
            "v": _VERSION,
            "kind": self._kind,
            "mark": self.mark,
            "ahead": [*ahead, *self._ahead],
            "recent": {one: round(at, 3) for one, at in self._recent.items()},
        }
        return json.dumps(wire, separators=(",", ":"))

    def _restore(self, stored: str) -> None:
        try:
            wire = _wire_of(stored)
            if wire["kind"] != self._kind:
                return
            mark = str(wire["mark"])
            ahead = {str(one) for one in wire["ahead"]}
            recent = [(str(one), float(at)) for one, at in wire["recent"].items()]
        except (ValueError, TypeError, KeyError, AttributeError):
            return
        self.mark, self._ahead = mark, ahead
        self._recent = OrderedDict(recent)

    def _advance(self) -> None:
        """Move the mark over what is dealt with without a gap."""
        self._changed = True
        newest = 0.0
        while self._order and self._order[0].done:
            entry = self._order.popleft().entry
            self.mark = entry.mark
            self._known.discard(entry.id)
            if entry.id and self._keep_s:
                self._recent[entry.id] = entry.at_s
                newest = max(newest, entry.at_s)
        if newest:
            self._forget(newest - self._keep_s)

    def _forget(self, before_s: float) -> None:
        for one in [one for one, at in self._recent.items() if at < before_s]:
            del self._recent[one]
        while len(self._recent) > MOST_RECENT:
            self._recent.popitem(last=False)

    def _course(self, stream: Stream, first: str) -> _Course:
        course = self._courses.get(stream)
        if course is None:
            said = json.dumps([stream.path, stream.labels])
            tag = hashlib.blake2b(said.encode("utf-8", "replace"), digest_size=8).hexdigest()
            key = f"{self._name}/{tag}"
            course = _Course(key=key, stream=stream, file_id=f"{self._kind}:{tag}:{first}")
            self._courses[stream] = self._by_key[key] = course
            self._drop_one()
        self._courses.move_to_end(stream)
        return course

    def _drop_one(self) -> None:
        """With very many streams, the one that was quiet for longest ends."""
        if len(self._courses) <= MOST_STREAMS:
            return
        quiet = next((one for one in self._courses.values() if not one.waiting), None)
        if quiet is not None:
            del self._courses[quiet.stream], self._by_key[quiet.key]
            self._gone.append(FileEnd(key=quiet.key))

    @staticmethod
    def _block(course: _Course) -> Block:
        offset, course.shown = course.shown, course.size
        data, course.parts = b"".join(course.parts), []
        times, course.times = tuple(course.times), []
        return Block(
            key=course.key,
            path=course.stream.path,
            file_id=course.file_id,
            offset=offset,
            end=course.size,
            data=data,
            lines=data.count(b"\n"),
            labels=dict(course.stream.labels),
            lasting=False,
            times=times,
        )
