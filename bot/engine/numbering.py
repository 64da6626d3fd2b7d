"""Keeps numbers of series, over time and for the rules on them."""

import fnmatch
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.core.errors import BusyError
from bot.core.fields import FieldSeries
from bot.core.numbers import Taken
from bot.core.ports import Store
from watchers.fields.tallied import Numbers
from watchers.measured import Measured
from watchers.numbers.sketch import Sketch

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
        fresh = self._store.numbers.take(numbers, self.judges, now)
        points = [(_series(one), one.at, _alone(one.value)) for one in fresh]
        self._store.fields.add_numbers(points, now)
        return Taken(fresh=len(fresh), known=len(numbers) - len(fresh))

    def judges(self, name: str) -> bool:
        """Whether a rule looks at the series of a name."""
        return any(fnmatch.fnmatchcase(name, one) for one in self._judged)


def _series(one: Measured) -> FieldSeries:
    return FieldSeries(field=one.name, labels=one.labels, numeric=True)


def _alone(value: float) -> Numbers:
    sketch = Sketch()
    sketch.push(value)
    return Numbers(count=1, total=value, low=value, high=value, bins=tuple(sketch.state()))
