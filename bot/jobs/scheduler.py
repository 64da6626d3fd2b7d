"""Work by the clock: sweeping and pruning, in one process at a time."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from bot.core.errors import BusyError
from bot.engine.engine import Engine
from watchers.clock import Clock

_log = logging.getLogger(__name__)

SWEEP_EVERY = timedelta(seconds=1)
PRUNE_EVERY = timedelta(minutes=1)
PRUNES_AT_ONCE = 20
"""Each forgets a thousand rows or so of each kind: more comes with the next turn."""
PRUNE_PAUSE_S = 0.05
"""Between two of them, for whoever waits to write."""


class Scheduler:
    """Runs the engine's timed work on one thread; a run that is late is made up for once."""

    def __init__(self, engine: Engine, clock: Clock, disconnect: Callable[[], None]) -> None:
        """`disconnect` ends the database connection of the thread that worked."""
        self._engine = engine
        self._clock = clock
        self._disconnect = disconnect
        self._scheduler: BackgroundScheduler | None = None
        self._stopping = threading.Event()

    def start(self) -> None:
        """Start the thread."""
        scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone="UTC",
        )
        for work, every in ((self._sweep, SWEEP_EVERY), (self._prune, PRUNE_EVERY)):
            scheduler.add_job(work, "interval", seconds=every.total_seconds())
        scheduler.start()
        self._scheduler = scheduler

    def stop(self) -> None:
        """Stop it; a run under way is waited for."""
        if self._scheduler is not None:
            self._stopping.set()
            self._scheduler.shutdown(wait=True)
            self._scheduler = None

    def _sweep(self) -> None:
        self._do(lambda: self._engine.sweep(self._clock.now()))

    def _prune(self) -> None:
        self._do(self._forget)

    def _forget(self) -> None:
        for _ in range(PRUNES_AT_ONCE):
            if not self._engine.prune(self._clock.now()) or self._stopping.wait(PRUNE_PAUSE_S):
                break

    def _do(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BusyError:
            _log.warning("the database is busy: timed work waits for the next turn")
        finally:
            self._disconnect()
