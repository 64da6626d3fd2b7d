"""How unlikely it is that so many come, when a mean is known."""

import math

_SURE = 1.0
_NOTHING = 1e-18
_DISPERSION = 1.5
"""Variance over mean: lines come in clusters."""


def chance_of_as_many(count: int, mean: float) -> float:
    """P(X >= count) for X negative binomial with that mean and a variance 1.5 times as much.

    With p = 1 / 1.5 and r = mean p / (1 - p), the terms follow each other by
    P(k + 1) = P(k) (1 - p) (k + r) / (k + 1). They are summed upwards from `count`, so that small
    chances are exact.
    """
    if count <= 0:
        return _SURE
    if mean <= 0:
        return 0.0
    if count <= mean:
        return _SURE  # of no interest, and then the terms would grow first
    p = 1 / _DISPERSION
    r = mean * p / (1 - p)
    log_term = math.lgamma(count + r) - math.lgamma(r) - math.lgamma(count + 1)
    term = math.exp(log_term + r * math.log(p) + count * math.log(1 - p))
    total = 0.0
    while term > _NOTHING * max(total, _NOTHING):
        total += term
        term *= (1 - p) * (count + r) / (count + 1)
        count += 1
    return min(_SURE, total)
