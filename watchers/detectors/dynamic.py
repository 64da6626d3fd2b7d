"""Dynamic rules: a rate or a number in the lines that is not what it usually is."""

import math
from collections import deque
from collections.abc import Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from watchers.clauses.judges import built
from watchers.clauses.levels import LevelName, LevelSettings, doing
from watchers.delay import write_span
from watchers.detectors.base import Event, Sight, Span, WindowRule, written
from watchers.numbers.buckets import Bucket, Buckets
from watchers.numbers.moments import SlidingMoments
from watchers.numbers.packing import number as number_of
from watchers.numbers.packing import packed, unpacked
from watchers.numbers.verdict import SIGMAS, Level, SeriesDetector, Side, Verdict

_REMEMBERED = MappingProxyType({"memory": 2880, "mahalanobis": 600, "sigma": 1440})
"""So many of the newest numbers are kept over a restart; from these it learns anew."""
_USUAL = 60
_MOST_MADE = 2000
"""Numbers that nobody took; the oldest go."""
_TOLD_SHARES = 2
_LEAST_SHARE = 0.05
_WORDS = {
    "avg": "{} on average",
    "min": "least {}",
    "max": "greatest {}",
    "sum": "sum of {}",
    "value_count": "records with {}",
    "percentiles": "{}",
}


class DynamicRule(WindowRule):
    """How many lines come, or a number in them, judged against what was before.

    Attributes:
        metric_agg_key: The field that holds the number; how many lines come without one.
        metric_agg_type: What is made of the numbers of one bucket.
        percentile_range: Which percentile, for ``percentiles``.
        bucket: So much time makes one number.
        detector: Who judges: the memory of values, mean and deviations, or a distance of many
            features.
        window: How many buckets ``sigma`` looks back.
        sigma: From how many deviations on each level holds, for ``sigma``.
        side: Which way counts, for ``sigma``.
        warm_up: With fewer buckets ``sigma`` says nothing.
        resolution: A deviation counts at least as much, for ``sigma``.
        levels: What is done at each level. A minor one is only recorded, a critical one is
            critical, when nothing else is said.
        unit: Said behind the number.
    """

    kind: Literal["dynamic"]
    metric_agg_key: str = ""
    metric_agg_type: Literal["min", "max", "avg", "sum", "value_count", "percentiles"] = "avg"
    percentile_range: float = Field(default=95.0, gt=0.0, le=100.0)
    bucket: Span = timedelta(minutes=1)
    detector: Literal["memory", "sigma", "mahalanobis"] = "memory"
    window: int = Field(default=60, ge=3, le=1440)
    sigma: dict[LevelName, float] = Field(default_factory=lambda: dict(SIGMAS))
    side: Side = Side.BOTH
    warm_up: int = Field(default=20, ge=2, le=1440)
    resolution: float = Field(default=0.0, ge=0.0, allow_inf_nan=False)
    levels: dict[LevelName, LevelSettings] = Field(default_factory=dict)
    unit: str = Field(default="", max_length=20)
    times: ClassVar[bool] = True

    @model_validator(mode="after")
    def _fits(self) -> "DynamicRule":
        given = self.model_fields_set
        if not self.metric_agg_key and given & {"metric_agg_type", "percentile_range"}:
            raise ValueError('metric_agg_key beside metric_agg_type, e.g. metric_agg_key = "ms"')
        own = given & {"window", "sigma", "side", "warm_up", "resolution"}
        if own and self.detector != "sigma":
            raise ValueError(f'detector = "sigma" beside {", ".join(sorted(own))}')
        if self.warm_up > self.window:
            raise ValueError("warm_up up to window")
        if not self.sigma or any(not 0.0 < one <= 1e3 for one in self.sigma.values()):  # noqa: PLR2004 - said beside
            raise ValueError("deviations above 0 and up to 1000 by level, e.g. { major = 3.0 }")
        return self

    @property
    def looked_at(self) -> tuple[str, ...]:
        """The key's, and the one with the number."""
        return (*self.query_key, *filter(None, [self.metric_agg_key]))

    def course(self, state: Any = None) -> "DynamicCourse":
        """For one group."""
        return DynamicCourse(self, state)

    def judge(self) -> SeriesDetector:
        """Who judges one group's numbers."""
        if self.detector != "sigma":
            return built(self.detector)
        return built(
            "sigma",
            window=self.window,
            span_s=self.window * self.bucket.total_seconds(),
            steps={Level(name): step for name, step in self.sigma.items()},
            side=self.side,
            warm_up=self.warm_up,
            resolution=self.resolution,
        )


class DynamicCourse:
    """One group's buckets, and who judges them."""

    def __init__(self, rule: DynamicRule, state: Any = None) -> None:
        """Go on with what `state` said: learn from the newest numbers anew."""
        self._rule = rule
        self._width = rule.bucket.total_seconds()
        self._judge = rule.judge()
        self._usual = SlidingMoments(_USUAL)
        self._numbers: deque[float] = deque(maxlen=_REMEMBERED[rule.detector])
        self._made: deque[tuple[float, float]] = deque(maxlen=_MOST_MADE)
        self._packed = ""
        self._level = Level.NONE
        buckets, kept, end_s, told = state or (None, "", 0.0, Level.NONE)
        self._buckets = Buckets(self._width, buckets)
        self._end = float(end_s)
        numbers = unpacked(kept, max(_REMEMBERED.values()))
        begin_s = self._end - len(numbers) * self._width
        for n, one in enumerate(map(number_of, numbers), 1):
            self._heard(begin_s + n * self._width, one)
            if one is not None:
                self._usual.push(0.0, one)
        self._level = Level(told)

    def take(self, event: Event) -> Sight | None:
        """Judged once its bucket is over."""
        key = self._rule.metric_agg_key
        number = event.number(key) if key else 1.0
        if number is None or not math.isfinite(number):
            return None
        self._buckets.add(event.at, number)
        return self.tick(event.at - self._rule.late_s)

    def tick(self, until: float) -> Sight | None:
        """Judge the buckets that are over by then; the worst of what shows."""
        worst: Sight | None = None
        for end_s, bucket in self._buckets.closed(until):
            sight = self._judged(end_s, bucket)
            if sight is not None and (worst is None or worst.over or _rank(sight) >= _rank(worst)):
                worst = sight
        return worst

    def state(self) -> Any:
        """Open buckets, the newest numbers, and what was said last."""
        self._packed = self._packed or packed(self._numbers)
        return self._buckets.state(), self._packed, self._end, self._level

    def take_numbers(self) -> Sequence[tuple[float, float]]:
        """What the buckets came to that were closed since the last time, each with its end."""
        taken = tuple(self._made)
        self._made.clear()
        return taken

    def _heard(self, at_s: float, number: float | None) -> Verdict:
        verdict = self._judge.judge(at_s, number)
        self._numbers.append(math.nan if number is None else number)
        self._packed, self._end = "", at_s
        return verdict

    def _judged(self, end_s: float, bucket: Bucket) -> Sight | None:
        number = self._figure(bucket)
        usual = self._usual.mean if len(self._usual) else None
        verdict = self._heard(end_s, number)
        if number is None:
            return None
        self._usual.push(end_s, number)
        self._made.append((end_s, number))
        before, self._level = self._level, verdict.level
        if verdict.level is Level.NONE:
            # The memory tells only beginnings; the others say when it is over.
            ends = before is not Level.NONE and self._rule.detector != "memory"
            return Sight(said="", since=end_s, over=True) if ends else None
        rule = self._rule
        severity, responses = doing(verdict.level, rule.levels, rule.severity, rule.wanted)
        return Sight(
            said=self._said(number, usual, verdict),
            since=end_s,
            count=max(1, bucket.count),
            value=round(number, 6),
            unit=self._rule.unit,
            lasts=verdict.level.rank <= before.rank,
            worse=verdict.level.rank > before.rank,
            severity=severity,
            responses=responses,
            noted={"level": verdict.level, "score": written(verdict.score)},
        )

    def _figure(self, bucket: Bucket) -> float | None:
        rule = self._rule
        if not rule.metric_agg_key or rule.metric_agg_type == "value_count":
            return float(bucket.count)
        if not bucket.count:
            return None
        figures = {
            "min": bucket.low,
            "max": bucket.high,
            "avg": bucket.total / bucket.count,
            "sum": bucket.total,
        }
        if rule.metric_agg_type in figures:
            return figures[rule.metric_agg_type]
        return bucket.sketch.quantile(rule.percentile_range / 100.0)

    def _said(self, number: float, usual: float | None, verdict: Verdict) -> str:
        rule = self._rule
        span = write_span(rule.bucket)
        unit = f" {rule.unit}" if rule.unit else ""
        if rule.metric_agg_key:
            words = _WORDS[rule.metric_agg_type].format(rule.named(rule.metric_agg_key))
            words += f" p{rule.percentile_range:g}" if rule.metric_agg_type == "percentiles" else ""
            said = f"{words}: {written(number)}{unit} in {span}"
        else:
            said = f"{written(number)} in {span}"
        said += f", usually {written(usual)}" if usual is not None else ""
        shares = [one for one in verdict.shares.items() if one[1] >= _LEAST_SHARE][:_TOLD_SHARES]
        named = (f"{self._feature(name)}: {share:.0%}" for name, share in shares)
        return "; ".join((said, *named))

    def _feature(self, name: str) -> str:
        """``trend over 15m`` for ``trend/15``."""
        kind, _, buckets = name.partition("/")
        metric = self._rule.named(self._rule.metric_agg_key) or "rate"
        if not buckets:
            return metric
        return f"{metric} {kind} over {write_span(int(buckets) * self._rule.bucket)}"


def _rank(sight: Sight) -> int:
    return sight.severity.rank if sight.severity is not None else -1
