"""The log files a visitor watches and writes to: a plain tail, looking three times a second."""

import threading
from collections import deque
from functools import partial
from pathlib import Path

from bot.sandbox.bus import Bus
from bot.sandbox.errors import NotThereError
from bot.sandbox.wire import Json, dumps

_LOOK_S = 0.3
_KEPT = 200
_TAIL_BYTES = 64 * 1024


class _Tail:
    """One file: where reading stands, and the last lines."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: deque[str] = deque(maxlen=_KEPT)
        self._identity = 0
        self._at = 0
        self._rest = b""

    def read(self) -> list[str]:
        """The lines written since the last look; a new or shorter file is read from its start."""
        try:
            with self.path.open("rb") as file:
                size = self.path.stat().st_size
                identity = self.path.stat().st_ino
                if not self._identity:
                    self._at = max(0, size - _TAIL_BYTES)
                elif identity != self._identity or size < self._at:
                    self._at, self._rest = 0, b""
                self._identity = identity
                file.seek(self._at)
                data = file.read()
        except OSError:
            return []
        self._at += len(data)
        *whole, self._rest = (self._rest + data).split(b"\n")
        fresh = [line.decode("utf-8", "replace").rstrip("\r") for line in whole]
        self.lines.extend(fresh)
        return fresh


class LogFiles:
    """The files named at start."""

    def __init__(self, paths: tuple[Path, ...], bus: Bus) -> None:
        self._tails = {str(path): _Tail(path) for path in paths}
        self._bus = bus
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="sandbox-logs", daemon=True)

    def start(self) -> None:
        """Read what is there and begin to watch, if there is any file."""
        if self._tails:
            self._look()
            self._thread.start()

    def stop(self) -> None:
        """Stop watching."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def append(self, path: str, line: str) -> None:
        """Write one line at the end of one of the files.

        Raises:
            NotThereError: If the file was not named at start.
        """
        tail = self._tails.get(path)
        if tail is None:
            named = ", ".join(self._tails) or "none"
            raise NotThereError(f"{path} is not a file named at start; those are: {named}")
        tail.path.parent.mkdir(parents=True, exist_ok=True)
        with tail.path.open("a", encoding="utf-8", errors="replace") as file:
            file.write(" ".join(line.splitlines()) + "\n")

    def to_json(self) -> Json:
        """The files and their last lines as the page reads them."""
        with self._lock:
            return {
                "files": [
                    {"name": tail.path.name, "path": path, "lines": list(tail.lines)}
                    for path, tail in self._tails.items()
                ]
            }

    def _watch(self) -> None:
        while not self._stopping.wait(_LOOK_S):
            self._look()

    def _look(self) -> None:
        for path, tail in self._tails.items():
            with self._lock:
                fresh = tail.read()
            if fresh:
                news = {"path": path, "lines": fresh[-_KEPT:]}
                self._bus.publish("log", partial(dumps, news))
