"""Takes evenly, of ever more records, no more than are to be read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from watchers.detectors.base import Says
from watchers.finding import Severity

_THIN = 3
"""Of so many one stays: what is written in turns, is so more often by two, four or ten."""


class Origin(NamedTuple):
    """What records have in common that the same rules count in the same place."""

    rules: tuple[str, ...]
    severity: Severity
    labels: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """A record that is to be read.

    Attributes:
        number: It is that one of its origin, from 0.
        says: Reads it.
        now_s: When it was found, in seconds since 1970.
    """

    number: int
    says: Says
    now_s: float


@dataclass(slots=True)
class _Some:
    count: int = 0
    taken: list[Taken] = field(default_factory=list)


class Sample:
    """Every n-th record of each origin, the first one always; n grows when they are too many."""

    def __init__(self, most: int) -> None:
        """Take so many at most, or one of each origin where these are more."""
        self._most = most
        self._step = 1
        self._taken = 0
        self._some: dict[Origin, _Some] = {}

    def __bool__(self) -> bool:
        """Whether there was any record."""
        return bool(self._some)

    @property
    def origins(self) -> int:
        """How many there are."""
        return len(self._some)

    def add(self, origin: Origin, count: int, says: Callable[[int], Says], now_s: float) -> None:
        """More records of an origin, in order; `says` makes what reads each, by number."""
        some = self._some.setdefault(origin, _Some())
        self._thin_out(count)
        first, some.count = some.count, some.count + count
        numbers = range(-first % self._step, count, self._step)
        some.taken += [Taken(first + number, says(number), now_s) for number in numbers]
        self._taken += len(numbers)
        self._thin_out()

    def take_at_most(self, most: int) -> None:
        """Take so many at most from now on, also of what is there."""
        self._most = most
        self._thin_out()

    def take(self) -> Iterator[tuple[Origin, Taken, int]]:
        """Those taken, each with how many records it stands for; it begins anew."""
        every, step = self._some, self._step
        self._some, self._step, self._taken = {}, 1, 0
        for origin, some in every.items():
            for one in some.taken:
                yield origin, one, min(step, some.count - one.number)

    def _thin_out(self, coming: int = 0) -> None:
        while self._taken + coming // self._step > max(self._most, len(self._some)):
            self._step *= _THIN
            for some in self._some.values():
                some.taken = [one for one in some.taken if one.number % self._step == 0]
            self._taken = sum(len(some.taken) for some in self._some.values())
