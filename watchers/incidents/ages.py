"""How many lines of one key came of late: by their age, O(1) per line."""

from collections import deque
from dataclasses import dataclass, field

SHORT_S = 60.0
LONG_S = 300.0
SLOW_S = 1800.0
GRAIN_S = 2.0
"""Lines that come within it are of one age."""
_OLD_GRAIN_S = 60.0


@dataclass(slots=True)
class Ages:
    """Lines in buckets, which move on as they grow older.

    Attributes:
        young: How many are of the last minute.
        middle: How many are older than that, up to five minutes.
        old: How many are older than that, up to half an hour.
        spared: How many of the last five minutes do not count for the half hour.
    """

    young: int = 0
    middle: int = 0
    old: int = 0
    spared: int = 0
    _young: deque[list[float]] = field(default_factory=deque)
    _middle: deque[list[float]] = field(default_factory=deque)
    _old: deque[list[float]] = field(default_factory=deque)

    @property
    def late(self) -> int:
        """How many are of the last five minutes."""
        return self.young + self.middle

    @property
    def total(self) -> int:
        """How many are of the last half hour, as far as they count."""
        return self.young + self.middle + self.old - self.spared

    def begin(self, at_s: float) -> None:
        """Begin a bucket; times go forwards."""
        self._young.append([at_s, 0])

    def add(self, count: int) -> None:
        """Count lines into the newest bucket."""
        self._young[-1][1] += count
        self.young += count

    def age(self, now_s: float) -> tuple[int, float]:
        """Let time pass: how many grew older than five minutes, and when the last was written."""
        young, middle = self._young, self._middle
        while young and young[0][0] <= now_s - SHORT_S:
            bucket = young.popleft()
            middle.append(bucket)
            self.young -= int(bucket[1])
            self.middle += int(bucket[1])
        left, last_s = 0, 0.0
        while middle and middle[0][0] <= now_s - LONG_S:
            last_s, count = middle.popleft()
            left += int(count)
            if self._old and last_s < self._old[-1][0] + _OLD_GRAIN_S:
                self._old[-1][1] += count
            else:
                self._old.append([last_s, count])
        if left:
            self.middle -= left
            self.old += left
            self._spare(min(left, self.spared))
        while self._old and self._old[0][0] <= now_s - SLOW_S:
            self.old -= int(self._old.popleft()[1])
        return left, last_s

    def forget(self) -> None:
        """Nothing until now counts for the half hour."""
        self._old.clear()
        self.old, self.spared = 0, self.late

    def _spare(self, count: int) -> None:
        """Take out of the oldest lines what does not count."""
        self.spared -= count
        while count:
            bucket = self._old[0]
            less = min(count, int(bucket[1]))
            bucket[1] -= less
            self.old -= less
            count -= less
            if not bucket[1]:
                self._old.popleft()
