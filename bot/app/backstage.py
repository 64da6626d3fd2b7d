"""What only the holder of the lease runs: sending, answering, the clock, the watches."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.core.errors import BusyError
from bot.delivery.wake import Wake
from bot.feishu.long_connection import LongConnection
from bot.jobs.scheduler import Scheduler
from watchers.agent import Agent
from watchers.sinks.direct import DirectSink
from watchers.sinks.health_endpoint import HealthEndpoint

_log = logging.getLogger(__name__)

LEASE = "backstage"
"""Its holder runs all this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """The agent, the sink that joins it to the engine, and where its host is reported besides."""

    agent: Agent
    sink: DirectSink
    endpoint: HealthEndpoint | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """One thread's work.

    Attributes:
        step: Does one piece; seconds until it is worth a look again, 0.0 for at once.
        rest_s: Least wait when there was nothing to do; the bell ends it early.
        late_s: So long after the bell it looks: another loop takes what there is if it is little.
        close: Lets go of what the steps opened, in their thread.
    """

    name: str
    step: Callable[[], float]
    rest_s: float = 0.0
    late_s: float = 0.0
    close: Callable[[], None] = lambda: None


class Backstage:
    """What only the holder of the lease runs."""

    def __init__(
        self,
        loops: tuple[Loop, ...],
        wake: Wake,
        scheduler: Scheduler,
        connection: LongConnection | None,
        watching: Watching | None,
        disconnect: Callable[[], None],
    ) -> None:
        self._wake = wake
        self._scheduler = scheduler
        self._connection = connection
        self._watching = watching
        self._disconnect = disconnect
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(loop,), name=loop.name, daemon=True)
            for loop in loops
        ]

    def start(self) -> None:
        """Start what sends before what reads."""
        for thread in self._threads:
            thread.start()
        self._scheduler.start()
        if self._connection is not None:
            self._connection.start()
        if self._watching is not None:
            self._watching.agent.start()

    def stop(self) -> None:
        """Stop what reads before what sends."""
        if self._watching is not None:
            self._watching.agent.stop(1.0)
            self._watching.sink.close()
            if self._watching.endpoint is not None:
                self._watching.endpoint.close()
        if self._connection is not None:
            self._connection.stop()
        self._scheduler.stop()
        self._stop.set()
        self._wake.ring()
        for thread in self._threads:
            thread.join(1.0)

    def sample_every(self, every: timedelta | None) -> None:
        """How often the own host is sampled, None for as configured."""
        if self._watching is not None:
            self._watching.agent.sample_every(every)

    def _run(self, loop: Loop) -> None:
        try:
            while not self._stop.is_set():
                rings = self._wake.rings
                try:
                    wait_s = loop.step()
                except BusyError:
                    _log.warning("the database is busy", extra={"loop": loop.name})
                    wait_s = 1.0
                except Exception:  # noqa: BLE001 - the top of a thread
                    _log.exception("a loop stumbled")
                    wait_s = 1.0
                if wait_s > 0 and not self._stop.is_set():
                    self._wake.wait_past(rings, max(wait_s, loop.rest_s))
                    if loop.late_s:
                        self._stop.wait(loop.late_s)
        finally:
            loop.close()
            self._disconnect()
