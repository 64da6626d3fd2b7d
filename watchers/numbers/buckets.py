"""Numbers taken together per bucket of time, in order, with room for late ones."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from watchers.numbers.sketch import Sketch

_MOST_EMPTY = 1500
"""After a longer pause it goes on behind it: nobody knows what was then."""


@dataclass(slots=True)
class Bucket:
    """What came in one bucket."""

    count: int = 0
    total: float = 0.0
    low: float = math.inf
    high: float = -math.inf
    sketch: Sketch = field(default_factory=Sketch)

    def add(self, x: float) -> None:
        """Count a number in."""
        self.count += 1
        self.total += x
        self.low, self.high = min(self.low, x), max(self.high, x)
        self.sketch.push(x)

    def state(self) -> Any:
        """For JSON."""
        return self.count, self.total, self.low, self.high, self.sketch.state()


class Buckets:
    """Open buckets of one series; each is closed once, in order, empty ones too."""

    def __init__(self, width_s: float, state: Any = None) -> None:
        """Empty, or as `state` said."""
        self._width = width_s
        self._next: int | None = None
        self._open: dict[int, Bucket] = {}
        if state is not None:
            following, opened = state
            self._next = None if following is None else int(following)
            self._open = {
                int(place): Bucket(
                    count=int(one[0]),
                    total=float(one[1]),
                    low=float(one[2]),
                    high=float(one[3]),
                    sketch=Sketch(one[4]),
                )
                for place, one in opened
            }

    def add(self, at_s: float, x: float) -> None:
        """Count a number in; what is too late for its bucket is left out."""
        place = math.floor(at_s / self._width)
        if self._next is None:
            self._next = place
        if place >= self._next:
            self._open.setdefault(place, Bucket()).add(x)

    def closed(self, until_s: float) -> Iterator[tuple[float, Bucket]]:
        """The buckets that end by then, with their ends, oldest first."""
        if self._next is None:
            return
        last = math.floor(until_s / self._width)
        if last - self._next > _MOST_EMPTY:
            self._next = min([last - 1, *self._open])
        while self._next < last:
            if self._next not in self._open and last - self._next > _MOST_EMPTY:
                self._next = min([last - 1, *self._open])
                continue
            bucket = self._open.pop(self._next, None) or Bucket()
            self._next += 1
            yield self._next * self._width, bucket

    def state(self) -> Any:
        """For JSON."""
        return self._next, [(place, one.state()) for place, one in self._open.items()]
