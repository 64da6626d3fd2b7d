"""The default detector of numbers: a memory of all values, of their hours, and of its alarms."""

import math

from watchers.numbers.bands import DayBand, DayLength
from watchers.numbers.novelty import Novelty
from watchers.numbers.onsets import Onsets
from watchers.numbers.verdict import UNSAID, Level, Verdict

WARM_UP_ROWS = 150
"""Before this many no level is said."""
LEVELS = {Level.MINOR: 0.8, Level.MAJOR: 1.0, Level.CRITICAL: 1.5}
_OFFSET_ROWS = 600
_SMOOTH = 2.0 ** (-1.0 / 6.0)
"""Half-life of six rows."""
_SUSTAINED = 0.75
_HUGE = 1e150
"""Squares of what is larger are no numbers any more."""


class MemoryDetector:
    """Surprise of six voices, joined, and only its onsets.

    Four voices look at the number itself: its value, its logarithm, and how far it is outside of
    a narrow and a wide band around the same hour of earlier days. Two look at its smoothed
    course outside of that band, so that what lasts is heard though no single row is far out.
    Each family speaks with the mean of its voices, and the louder family counts.
    """

    def __init__(self) -> None:
        """Knows nothing of the series."""
        self._rows = 0
        self._lowest = 0.0
        self._day = DayLength()
        self._narrow, self._wide = DayBand(2, self._day), DayBand(6, self._day)
        self._course, self._log_course = DayBand(6, self._day), DayBand(6, self._day)
        self._voices = tuple(Novelty() for _ in range(6))
        self._onsets = Onsets()
        self._weight = self._smooth = self._log_smooth = 0.0

    def judge(self, at_s: float | None, value: float | None) -> Verdict:
        """See `SeriesDetector.judge`."""
        if value is None or not math.isfinite(value):
            return UNSAID
        x = max(-_HUGE, min(value, _HUGE))
        self._day.push(at_s)
        if self._rows < _OFFSET_ROWS:
            self._lowest = min(self._lowest, x)
        log = math.log1p(max(x - self._lowest, 0.0))
        self._weight = self._weight * _SMOOTH + 1.0
        self._smooth = self._smooth * _SMOOTH + x
        self._log_smooth = self._log_smooth * _SMOOTH + log
        plain, logarithm, narrow, wide, course, log_course = self._voices
        # Voices that know no earlier day have nothing to say, and do not count.
        speaking = 4.0 if self._wide.knows else 2.0
        sudden = (
            plain.push(x)
            + logarithm.push(log)
            + narrow.push(self._narrow.push(x))
            + wide.push(self._wide.push(x))
        ) / speaking
        lasting = (
            course.push(self._course.push(self._smooth / self._weight))
            + log_course.push(self._log_course.push(self._log_smooth / self._weight))
        ) / 2.0
        self._rows += 1
        score = self._onsets.push(max(sudden, _SUSTAINED * lasting))
        return Verdict(score=score, level=self._level(score))

    def _level(self, score: float) -> Level:
        if self._rows <= WARM_UP_ROWS:
            return Level.NONE
        return max(
            (level for level, least in LEVELS.items() if score >= least),
            key=lambda level: level.rank,
            default=Level.NONE,
        )
