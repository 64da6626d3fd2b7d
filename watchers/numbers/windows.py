"""How often something happened lately: counts over sliding windows, O(1) per event."""

import math
from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class Window:
    """A count over the last `span_s` seconds, kept in buckets of `grain_s`.

    Attributes:
        total: Events in the window, as of the newest event.
        same_until_s: Until then an event is of the newest bucket, and no bucket leaves.
    """

    span_s: float
    grain_s: float
    total: int = 0
    same_until_s: float = -math.inf
    buckets: deque[list[int]] = field(default_factory=deque)
    _ends_s: float = -math.inf
    _leaves_s: float = math.inf

    def add(self, at_s: float) -> int:
        """Count one event, and forget those that are too old by then; how many these were.

        Times go forwards.
        """
        buckets, gone = self.buckets, 0
        if at_s >= self._ends_s:
            bucket = int(at_s // self.grain_s)
            buckets.append([bucket, 1])
            self._ends_s = (bucket + 1) * self.grain_s
        else:
            buckets[-1][1] += 1
        if at_s >= self._leaves_s or len(buckets) == 1:
            oldest = int((at_s - self.span_s) // self.grain_s)
            while buckets[0][0] <= oldest:
                gone += buckets.popleft()[1]
            self._leaves_s = buckets[0][0] * self.grain_s + self.span_s
        self.total += 1 - gone
        self.same_until_s = min(self._ends_s, self._leaves_s)
        return gone

    def add_more(self, count: int) -> None:
        """Count events of a time before `same_until_s`."""
        self.buckets[-1][1] += count
        self.total += count
