"""Lines that others push: who may, where they wait, and who reads them."""

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from bot.config.schema import Config
from bot.core.errors import BusyError
from bot.core.ports import Store
from bot.core.shared_ports import Rates
from bot.ingest.flow import Flow
from watchers.clock import Clock
from watchers.streams.feed import mark_of
from watchers.streams.pushed import Kept, PushedLine

_FORGET_EVERY_S = 5.0
_OTHERS_KEPT_FOR = timedelta(days=1)

_log = logging.getLogger(__name__)


class Pushing:
    """The door's side, in every process: keeps what is pushed in the database."""

    def __init__(
        self,
        config: Config,
        tokens: Mapping[str, Sequence[str]],
        store: Store,
        clock: Clock,
        rates: Rates | None = None,
    ) -> None:
        """`tokens` are those of each watch, `rates` those of all servers where they share any."""
        self._store = store
        self._clock = clock
        # Found by their digest, the time that takes says nothing about a token.
        self._watches = {_digest(one): name for name, some in tokens.items() for one in some}
        said = {one.name: one.otlp for one in config.watch if one.otlp is not None}
        self._most = {name: one.most_waiting for name, one in said.items()}
        self._flows = {
            name: Flow(one.records_per_minute, clock, f"otlp:{name}", rates)
            for name, one in said.items()
        }

    def who(self, token: str) -> str | None:
        """The watch whose senders have a token."""
        return self._watches.get(_digest(token)) if token else None

    def take(self, watch: str, lines: Sequence[PushedLine]) -> float:
        """Keep lines for a watch, all or none; seconds to come again after, 0.0 when kept.

        Raises:
            BusyError: If too many wait, or the database is busy.
        """
        if self._store.pushed_lines.backlog(watch) >= self._most[watch]:
            raise BusyError(f"{self._most[watch]} lines wait to be read")
        if wait_s := self._flows[watch].admit(len(lines)):
            return wait_s
        with self._store.transaction():
            self._store.pushed_lines.add(watch, lines, self._clock.now())
        return 0.0


class PushedHere:
    """The watch's side, in the process that reads: `watchers.streams.pushed.Pushed`."""

    def __init__(
        self, config: Config, store: Store, clock: Clock, disconnect: Callable[[], None]
    ) -> None:
        """`disconnect` closes a thread's connection."""
        self._disconnect = disconnect
        self._watches = [one.name for one in config.watch if one.otlp is not None]
        self._agent = config.agent.name
        self._store = store
        self._clock = clock

    def after(self, watch: str, number: int, limit: int) -> Sequence[Kept]:
        """The first lines of a watch behind a number."""
        return self._store.pushed_lines.after(watch, number, limit)

    def close(self) -> None:
        """This thread asks no more."""
        self._disconnect()

    def step(self) -> float:
        """Forget what was read for good; seconds until the next time."""
        kept = self._store.agents.positions(self._agent)
        with self._store.transaction():
            for watch in self._watches:
                number = mark_of(kept.get(watch + "/", ""))
                if number:
                    self._store.pushed_lines.forget(watch, int(number))
            before = self._clock.now() - _OTHERS_KEPT_FOR
            lost = self._store.pushed_lines.forget_others(self._watches, before)
        if lost:
            _log.warning("pushed lines of watches that are no more dropped", extra={"count": lost})
        return _FORGET_EVERY_S


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
