"""Of a course of surprise, only its beginnings, each worth less the more came before."""

from collections import deque

_REST_ROWS = 100
_HALF_LIFE_ROWS = 4000.0
_WEIGHT = 0.1
_SLOPE = 4
_LEAST = 0.2
_MOST_KEPT = 256


class Onsets:
    """Lets through what is above everything of the last `_REST_ROWS` rows, damped by fatigue.

    The fatigue of an onset is the sum over earlier ones of ``min(1, theirs / this)^4``, halved
    every 4000 rows: what keeps coming as high counts less and less, what towers over all of
    it counts whole. No threshold is part of this.
    """

    def __init__(self) -> None:
        """Rested."""
        self._row = 0
        self._highest: deque[tuple[int, float]] = deque()
        self._past: deque[tuple[int, float]] = deque(maxlen=_MOST_KEPT)

    def push(self, surprise: float) -> float:
        """The worth of this row as the beginning of something, 0 when it is none."""
        row, highest = self._row, self._highest
        self._row = row + 1
        while highest and highest[0][0] < row - _REST_ROWS:
            highest.popleft()
        begins = surprise > (highest[0][1] if highest else 0.0)
        while highest and highest[-1][1] <= surprise:
            highest.pop()
        highest.append((row, surprise))
        if not begins:
            return 0.0
        fatigue = 0.0
        for at, height in self._past:
            share = min(1.0, height / surprise) ** _SLOPE
            fatigue += share * 2.0 ** ((at - row) / _HALF_LIFE_ROWS)
        if surprise > _LEAST:
            self._past.append((row, surprise))
        return surprise / (1.0 + _WEIGHT * fatigue)
