"""A sketch of many numbers that answers for any quantile within one percent."""

import math
from collections.abc import Iterable
from typing import Any

_ACCURACY = 0.01
_GAMMA = (1.0 + _ACCURACY) / (1.0 - _ACCURACY)
_LOG_GAMMA = math.log(_GAMMA)
_LEAST = 1e-9
"""Smaller numbers count as 0."""
_MOST_BINS = 1024


class Sketch:
    """Counts per bin whose bounds grow by two percent (DDSketch; Masson, Rim and Lee, 2019).

    A quantile is right within one percent of itself, also after sketches were merged; bins next
    to 0 are folded together when there are more than 1024, so the upper quantiles stay right.
    """

    def __init__(self, stored: Iterable[tuple[int, int, int]] = ()) -> None:
        """Empty, or as `state` said."""
        self._bins: dict[tuple[int, int], int] = {
            (int(sign), int(place)): int(count) for sign, place, count in stored
        }

    def push(self, x: float, count: int = 1) -> None:
        """Count a number in."""
        size = abs(x)
        if size < _LEAST:
            spot = (0, 0)
        else:
            spot = (1 if x > 0 else -1, math.ceil(math.log(size) / _LOG_GAMMA))
        self._bins[spot] = self._bins.get(spot, 0) + count
        if len(self._bins) > _MOST_BINS:
            self._fold()

    def quantile(self, share: float) -> float | None:
        """The number that so great a share is not above; None for nothing."""
        total = sum(self._bins.values())
        if not total:
            return None
        rank = share * (total - 1)
        seen = 0
        spots = sorted(self._bins, key=lambda spot: (spot[0], spot[0] * spot[1]))
        for spot in spots:
            seen += self._bins[spot]
            if seen > rank:
                return _middle(spot)
        return _middle(spots[-1])

    def state(self) -> Any:
        """For JSON."""
        return [(sign, place, count) for (sign, place), count in self._bins.items()]

    def _fold(self) -> None:
        nearest, next_one = sorted(self._bins, key=lambda spot: abs(_middle(spot)))[:2]
        self._bins[next_one] += self._bins.pop(nearest)


def _middle(spot: tuple[int, int]) -> float:
    sign, place = spot
    return sign * 2.0 * math.exp(place * _LOG_GAMMA) / (_GAMMA + 1.0) if sign else 0.0
