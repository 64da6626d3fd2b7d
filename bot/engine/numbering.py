"""Keeps numbers of series, and what rules found in them."""

import fnmatch
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from bot.core.errors import BusyError
from bot.core.numbers import Taken, Waiting
from bot.core.ports import Store
from watchers.measured import Measured

MOST_WAITING = 200_000
"""More than that are not taken before rules looked at some."""


class Numbering:
    """The engine's hand for series; changes run inside the engine's transaction."""

    def __init__(self, store: Store, judged: Iterable[str]) -> None:
        """`judged` are names of series that rules look at, or globs of them."""
        self._store = store
        self._judged = tuple(judged)

    def take(self, numbers: Sequence[Measured], now: datetime) -> Taken:
        """Keep numbers, those that rules look at for them too.

        Raises:
            BusyError: If rules are too far behind.
        """
        if not numbers:
            return Taken()
        if self._judged and self._store.numbers.backlog() >= MOST_WAITING:
            raise BusyError(f"{MOST_WAITING} numbers wait for rules")
        return self._store.numbers.take(numbers, self.judges, now)

    def waiting(self, limit: int) -> tuple[Waiting, ...]:
        """What rules have not looked at."""
        return self._store.numbers.waiting(limit)

    def judged(self, numbers: Collection[int]) -> None:
        """Rules looked at these."""
        self._store.numbers.judged(numbers)

    def judges(self, name: str) -> bool:
        """Whether a rule looks at the series of a name."""
        return any(fnmatch.fnmatchcase(name, one) for one in self._judged)
