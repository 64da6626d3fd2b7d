"""Answers that are worth keeping a while: in this process, and where all servers look."""

import json
import logging
import random
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future
from datetime import timedelta
from typing import Any

from bot.core.shared_ports import Shelf
from watchers.clock import Clock

_MOST = 2000
_SPREAD = 0.1
"""So much longer or shorter each is kept: what was asked together is not missed together."""

_log = logging.getLogger(__name__)


class Cache:
    """Two levels before something slow; thread-safe.

    Of those who ask for the same at once one goes, and the others wait for what comes of it. What
    is kept says when it ends, so that the second level makes nothing live longer.
    """

    def __init__(
        self, shelf: Shelf | None, clock: Clock, jitter: Callable[[], float] = random.random
    ) -> None:
        """`jitter` gives figures from 0 to 1."""
        self._shelf = shelf
        self._clock = clock
        self._jitter = jitter
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, Any]] = OrderedDict()
        self._flights: dict[str, Future[Any]] = {}
        self._counts: Counter[str] = Counter()

    def get(self, key: str, ask: Callable[[], tuple[Any, timedelta]]) -> Any:
        """What is kept under a key, or what is asked: something JSON can hold, and for how long.

        Raises:
            Exception: What `ask` raises, in everybody who waits for it; that is not kept.
        """
        with self._lock:
            found = self._here(key)
            if found is not None:
                self._counts["process"] += 1
                return found[1]
            flight = self._flights.get(key)
            mine = flight is None
            if flight is None:
                flight = self._flights[key] = Future()
            else:
                self._counts["waited"] += 1
        if mine:
            self._fly(key, ask, flight)
        return flight.result()

    def warm(self, keys: Collection[str]) -> None:
        """Take over what other servers know of these; nothing is asked."""
        self._from_shelf(keys)

    def forget(self, key: str) -> None:
        """It is not so any more."""
        with self._lock:
            self._kept.pop(key, None)
        if self._shelf is not None:
            self._shelf.put(key, "", timedelta(milliseconds=1))

    def take_counts(self) -> Mapping[str, int]:
        """How often was asked since the last time, by who answered."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        return counts

    def _fly(self, key: str, ask: Callable[[], tuple[Any, timedelta]], flight: Future[Any]) -> None:
        try:
            found = self._from_shelf([key]).get(key)
            if found is None:
                said, keep = ask()
                found = (said,)
                self._keep(key, said, keep * (1 + _SPREAD * (2 * self._jitter() - 1)))
                how = "asked"
            else:
                how = "redis"
            with self._lock:
                self._counts[how] += 1
            flight.set_result(found[0])
        except BaseException as error:
            flight.set_exception(error)
            if not isinstance(error, Exception):
                raise
        finally:
            with self._lock:
                self._flights.pop(key, None)

    def _from_shelf(self, keys: Collection[str]) -> Mapping[str, tuple[Any]]:
        now_s = self._clock.now().timestamp()
        found: dict[str, tuple[Any]] = {}
        for key, text in (self._shelf.get(list(keys)) if self._shelf else {}).items():
            try:
                wire = json.loads(text)
                left_s, said = float(wire["until"]) - now_s, wire["said"]
            except (ValueError, TypeError, KeyError):
                continue
            if left_s > 0:
                found[key] = (said,)
                with self._lock:
                    self._put(key, said, left_s)
        return found

    def _keep(self, key: str, said: Any, keep: timedelta) -> None:
        with self._lock:
            self._put(key, said, keep.total_seconds())
        if self._shelf is not None:
            until = self._clock.now().timestamp() + keep.total_seconds()
            self._shelf.put(key, json.dumps({"until": until, "said": said}), keep)

    def _put(self, key: str, said: Any, left_s: float) -> None:
        self._kept[key] = (self._clock.monotonic() + left_s, said)
        self._kept.move_to_end(key)
        while len(self._kept) > _MOST:
            self._kept.popitem(last=False)

    def _here(self, key: str) -> tuple[float, Any] | None:
        found = self._kept.get(key)
        if found is not None and self._clock.monotonic() >= found[0]:
            del self._kept[key]
            return None
        return found
