"""Processes of the product that are forked from one which has imported it: started in no time.

A start from nothing spends seconds on imports, and the stories start hundreds of bots. Each one is
a process of its own all the same: with a number, a log and an environment of its own, to be stopped
and killed like any other.
"""

import atexit
import faulthandler
import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    [
        __name__,
        "bot.app.process",
        "bot.app.serving",
        "bot.cli.commands",
        "bot.cli.run",
        "bot.cli.serve",
        "bot.cli.watch",
        "bot.web.server",
    ]
)


class Process(Protocol):
    """What a test does with a process, whoever started it."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, sig: int) -> None: ...

    def kill(self) -> None: ...


class Forked:
    """A forked process, with the words of `subprocess.Popen`."""

    def __init__(
        self, words: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path
    ) -> None:
        self._words = tuple(words)
        # A daemon: one that a failed test leaves is ended with the tests.
        self._process = _CONTEXT.Process(
            target=live, args=(self._words, str(folder), dict(environment), str(log)), daemon=True
        )
        self._process.start()

    @property
    def pid(self) -> int:
        """The number of the process."""
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """The exit code, if it has ended."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end; the exit code."""
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired(self._words, timeout or 0.0)
        return code

    def send_signal(self, sig: int) -> None:
        """Send a signal, if it still lives."""
        if self.poll() is None:
            os.kill(self.pid, sig)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)


def live(words: tuple[str, ...], folder: str, environment: dict[str, str], log: str) -> None:
    """The life of a forked process: as if Python had been started with these words."""
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for number in (1, 2):
        os.dup2(out, number)
    os.close(out)
    faulthandler.register(signal.SIGUSR1, file=2)  # where it stands, into its log
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = list(words)
    try:
        _run(words)
    finally:
        # The order of Python's own end; multiprocessing leaves out the second.
        threading._shutdown()
        atexit._run_exitfuncs()


def _run(words: tuple[str, ...]) -> None:
    if words[0].endswith(".py"):
        runpy.run_path(words[0], run_name="__main__")
        return
    from bot.cli.main import main  # noqa: PLC0415 - it is imported already, in whom we come from

    sys.argv = ["larkwatch", *words]
    main()
