"""Work by the clock: sweeping and pruning, in one process at a time."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

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
    """Runs the engine's timed work on one thread; one run makes up for all that were missed.

    What is due stands in columns, and each sweep takes a bounded part of it.

    Attributes:
        swept_at: When the newest turn began, None before the first; aware, UTC.
    """

    def __init__(self, engine: Engine, clock: Clock, disconnect: Callable[[], None]) -> None:
        """`disconnect` ends the database connection of the thread that worked."""
        self._engine = engine
        self._clock = clock
        self._disconnect = disconnect
        self._scheduler: BackgroundScheduler | None = None
        self._stopping = threading.Event()
        self.swept_at: datetime | None = None

    def start(self) -> None:
        """Start the thread."""
        scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone="UTC",
        )
        for work, every in ((self.sweep, SWEEP_EVERY), (self._prune, PRUNE_EVERY)):
            scheduler.add_job(work, "interval", seconds=every.total_seconds())
        scheduler.start()
        self._scheduler = scheduler

    def stop(self) -> None:
        """Stop it; a run under way is waited for."""
        if self._scheduler is not None:
            self._stopping.set()
            self._scheduler.shutdown(wait=True)
            self._scheduler = None

    def sweep(self) -> None:
        """One turn of the timed work; turns that were missed before it are counted, not made up."""
        now = self._clock.now()
        missed = 0 if self.swept_at is None else (now - self.swept_at) // SWEEP_EVERY - 1
        self.swept_at = now
        if missed > 0:
            _log.warning("timed work came late", extra={"missed": missed})
            self._do(lambda: self._engine.missed(missed))
        self._do(lambda: self._engine.sweep(now))

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
