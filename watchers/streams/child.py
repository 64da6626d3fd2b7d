"""A program whose output is read as it comes, without ever waiting for it."""

import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress

_CHUNK = 256 * 1024
_COMPLAINT_BYTES = 2000
_OWN = "LARKWATCH_"


class Child:
    """A running program, started without a shell and without our secrets.

    Attributes:
        descriptor: Becomes readable when it says more.
        open: Whether it may still say something.
        cut: Lines of which only the beginning was kept.
    """

    def __init__(
        self, arguments: Sequence[str], *, longest: int, errors_apart: bool = False
    ) -> None:
        """Start it.

        Args:
            arguments: The program and what it is given.
            longest: Bytes of a line; of a longer one only the beginning is handed out.
            errors_apart: Keep what it writes to its second stream as a complaint, instead of
                reading it as lines too.

        Raises:
            OSError: If it cannot be started.
        """
        around = {key: value for key, value in os.environ.items() if not key.startswith(_OWN)}
        self._process = subprocess.Popen(  # noqa: S603 - what the operator configured, no shell
            list(arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if errors_apart else subprocess.STDOUT,
            start_new_session=True,
            env=around,
        )
        self._longest = longest
        self._rest = b""
        self._skipping = False
        self._complaint = b""
        self.open = True
        self.cut = 0
        self.descriptor = -1
        for stream in (self._process.stdout, self._process.stderr):
            if stream is not None:
                os.set_blocking(stream.fileno(), False)
        if self._process.stdout is not None:
            self.descriptor = self._process.stdout.fileno()

    @property
    def code(self) -> int | None:
        """Its exit code, None while it runs."""
        return self._process.poll()

    def ended(self, within_s: float) -> int | None:
        """Its exit code, None when it does not end in time."""
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(within_s)
        return None

    @property
    def complaint(self) -> str:
        """The end of what it wrote to its second stream, on one line."""
        if self._process.stderr is not None:
            with suppress(BlockingIOError, ValueError):
                while said := os.read(self._process.stderr.fileno(), _CHUNK):
                    self._complaint = (self._complaint + said)[-_COMPLAINT_BYTES:]
        return " ".join(self._complaint.decode("utf-8", "replace").split())

    def lines(self) -> list[bytes]:
        """Whole lines that it wrote since, at most one chunk of them; the last one at its end."""
        try:
            said = os.read(self.descriptor, _CHUNK) if self.open else b""
        except BlockingIOError:
            return []
        if not said:
            self.open = False
            rest, self._rest = self._rest, b""
            return [rest] if rest and not self._skipping else []
        *whole, rest = (self._rest + said).split(b"\n")
        if whole and self._skipping:
            whole, self._skipping = whole[1:], False
        if self._skipping:
            rest = b""
        elif len(rest) > self._longest:
            whole.append(rest)
            rest, self._skipping = b"", True
        self._rest = rest
        return [self._shortened(line) for line in whole]

    def close(self) -> None:
        """End it and its children."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for stream in (self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()
        self.open = False

    def _shortened(self, line: bytes) -> bytes:
        if len(line) <= self._longest:
            return line
        self.cut += 1
        return line[: self._longest]
