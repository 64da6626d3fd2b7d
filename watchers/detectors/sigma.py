"""The dynamic threshold: mean and k standard deviations of a sliding window."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from watchers.numbers.moments import SlidingMoments
from watchers.numbers.verdict import SIGMAS, UNSAID, Level, Side, Verdict

STEPS = {Level(name): step for name, step in SIGMAS.items()}
_HUGE = 1e150
_FURTHEST = 1e6
"""A score says no more than that, e.g. of the first change of what never changed."""
_SHARE = 1e-3
_LEAST = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class SigmaTerms:
    """How a dynamic threshold is drawn.

    Attributes:
        window: How many numbers (one per bucket) it looks back; the one judged is not among them.
        span_s: What is older than so many seconds is no part of it either, None for any age.
        steps: From how many standard deviations on each level holds.
        side: Which way counts.
        warm_up: Nothing is said with fewer numbers in the window; at least 2.
        resolution: The standard deviation counts at least as much, in the unit of the numbers;
            it is never less than a thousandth of the mean.
        hysteresis: A level is left only when the score is so far below it.
    """

    window: int = 60
    span_s: float | None = None
    steps: Mapping[Level, float] = field(default_factory=lambda: STEPS)
    side: Side = Side.BOTH
    warm_up: int = 20
    resolution: float = 0.0
    hysteresis: float = 0.25


class SigmaDetector:
    """Scores are standard deviations from the mean of the window before the number."""

    def __init__(self, **terms: Any) -> None:
        """`terms` are those of `SigmaTerms`."""
        self._terms = SigmaTerms(**terms)
        self._moments = SlidingMoments(self._terms.window)
        self._level = Level.NONE
        self._at = 0.0

    def judge(self, at_s: float | None, value: float | None) -> Verdict:
        """See `SeriesDetector.judge`."""
        if value is None or not math.isfinite(value):
            return UNSAID
        x = max(-_HUGE, min(value, _HUGE))
        self._at = self._at if at_s is None else at_s
        if self._terms.span_s is not None:
            self._moments.forget(self._at - self._terms.span_s)
        verdict = self._verdict(x)
        self._moments.push(self._at, x)
        return verdict

    def _verdict(self, x: float) -> Verdict:
        moments, terms = self._moments, self._terms
        if len(moments) < terms.warm_up:
            self._level = Level.NONE
            return UNSAID
        mean = moments.mean
        deviation = max(moments.deviation, _SHARE * abs(mean), terms.resolution, _LEAST)
        away = (x - mean) / deviation
        match terms.side:
            case Side.BOTH:
                away = abs(away)
            case Side.LOWER:
                away = -away
            case Side.UPPER:
                pass
        score = max(0.0, min(away, _FURTHEST))
        self._level = self._level_of(score)
        return Verdict(score=score, level=self._level)

    def _level_of(self, score: float) -> Level:
        worst = Level.NONE
        for level, step in self._terms.steps.items():
            held = level.rank <= self._level.rank
            least = step - self._terms.hysteresis if held else step
            if score >= least and level.rank > worst.rank:
                worst = level
        return worst
