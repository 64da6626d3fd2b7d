"""A memory of values: how surprising a number is, given all that was ever seen."""

import math
from bisect import bisect_left

GRAINS = (0.005, 0.01, 0.02)
"""Values closer than this share of the range are one and the same to a memory."""
_GAIN = 50.0
_GROWTH = 2.0 ** (1.0 / 2000.0)
_HEAVY = 1e150
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

    __slots__ = (
        "_first",
        "_high",
        "_known",
        "_low",
        "_range",
        "_rows",
        "_s0",
        "_s1",
        "_s2",
        "_thinned",
        "_weight",
    )

    def __init__(self) -> None:
        """Knows nothing."""
        self._known: list[list[float]] = [[] for _ in GRAINS]
        self._thinned = [1.0 for _ in GRAINS]
        self._first = math.nan
        # Newer rows weigh more, instead of older ones less: what is known then costs nothing.
        self._weight = 1.0
        self._s0 = 0.0
        self._s1 = [0.0 for _ in GRAINS]
        self._s2 = [0.0 for _ in GRAINS]
        self._rows = 0
        self._low = math.inf
        self._high = -math.inf
        self._range = 1.0

    def push(self, x: float) -> float:
        """Surprise at `x`, 0 for what is known; `x` is known from here on."""
        rows = self._rows
        self._rows = rows + 1
        weight = self._weight = self._weight * _GROWTH
        before = self._s0
        self._s0 = before + weight
        if weight > _HEAVY:
            self._lighten(weight)
            weight, before = 1.0, before / weight
        if x == self._first:
            return 0.0
        if rows < _RANGE_ROWS and not self._low <= x <= self._high:
            self._low, self._high = min(self._low, x), max(self._high, x)
            self._range = self._high - self._low or max(1e-9, abs(self._high))
        if not rows:
            self._first = x
            for known in self._known:
                known.append(x)
            return 0.0
        return self._surprise(x, weight, before if rows >= _SILENT_ROWS else 0.0)

    def _surprise(self, x: float, weight: float, before: float) -> float:
        """Learn `x`; `before` is the weight of all earlier rows, 0 to say nothing."""
        unit, s1, s2 = self._range, self._s1, self._s2
        total = 0.0
        for k, known in enumerate(self._known):
            at = bisect_left(known, x)
            if at == len(known):
                distance = x - known[-1]
            else:
                distance = known[at] - x
                if at and x - known[at - 1] < distance:
                    distance = x - known[at - 1]
            if distance == 0.0:
                continue
            if distance > GRAINS[k] * self._thinned[k] * unit:
                known.insert(at, x)
                if len(known) > _MOST_KNOWN:
                    self._thin(k)
            u = math.log1p(_GAIN * distance / unit)
            if before:
                mean = s1[k] / before
                if u > mean:
                    variance = max(s2[k] / before - mean * mean, 0.0)
                    z = (u - mean) / math.sqrt(variance + _TINY * (1.0 + mean * mean))
                    total += math.log1p(z)
            s1[k] += weight * u
            s2[k] += weight * u * u
        return total / len(GRAINS)

    def _lighten(self, by: float) -> None:
        """Divide all weights, before they are too large for a number."""
        self._weight /= by
        self._s0 /= by
        self._s1 = [one / by for one in self._s1]
        self._s2 = [one / by for one in self._s2]

    def _thin(self, k: int) -> None:
        """Twice as coarse from here on: a series without bounds must not fill the memory."""
        self._first = math.nan
        self._thinned[k] *= 2.0
        grain = GRAINS[k] * self._thinned[k] * self._range
        kept: list[float] = []
        for value in self._known[k]:
            if not kept or value - kept[-1] > grain:
                kept.append(value)
        self._known[k] = kept if len(kept) <= _MOST_KNOWN // 2 else kept[::2]
