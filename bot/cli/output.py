"""Standard output for `larkwatch tail`: written in pieces that come out whole or not at all."""

import errno
import os
import select
import time
from collections.abc import Iterator, Sequence

_LAST_WRITE_S = 1.0
_OUTPUT_POLL_MS = 100


class Output:
    """Standard output, never waited for longer than a stop may take.

    Attributes:
        closed: Whether nobody reads any more.
    """

    def __init__(self, fd: int) -> None:
        self.closed = False
        self._fd = fd
        self._deadline: float | None = None
        self._poll = select.poll()
        self._poll.register(fd, select.POLLOUT)

    def hurry(self) -> None:
        """A stop was asked for: a reader that takes nothing is waited for only a moment."""
        self._deadline = time.monotonic() + _LAST_WRITE_S

    def write(self, data: bytes) -> bool:
        """Write it; False when not all came out: the reader left, or a stop could not wait."""
        done = 0
        while done < len(data):
            if not self._poll.poll(_OUTPUT_POLL_MS):
                if self._deadline is not None and time.monotonic() > self._deadline:
                    return False
                continue
            try:
                # A pipe that is ready takes this much without blocking, and in one go.
                done += os.write(self._fd, data[done : done + select.PIPE_BUF])
            except OSError as error:
                if error.errno != errno.EPIPE:
                    raise
                self.closed = True
                return False
        return True


def pieces(lines: Sequence[bytes], ends: Sequence[int]) -> Iterator[tuple[bytes, int]]:
    """Join lines to what is written at once, each with the offset behind its last line.

    A line that is longer than that is a piece of its own.

    Args:
        lines: As they are printed.
        ends: The offset behind each in its file.
    """
    first = size = 0
    for at, line in enumerate(lines):
        if size and size + len(line) > select.PIPE_BUF:
            yield b"".join(lines[first:at]), ends[at - 1]
            first, size = at, 0
        size += len(line)
    if size:
        yield b"".join(lines[first:]), ends[-1]
