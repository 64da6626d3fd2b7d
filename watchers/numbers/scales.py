"""Mean, variance and slope of a number over several windows at once."""

import math

WINDOWS = (5, 15, 60)
_AFRESH = 4096


class MultiScale:
    """Features of one series: its value, and mean, spread and trend per window, O(1) each.

    Each window keeps sums of ``x``, ``x^2`` and ``i x``; the slope is that of the least squares
    line, told as the rise over the whole window.
    """

    def __init__(self, windows: tuple[int, ...] = WINDOWS) -> None:
        """`windows` are numbers of values, each at least 2."""
        self._windows = windows
        self._ring = [0.0] * max(windows)
        self._row = 0
        self._sums = [[0.0, 0.0, 0.0] for _ in windows]

    @property
    def names(self) -> tuple[str, ...]:
        """Of the features: ``value``, then ``mean/5``, ``variance/5``, ``trend/5`` and so on."""
        kinds = ("mean", "variance", "trend")
        return ("value", *(f"{kind}/{w}" for w in self._windows for kind in kinds))

    def push(self, x: float) -> list[float]:
        """The features with this value as the newest; of shorter windows at the beginning."""
        ring, row = self._ring, self._row
        size = len(ring)
        features = [x]
        for w, sums in zip(self._windows, self._sums, strict=True):
            if row >= w:
                old = ring[(row - w) % size]
                sums[2] += (w - 1) * x - (sums[0] - old)
                sums[0] += x - old
                sums[1] += x * x - old * old
                count = w
            else:
                sums[2] += row * x
                sums[0] += x
                sums[1] += x * x
                count = row + 1
            mean = sums[0] / count
            variance = max(sums[1] / count - mean * mean, 0.0)
            middle = (count - 1) / 2.0
            spread = count * (count * count - 1) / 12.0
            slope = (sums[2] - middle * sums[0]) / spread if spread else 0.0
            features += (mean, math.log(variance + 0.01), slope * count)
        ring[row % size] = x
        self._row = row + 1
        if self._row % _AFRESH == 0:
            self._sum_up()
        return features

    def _sum_up(self) -> None:
        size = len(self._ring)
        for k, w in enumerate(self._windows):
            newest = [self._ring[(self._row - w + i) % size] for i in range(w)]
            self._sums[k] = [
                math.fsum(newest),
                math.fsum(x * x for x in newest),
                math.fsum(i * x for i, x in enumerate(newest)),
            ]
