"""Discounted rates, and how unlikely a count is under one.

A rate is a counter N and its exposure E in seconds, both fading with a time constant T:
N <- N e^(-dt/T), E <- E e^(-dt/T) + T (1 - e^(-dt/T)). In a window of w seconds
mu = w (N + 1/2) / (E + p) events are expected, where p is 600 s or, while little is known, a fifth
of E. The count is taken as negative binomial with variance 1.5 mu + mu^2 / (N + 1/2): what is
logged comes in clusters, and the rate itself is known from N events only.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

_PRIOR_COUNT = 0.5
_PRIOR_S = 600.0
_PRIOR_SHARE = 0.2
_DISPERSION = 0.5
"""Variance of a count beyond its mean, as a share of the mean."""
_STEPS_PER_E = 24
"""Means are taken on a grid of a ratio of e^(1/24), rounded up, so that thresholds can be kept."""
_SURE_STEPS_PER_E = 4
_LEAST_MEAN = 1e-4
_MOST = 100_000


@dataclass(slots=True)
class Rate:
    """A discounted counter.

    Attributes:
        fading_s: The time constant T.
        known: The counter N.
        exposure_s: The exposure E.
        at_s: To when both are faded.
    """

    fading_s: float
    known: float = 0.0
    exposure_s: float = 0.0
    at_s: float = 0.0

    def fade(self, now_s: float) -> None:
        """Bring it to a later moment; an earlier one changes nothing."""
        passed = now_s - self.at_s
        if passed <= 0.0:
            return
        left = math.exp(-passed / self.fading_s)
        self.known *= left
        self.exposure_s = self.exposure_s * left + self.fading_s * (1.0 - left)
        self.at_s = now_s

    def skip(self, now_s: float) -> None:
        """Let time pass that says nothing."""
        self.at_s = max(self.at_s, now_s)

    def expected(self, span_s: float, late: float = 0.0, late_s: float = 0.0) -> float:
        """The mean count in a window.

        Args:
            span_s: Its length.
            late: So many of the newest events are left out.
            late_s: And the time that they came in.
        """
        exposure_s = max(self.exposure_s - late_s, 1.0)
        prior_s = min(_PRIOR_S, _PRIOR_SHARE * exposure_s)
        return span_s * (max(0.0, self.known - late) + _PRIOR_COUNT) / (exposure_s + prior_s)


def unlikely_count(mean: float, known: float, chance: float) -> int:
    """The least count c with P(X >= c) < chance, for a mean rounded up a little.

    Args:
        mean: Of the count.
        known: From how many events it is known.
        chance: Between 0 and 1.
    """
    step = math.ceil(math.log(max(mean, _LEAST_MEAN)) * _STEPS_PER_E)
    sure = int(math.log(max(known, 0.0) + _PRIOR_COUNT) * _SURE_STEPS_PER_E)
    return _unlikely_count(step, sure, chance)


@lru_cache(maxsize=8192)
def _unlikely_count(step: int, sure: int, chance: float) -> int:
    mean = math.exp(step / _STEPS_PER_E)
    size = 1.0 / (_DISPERSION / mean + math.exp(-sure / _SURE_STEPS_PER_E))
    log_p = math.log(size / (size + mean))
    log_q = math.log(mean / (size + mean))
    # P(X = n+1) / P(X = n) = q (n + size) / (n + 1); summed from below, since the tail is small
    # only against 1, and not against what is summed: the complement keeps six digits.
    tail, count = 1.0, 0
    log_mass = size * log_p
    while tail >= chance and count < _MOST:
        tail -= math.exp(log_mass)
        log_mass += log_q + math.log((count + size) / (count + 1))
        count += 1
    return count
