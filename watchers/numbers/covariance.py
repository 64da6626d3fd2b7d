"""Mean and covariance with forgetting, shrunk so that the inverse always exists."""

import math
from operator import mul

Matrix = list[list[float]]


class Covariance:
    """Discounted mean ``m`` and covariance ``C`` of vectors, and a stable inverse of ``C``.

    ``m <- m + a (x - m)``, ``C <- (1 - a) C + a (x - m)(x - m)^T``. The inverse is not of `C` but
    of ``(1 - r) C + r (tr C / d) I + 1e-6 I`` with the shrinkage of Ledoit and Wolf (2004) in the
    form of Chen et al. (2010): ``r = (tr(C)^2 + tr(C^2)) / (n tr((C - tr C/d I)^2))``, clipped to
    0.02 … 1. It is made afresh by Cholesky's method; updating an inverse in place (Sherman and
    Morrison) with forgetting loses its definiteness on features that depend on each other.
    """

    def __init__(self, size: int, rate: float) -> None:
        """Of vectors of `size` numbers; `rate` is the weight of a new one, e.g. 0.002."""
        self._size = size
        self._rate = rate
        self._seen = 0.0
        self.mean = [0.0] * size
        self._cov: Matrix = [[0.0] * (i + 1) for i in range(size)]

    def push(self, x: list[float], weight: float = 1.0) -> None:
        """Learn a vector; with a weight below 1 it counts so much less."""
        self._seen += weight
        # The first vectors weigh as in a plain mean: the zeros they begin from are no sample.
        rate = weight * max(self._rate, 1.0 / (self._seen + 1.0))
        keep = 1.0 - rate
        away = [value - mean for value, mean in zip(x, self.mean, strict=True)]
        self.mean = [mean + rate * one for mean, one in zip(self.mean, away, strict=True)]
        for i, row in enumerate(self._cov):
            scaled = rate * keep * away[i]
            for j in range(i + 1):
                row[j] = keep * row[j] + scaled * away[j]

    def inverse(self) -> Matrix:
        """Of the shrunk covariance; full and symmetric."""
        size, cov = self._size, self._cov
        trace = math.fsum(cov[i][i] for i in range(size))
        level = trace / size
        squares = math.fsum(
            (1.0 if i == j else 2.0) * cov[i][j] ** 2 for i in range(size) for j in range(i + 1)
        )
        spread = squares - trace * trace / size
        count = min(self._seen, 1.0 / self._rate)
        away = count * spread
        shrink = max(0.02, min((trace * trace + squares) / away, 1.0)) if away > 0.0 else 1.0
        ridge = shrink * level + 1e-6
        return _inverse(
            [
                [(1.0 - shrink) * cov[i][j] + (ridge if i == j else 0.0) for j in range(i + 1)]
                for i in range(size)
            ]
        )


def _inverse(lower: Matrix) -> Matrix:
    """Of a symmetric positive definite matrix, given its lower half."""
    size = len(lower)
    root: Matrix = [[0.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest = lower[i][j] - sum(map(mul, root[i][:j], root[j]))
            root[i][j] = math.sqrt(max(rest, 1e-12)) if i == j else rest / root[j][j]
    back: Matrix = [[0.0] * size for _ in range(size)]
    for j in range(size):
        back[j][j] = 1.0 / root[j][j]
        for i in range(j + 1, size):
            back[i][j] = -sum(root[i][k] * back[k][j] for k in range(j, i)) / root[i][i]
    return [
        [sum(back[k][i] * back[k][j] for k in range(max(i, j), size)) for j in range(size)]
        for i in range(size)
    ]
