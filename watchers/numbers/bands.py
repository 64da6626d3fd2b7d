"""What a number was at the same hour of earlier days, and how far it is outside of that."""

from array import array
from collections import Counter, deque

DAY_S = 86_400.0
DAYS = 7
_LEAST_ROWS = 4
"""A day of fewer rows has no shape."""
_MOST_ROWS = 4096
"""So many are kept at most; a series of minutes remembers two days."""
_FIRST_LOOK = 32
_SETTLED = 512
_STEPS_KEPT = 512


class DayLength:
    """How many rows a day of a series has, by the median of its steps.

    Looked at again at every power of two until `_SETTLED` rows, since the first rows of a series
    may stand closer or wider than the rest.
    """

    def __init__(self) -> None:
        """Nothing is known before 32 rows."""
        self.rows = 0
        self._seen = 0
        self._at: float | None = None
        self._steps: Counter[float] = Counter()

    @property
    def settled(self) -> bool:
        """Whether `rows` stays as it is."""
        return self._seen >= _SETTLED

    def push(self, at_s: float | None) -> None:
        """Take the time of one row, in seconds; None when it is not known."""
        if self._seen >= _SETTLED:
            return
        self._seen += 1
        if at_s is not None:
            if self._at is not None and len(self._steps) < _STEPS_KEPT:
                self._steps[at_s - self._at] += 1
            self._at = at_s
        if self._seen >= _FIRST_LOOK and self._seen & (self._seen - 1) == 0:
            self.rows = self._by_median()

    def _by_median(self) -> int:
        steps = sorted(self._steps.elements())
        step = steps[len(steps) // 2] if steps else 0.0
        rows = round(DAY_S / step) if step > 0 else 0
        return rows if _LEAST_ROWS <= rows <= _MOST_ROWS else 0


class DayBand:
    """Distance of a number from all that was seen at about the same time of earlier days.

    The band spans `half` rows to either side of the same row of each of the last seven days, as
    far as they were seen. Sliding extremes by monotone deques, so a row costs the same however
    wide the band is.
    """

    def __init__(self, half: int, day: DayLength) -> None:
        """`day` is shared by the bands of one series and is pushed by their owner."""
        self._half = half
        self._width = 2 * half + 1
        self._day = day
        self._row = 0
        self._keep = 0
        self._highs: deque[tuple[int, float]] = deque()
        self._lows: deque[tuple[int, float]] = deque()
        self._high = array("d")
        self._low = array("d")

    @property
    def knows(self) -> bool:
        """Whether an earlier day was seen."""
        return 0 < self._day.rows <= self._row + self._half

    def push(self, x: float) -> float:
        """Signed distance outside of the band, 0 inside it or while there is none."""
        beyond = self._beyond(x) if self.knows else 0.0
        row = self._row
        gone = row - self._width
        highs, lows = self._highs, self._lows
        while highs and highs[-1][1] <= x:
            highs.pop()
        highs.append((row, x))
        if highs[0][0] <= gone:
            highs.popleft()
        while lows and lows[-1][1] >= x:
            lows.pop()
        lows.append((row, x))
        if lows[0][0] <= gone:
            lows.popleft()
        if self._keep and row >= self._keep:
            self._high[row % self._keep] = highs[0][1]
            self._low[row % self._keep] = lows[0][1]
        else:
            self._high.append(highs[0][1])
            self._low.append(lows[0][1])
            if not self._keep and self._day.settled:
                days = min(DAYS, _MOST_ROWS // max(self._day.rows, 1))
                self._keep = max(2 * _SETTLED, days * self._day.rows + self._half + 1)
        self._row = row + 1
        return beyond

    def _beyond(self, x: float) -> float:
        row, day = self._row, self._day.rows
        at = row - day + self._half
        keep = self._keep or row + 1
        oldest = max(0, row - keep)
        if at >= row:  # a day shorter than the band
            at = row - 1
        if at < oldest:
            return 0.0
        highs, lows = self._high, self._low
        slot = at % keep
        high, low = highs[slot], lows[slot]
        last = max(oldest, row - DAYS * day + self._half)
        at -= day
        while at >= last:
            if low <= x <= high:
                return 0.0
            slot = at % keep
            high, low = max(high, highs[slot]), min(low, lows[slot])
            at -= day
        if x > high:
            return x - high
        return x - low if x < low else 0.0
