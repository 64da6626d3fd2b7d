"""A memory of values: how surprising a number is, given all that was ever seen."""

import math
from bisect import bisect_left

GRAINS = (0.005, 0.01, 0.02)
"""Values closer than this share of the range are one and the same to a memory."""
_GAIN = 50.0
_DECAY = 2.0 ** (-1.0 / 2000.0)
_SILENT_ROWS = 50
_RANGE_ROWS = 600
"""The range of the first rows is the unit that all distances are measured in."""
_MOST_KNOWN = 1000
_TINY = 1e-12


class Novelty:
    """How new each number is to three memories of different grain.

    Each memory keeps the values it knows; what is farther than its grain from all of them is
    learned at once, be it an anomaly or not, so what was surprising once is known. The distance
    to the nearest known value is turned into ``u = log(1 + 50 d)``, and told in standard
    deviations of the earlier `u` (exponential weights, half-life 2000 rows), as
    ``log(1 + max(z, 0))``, averaged over the grains.
    """

    __slots__ = ("_high", "_known", "_low", "_range", "_rows", "_s0", "_s1", "_s2", "_thinned")

    def __init__(self) -> None:
        """Knows nothing."""
        self._known: list[list[float]] = [[] for _ in GRAINS]
        self._thinned = [1.0 for _ in GRAINS]
        self._s0 = 0.0
        self._s1 = [0.0 for _ in GRAINS]
        self._s2 = [0.0 for _ in GRAINS]
        self._rows = 0
        self._low = math.inf
        self._high = -math.inf
        self._range = 1.0

    def push(self, x: float) -> float:
        """Surprise at `x`, 0 for what is known; `x` is known from here on."""
        if self._rows < _RANGE_ROWS and not self._low <= x <= self._high:
            self._low, self._high = min(self._low, x), max(self._high, x)
            self._range = self._high - self._low or max(1e-9, abs(self._high))
        unit, s0, s1, s2 = self._range, self._s0, self._s1, self._s2
        speaks = self._rows >= _SILENT_ROWS
        total = 0.0
        for k, known in enumerate(self._known):
            at = bisect_left(known, x)
            if at == len(known):
                distance = x - known[-1] if at else 0.0
                fresh = not at
            else:
                distance = known[at] - x
                if at and x - known[at - 1] < distance:
                    distance = x - known[at - 1]
                fresh = False
            if fresh or distance > GRAINS[k] * self._thinned[k] * unit:
                known.insert(at, x)
                if len(known) > _MOST_KNOWN:
                    self._thin(k)
            if distance == 0.0:
                s1[k] *= _DECAY
                s2[k] *= _DECAY
                continue
            u = math.log1p(_GAIN * distance / unit)
            if speaks:
                mean = s1[k] / s0
                if u > mean:
                    variance = max(s2[k] / s0 - mean * mean, 0.0)
                    z = (u - mean) / math.sqrt(variance + _TINY * (1.0 + mean * mean))
                    total += math.log1p(z)
            s1[k] = s1[k] * _DECAY + u
            s2[k] = s2[k] * _DECAY + u * u
        self._s0 = s0 * _DECAY + 1.0
        self._rows += 1
        return total / len(GRAINS)

    def _thin(self, k: int) -> None:
        """Twice as coarse from here on: a series without bounds must not fill the memory."""
        self._thinned[k] *= 2.0
        grain = GRAINS[k] * self._thinned[k] * self._range
        kept: list[float] = []
        for value in self._known[k]:
            if not kept or value - kept[-1] > grain:
                kept.append(value)
        self._known[k] = kept if len(kept) <= _MOST_KNOWN // 2 else kept[::2]
