"""Standard input, read as it comes."""

import os
import select
import sys
from collections.abc import Iterable

from watchers.streams.entry import Entry, Opening, Stream, SupplyError

_CHUNK = 256 * 1024
_LONGEST_LINE = 256 * 1024
_KEPT_BYTES = 64 * 1024
ENDED = "has ended: nothing more is read from it"


def build(_settings: bool, opening: Opening) -> "Stdin":
    """Standard input of this process."""
    return Stdin(sys.stdin.fileno() if sys.stdin is not None else -1, opening)


def keep_s(_settings: bool) -> float:
    """Nothing can be read twice."""
    return 0.0


class Stdin:
    """Reads a descriptor to its end; what was read and not handed on is lost with the process.

    Attributes:
        more: Whether the last draw found something.
        lag_s: How long what is unread waits is not known.
        note: That it has ended.
        descriptors: The one that is read, until its end.
    """

    lag_s = 0.0

    def __init__(self, descriptor: int, opening: Opening) -> None:
        """Take an open descriptor, e.g. 0."""
        self.more = False
        self.note = ""
        self.descriptors = frozenset({descriptor}) if descriptor >= 0 else frozenset[int]()
        self._descriptor = descriptor
        self._poll = select.poll()
        if descriptor >= 0:
            self._poll.register(descriptor, select.POLLIN)
        self._clock = opening.clock
        # What an earlier run was given is something else: this one's entries need ids of their own.
        self._run = f"{opening.clock.now().timestamp():.6f}"
        self._stream = Stream(path="stdin", labels=(("service", opening.watch),))
        self._rest: list[bytes] = []
        self._held = 0
        self._count = 0

    def draw(self) -> Iterable[Entry]:
        """The whole lines of a chunk, as one entry."""
        self.more = False
        if not self.descriptors or not self._poll.poll(0):
            return ()
        try:
            said = os.read(self._descriptor, _CHUNK)
        except BlockingIOError:
            return ()
        except OSError as error:
            self.descriptors = frozenset()
            raise SupplyError(f"standard input cannot be read: {error.strerror}") from error
        if not said:
            self.descriptors, self.note = frozenset(), ENDED
            return self._entry(self._joined()) if self._held else ()
        self.more = True
        whole, newline, rest = said.rpartition(b"\n")
        found = self._entry(self._joined() + whole) if newline else ()
        self._keep(rest)
        return found

    def close(self) -> None:
        """It is not ours to close."""
        self.descriptors = frozenset()

    def _joined(self) -> bytes:
        """The unfinished line, cut when it is long."""
        joined, self._rest = b"".join(self._rest), []
        held, self._held = self._held, 0
        return joined if held <= _LONGEST_LINE else joined[:_KEPT_BYTES]

    def _keep(self, rest: bytes) -> None:
        self._held += len(rest)
        if rest and self._held <= _LONGEST_LINE + _CHUNK:
            self._rest.append(rest)

    def _entry(self, text: bytes) -> Iterable[Entry]:
        self._count += 1
        return (
            Entry(
                mark=self._run,
                stream=self._stream,
                id=f"{self._run}:{self._count}",
                text=text,
                at_s=self._clock.now().timestamp(),
            ),
        )
