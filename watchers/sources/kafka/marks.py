"""How far a group's partitions are read: durable, cheap to say for each message, read back."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

MOST_ORIGINS = 500
"""Of files whose lines are sent twice, so many are known; those heard of last."""


@dataclass(slots=True)
class Marks:
    """Offsets by partition (``topic/0``), and how far the files are whose lines come here.

    A sender that was killed sends again what it does not know to be confirmed: of each file the
    lines up to the highest offset are known. That is kept as of the beginning of a draw (`since`):
    whoever goes on from a mark reads from there, and only notes what comes before the mark.

    Attributes:
        at: The next offset of each partition.
        since: Where reading goes on to note origins.
        seen: The highest offset of each origin, as of `since`.
        now: The same as of the last message.
    """

    at: dict[str, int] = field(default_factory=dict)
    since: dict[str, int] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    now: OrderedDict[str, int] = field(default_factory=OrderedDict)
    _read_on: set[str] = field(default_factory=set)
    _part: str = ""
    _around: tuple[str, str] = ("", "")

    @staticmethod
    def read(text: str) -> "Marks":
        """From a mark; "" and what is none is the very beginning."""
        try:
            wire = json.loads(text) if text else {}
            at, since, seen = (_numbers(wire.get(key, {})) for key in ("at", "since", "seen"))
        except (ValueError, TypeError, AttributeError):
            return Marks()
        return Marks(at=at, since=since, seen=seen, now=OrderedDict(seen))

    def begin(self) -> None:
        """A draw begins: what was noted until now is said along with its marks."""
        self.seen, self._part = dict(self.now), ""
        # Of others not all that came before their mark may be noted yet.
        self.since |= {one: at for one, at in self.at.items() if one in self._read_on}

    def set(self, partition: str, offset: int) -> None:
        """Reading goes on from here in a partition."""
        self.at[partition] = offset
        self._part = ""
        self._read_on.add(partition)

    def text(self) -> str:
        """The mark right here."""
        said = {"at": self.at, "since": self.since, "seen": self.seen}
        return json.dumps(said, separators=(",", ":"))

    def mark(self, partition: str, offset: int) -> str:
        """The mark behind a message."""
        self.at[partition] = offset + 1
        if partition != self._part:
            self._read_on.add(partition)
            others = {key: at for key, at in self.at.items() if key != partition}
            said = json.dumps(others, separators=(",", ":"))[1:-1]
            rest = json.dumps({"since": self.since, "seen": self.seen}, separators=(",", ":"))[1:]
            name = json.dumps(partition)
            self._around = f'{{"at":{{{said}{"," if said else ""}{name}:', "}," + rest
            self._part = partition
        before, after = self._around
        return f"{before}{offset + 1}{after}"

    def again(self, origin: str, end: int) -> bool:
        """Whether a line of a file came before; notes it otherwise."""
        tag = hashlib.blake2b(origin.encode("utf-8", "replace"), digest_size=8).hexdigest()
        if end <= self.now.get(tag, -1):
            return True
        self.now[tag] = end
        self.now.move_to_end(tag)
        while len(self.now) > MOST_ORIGINS:
            self.now.popitem(last=False)
        return False


def offsets_in(mark: str) -> Iterator[tuple[str, int, int]]:
    """Topic, partition and next offset of each partition in a mark."""
    for name, offset in Marks.read(mark).at.items():
        topic, _, number = name.rpartition("/")
        yield topic, int(number), offset


def _numbers(found: Mapping[str, int]) -> dict[str, int]:
    return {str(key): int(value) for key, value in found.items()}
