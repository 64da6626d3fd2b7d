"""A sign of life to a dead-man's switch elsewhere: who watches the watcher is told by silence."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import requests

from watchers.clock import Clock

_log = logging.getLogger(__name__)

_TIMEOUT_S = 10.0
_OK = range(200, 300)


class Heartbeat:
    """Asks an address now and then, as long as everything goes on; one thread."""

    def __init__(
        self,
        url: str,
        every: timedelta,
        stalled: Callable[[datetime], Sequence[str]],
        clock: Clock,
    ) -> None:
        """`stalled` names what does not go on; the address may hold a secret and is not logged."""
        self._url = url
        self._every_s = every.total_seconds()
        self._stalled = stalled
        self._clock = clock
        self._due_s = clock.monotonic()

    def step(self) -> float:
        """Give a sign of life if one is due; seconds until the next."""
        left_s = self._due_s - self._clock.monotonic()
        if left_s > 0:
            return left_s
        self._due_s = self._clock.monotonic() + self._every_s
        if stalled := self._stalled(self._clock.now()):
            _log.error("no sign of life is given", extra={"stalled": list(stalled)})
            return self._every_s
        try:
            with requests.get(self._url, timeout=_TIMEOUT_S, stream=True) as answer:
                if answer.status_code not in _OK:
                    refused = {"status": answer.status_code}
                    _log.warning("the dead-man's switch takes no sign of life", extra=refused)
        except requests.RequestException as error:
            facts = {"error": type(error).__name__}
            _log.warning("the dead-man's switch cannot be reached", extra=facts)
        return self._every_s
