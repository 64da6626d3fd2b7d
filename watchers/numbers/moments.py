"""Mean and standard deviation of the last numbers, without drift."""

import math
from collections import deque

_AFRESH = 4096


class SlidingMoments:
    """Count, mean and deviation of the newest `size` numbers, O(1) for each.

    Sums are of differences from a number of the window, and are made afresh every 4096 numbers:
    what cancels out in floating point cannot pile up.
    """

    def __init__(self, size: int) -> None:
        """`size` is at least 1."""
        self._size = size
        self._numbers: deque[tuple[float, float]] = deque()
        self._origin = 0.0
        self._sum = self._squares = 0.0
        self._pushed = 0

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def numbers(self) -> tuple[tuple[float, float], ...]:
        """Times and numbers, oldest first."""
        return tuple(self._numbers)

    def push(self, at_s: float, x: float) -> None:
        """Take a number; the oldest goes when there are more than `size`."""
        if not self._numbers:
            self._origin = x
        self._numbers.append((at_s, x))
        self._add(x - self._origin, 1.0)
        if len(self._numbers) > self._size:
            self._drop()
        self._pushed += 1
        if self._pushed % _AFRESH == 0:
            self._sum_up()

    def forget(self, before_s: float) -> None:
        """Drop what is older."""
        while self._numbers and self._numbers[0][0] < before_s:
            self._drop()
        if not self._numbers:
            self._sum = self._squares = 0.0

    @property
    def mean(self) -> float:
        """Of an empty window, 0."""
        return self._origin + self._sum / len(self._numbers) if self._numbers else 0.0

    @property
    def deviation(self) -> float:
        """Of the population; 0 for none."""
        count = len(self._numbers)
        if not count:
            return 0.0
        mean = self._sum / count
        return math.sqrt(max(self._squares / count - mean * mean, 0.0))

    def _drop(self) -> None:
        self._add(self._numbers.popleft()[1] - self._origin, -1.0)

    def _add(self, x: float, sign: float) -> None:
        self._sum += sign * x
        self._squares += sign * x * x

    def _sum_up(self) -> None:
        self._origin = math.fsum(x for _, x in self._numbers) / len(self._numbers)
        self._sum = math.fsum(x - self._origin for _, x in self._numbers)
        self._squares = math.fsum((x - self._origin) ** 2 for _, x in self._numbers)
