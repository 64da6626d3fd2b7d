"""How far the features of one or several series are from what they are together, normally."""

import math
from collections.abc import Mapping, Sequence
from operator import mul

from watchers.numbers.covariance import Covariance, Matrix
from watchers.numbers.onsets import Onsets
from watchers.numbers.scales import MultiScale
from watchers.numbers.verdict import UNSAID, Level, Verdict

STEPS = {Level.MINOR: 3.0, Level.MAJOR: 4.0, Level.CRITICAL: 5.0}
WARM_UP_ROWS = 120
"""So many give the unit that everything is measured in, and teach what is normal."""
_NORMAL = STEPS[Level.MINOR]
_RATE = 0.002
_DOUBTED = 0.1
"""Weight of what is not normal: with none, all would be abnormal for ever after a change."""
_REGIME_ROWS = 60
"""So many abnormal rows in a row are the new normal."""
_INVERT_EVERY = 32
_BEGIN_EVERY = 10
_HUGE = 1e150


class MahalanobisDetector:
    """Distance of multi-scale features from their mean, in terms of their covariance.

    ``D = (x - m)^T C^-1 (x - m)`` with a shrunk covariance learned online from normal rows;
    the score is ``log(1 + D)`` in standard deviations from its own mean, both discounted, so the
    threshold of 3 is derived anew as it learns. A part of `D` belongs to each feature: what
    they share is the explanation.
    """

    def __init__(self, metrics: Sequence[str] = ("value",)) -> None:
        """Of one series, or of a vector of them by their names."""
        self._metrics = tuple(metrics)
        self._onsets = Onsets()
        self._fresh()
        self._waiting: list[list[float]] = []

    def _fresh(self) -> None:
        self._scales = [MultiScale() for _ in self._metrics]
        names = self._scales[0].names
        self._names = (
            names
            if len(self._metrics) == 1
            else tuple(f"{metric} {name}" for metric in self._metrics for name in names)
        )
        self._cov = Covariance(len(self._names), _RATE)
        self._inverse: Matrix = []
        self._rows = 0
        self._units: list[tuple[float, float]] = []
        self._log_mean = self._log_variance = 0.0
        self._abnormal: list[list[float]] = []

    def judge(self, at_s: float | None, value: float | None) -> Verdict:
        """See `SeriesDetector.judge`; of the first metric."""
        return self.judge_all(at_s, {self._metrics[0]: value})

    def judge_all(self, at_s: float | None, values: Mapping[str, float | None]) -> Verdict:
        """Judge the metrics of one moment; a moment without all of them teaches nothing."""
        row: list[float] = []
        for metric in self._metrics:
            value = values.get(metric)
            if value is None or not math.isfinite(value):
                return UNSAID
            row.append(max(-_HUGE, min(value, _HUGE)))
        if not self._units:
            self._waiting.append(row)
            if len(self._waiting) == WARM_UP_ROWS:
                self._begin(self._waiting)
                self._waiting = []
            return UNSAID
        return self._judged(row)

    def _begin(self, rows: list[list[float]]) -> None:
        """Take units from some rows and learn them as normal."""
        self._fresh()
        for column in zip(*rows, strict=True):
            mean = math.fsum(column) / len(column)
            spread = math.sqrt(math.fsum((x - mean) ** 2 for x in column) / len(column))
            self._units.append((mean, max(spread, 1e-3 * abs(mean), 1e-9)))
        for n, row in enumerate(rows):
            features = self._features(row)
            # What is usual is told by rows that were not learned yet, as it will be: a distance
            # from what it is itself part of is too short. By then the windows are filled.
            if n >= len(rows) // 2:
                if n % _BEGIN_EVERY == 0 or not self._inverse:
                    self._inverse = self._cov.inverse()
                self._follow(math.log1p(max(sum(self._parts(features)), 0.0)), 1.0)
            self._cov.push(features)
        self._inverse = self._cov.inverse()

    def _features(self, row: list[float]) -> list[float]:
        found: list[float] = []
        for x, (mean, spread), scale in zip(row, self._units, self._scales, strict=True):
            # Cut off: one value of a million deviations would be all there is to remember.
            found += scale.push(max(-1e3, min((x - mean) / spread, 1e3)))
        return found

    def _judged(self, row: list[float]) -> Verdict:
        features = self._features(row)
        parts = self._parts(features)
        log = math.log1p(max(sum(parts), 0.0))
        score = max(0.0, (log - self._log_mean) / math.sqrt(self._log_variance + 1e-4))
        normal = score < _NORMAL
        weight = 1.0 if normal else _DOUBTED
        self._follow(log, weight)
        self._cov.push(features, weight)
        if normal:
            self._abnormal = []
        else:
            self._abnormal.append(row)
            if len(self._abnormal) > _REGIME_ROWS:
                self._begin(self._abnormal)
        if self._rows % _INVERT_EVERY == 0:
            self._inverse = self._cov.inverse()
        onset = self._onsets.push(score)
        return Verdict(
            score=score,
            level=_level(score),
            shares={} if normal else self._shares(parts),
            onset=Verdict(score=onset, level=_level(onset)),
        )

    def _parts(self, features: list[float]) -> list[float]:
        """What each feature adds to the distance; some may take from it."""
        away = [x - mean for x, mean in zip(features, self._cov.mean, strict=True)]
        return [
            one * sum(map(mul, line, away)) for one, line in zip(away, self._inverse, strict=True)
        ]

    def _follow(self, log: float, weight: float) -> None:
        """Let the usual distance follow this one."""
        self._rows += 1
        rate = weight * max(_RATE, 1.0 / self._rows)
        step = log - self._log_mean
        self._log_mean += rate * step
        self._log_variance = (1.0 - rate) * (self._log_variance + rate * step * step)

    def _shares(self, parts: list[float]) -> dict[str, float]:
        positive = [max(part, 0.0) for part in parts]
        total = sum(positive) or 1.0
        shares = {name: part / total for name, part in zip(self._names, positive, strict=True)}
        return dict(sorted(shares.items(), key=lambda one: -one[1]))


def _level(score: float) -> Level:
    return max(
        (one for one, step in STEPS.items() if score >= step),
        key=lambda one: one.rank,
        default=Level.NONE,
    )
