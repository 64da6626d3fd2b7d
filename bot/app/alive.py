"""Tells whoever looks after this process, systemd or a container's, that it is ready and lives."""

import logging
import os
import socket
from collections.abc import Mapping
from pathlib import Path

SOCKET = "NOTIFY_SOCKET"
"""Where systemd listens (sd_notify); it names this to services of ``Type=notify``."""
WATCHDOG = "WATCHDOG_USEC"
"""Says that systemd waits for signs of life, of the process that the other variable names."""
WATCHED = "WATCHDOG_PID"
PULSE = "LARKWATCH_PULSE"
"""A file that is touched as long as all goes on: a health check looks at its age."""

_log = logging.getLogger(__name__)


class Alive:
    """The signs of life of one process; does nothing where nobody asked for any.

    Safe between threads. A sign that cannot be given is logged once: whoever misses it acts.
    """

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        """Read who asked; gives no sign yet."""
        self._address = environment.get(SOCKET, "")
        watched = environment.get(WATCHED, "") in ("", str(os.getpid()))
        self._awaited = bool(environment.get(WATCHDOG)) and watched
        self._pulse = environment.get(PULSE, "")
        self._complained = False

    def ready(self) -> None:
        """All that is to run runs."""
        self._notify("READY=1")
        self.beat()

    def beat(self) -> None:
        """It goes on; to be said every few seconds by a thread whose standstill is a failure."""
        if self._awaited:
            self._notify("WATCHDOG=1")
        if not self._pulse:
            return
        try:
            Path(self._pulse).touch()
        except OSError as error:
            self._complain(error)

    def stopping(self) -> None:
        """It ends on purpose."""
        self._notify("STOPPING=1")

    def _notify(self, state: str) -> None:
        if not self._address:
            return
        # systemd writes "@" for the null byte that abstract addresses begin with.
        address = "\0" + self._address[1:] if self._address[0] == "@" else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as door:
                door.sendto(state.encode(), address)
        except OSError as error:
            self._complain(error)

    def _complain(self, error: OSError) -> None:
        if not self._complained:
            self._complained = True
            _log.warning("a sign of life could not be given", extra={"why": str(error)})
