"""How often something happened lately: counts over sliding windows, O(1) per event."""

from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class Window:
    """A count over the last `span_s` seconds, kept in buckets of `grain_s`.

    Attributes:
        total: Events in the window, as far as `move` was told the time.
    """

    span_s: float
    grain_s: float
    total: int = 0
    buckets: deque[list[int]] = field(default_factory=deque)

    def add(self, at_s: float) -> None:
        """Count one event; times go forwards."""
        bucket = int(at_s // self.grain_s)
        buckets = self.buckets
        if buckets and buckets[-1][0] == bucket:
            buckets[-1][1] += 1
        else:
            buckets.append([bucket, 1])
        self.total += 1

    def move(self, now_s: float) -> int:
        """Forget what is too old; how many events that were."""
        buckets = self.buckets
        oldest = int((now_s - self.span_s) // self.grain_s)
        gone = 0
        while buckets and buckets[0][0] <= oldest:
            gone += buckets.popleft()[1]
        self.total -= gone
        return gone

    def clear(self) -> None:
        """Forget everything."""
        self.buckets.clear()
        self.total = 0
