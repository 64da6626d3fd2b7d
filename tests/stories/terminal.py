"""A terminal of its own for a command that asks and draws."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from town import until

COLUMNS, ROWS = 100, 50
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """The command line of Larkwatch on a pseudo-terminal, read and typed into."""

    def __init__(self, folder: Path, words: Sequence[str], columns: int = COLUMNS) -> None:
        self.columns = columns
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))
        code = "from bot.cli.main import main; main()"
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, *words],
            cwd=folder,
            env=clean_environment(),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        self._read = b""

    @property
    def raw(self) -> str:
        """All that was written so far, with its escapes."""
        while select.select([self._master], [], [], 0)[0]:
            try:
                found = os.read(self._master, 65536)
            except OSError:  # the other end is closed
                break
            if not found:
                break
            self._read += found
        return self._read.decode(errors="replace").replace("\r\n", "\n")

    @property
    def said(self) -> str:
        """The same without escapes."""
        return _ESCAPES.sub("", self.raw)

    def expect(self, text: str) -> Self:
        """Wait until this was written."""
        until(lambda: text in self.said, lambda: f"{text!r} in {self.said!r}")
        return self

    def type(self, text: str) -> None:
        """Type a line."""
        os.write(self._master, f"{text}\n".encode())

    def interrupt(self) -> None:
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)

    def ended(self) -> int:
        """Wait for the end; the exit code."""
        until(lambda: (self.said, self.process.poll() is not None)[1], "the end of the command")
        return int(self.process.returncode)

    @property
    def echoes(self) -> bool:
        """Whether what is typed is shown."""
        return bool(termios.tcgetattr(self._master)[3] & termios.ECHO)

    def close(self) -> None:
        """End whatever still runs."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._master)


def clean_environment() -> dict[str, str]:
    """The environment without an app in it."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("LARKWATCH_")}
    for name in ("NO_COLOR", "COLUMNS", "LINES"):
        kept.pop(name, None)
    return kept | {
        "NO_PROXY": "127.0.0.1,localhost",
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "TERM": "xterm-256color",
    }
