"""Vector rules: several numbers that together are not what they usually are."""

import math
import re
from collections import deque
from datetime import timedelta
from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from watchers.clauses.judges import vector_judge
from watchers.clauses.levels import LevelName, LevelSettings, doing
from watchers.delay import write_span
from watchers.detectors.base import VALUE, Event, Name, Sight, Span, WindowRule, written
from watchers.numbers.buckets import Bucket, Buckets
from watchers.numbers.moments import SlidingMoments
from watchers.numbers.packing import number, packed, unpacked
from watchers.numbers.verdict import Level, Verdict

SERIES = "series"
_REMEMBERED = 600
_USUAL = 60
_TOLD_SHARES = 2
_LEAST_SHARE = 0.05
_LEAST_METRICS, _MOST_METRICS = 2, 8
_GLOB = re.compile(r"[*?\[]")


class VectorRule(WindowRule):
    """How far several numbers are from what they are together, normally.

    Of each the mean, the spread and the trend over 5, 15 and 60 buckets count, by a Mahalanobis
    distance; which of them has how much to do with it is told.

    Attributes:
        series: Two to eight names of series, as with `metrics`; those with the same other labels
            belong together, or those of one value of `query_key`.
        metrics: Or two to eight fields of the lines.
        bucket: Means of so much time are compared.
        levels: As in dynamic rules.
    """

    kind: Literal["vector"]
    metrics: tuple[Name, ...] = Field(default=(), max_length=_MOST_METRICS)
    bucket: Span = timedelta(minutes=1)
    levels: dict[LevelName, LevelSettings] = Field(default_factory=dict)
    times: ClassVar[bool] = True

    @model_validator(mode="after")
    def _several(self) -> "VectorRule":
        named = self.names
        if self.series and self.metrics:
            raise ValueError("either series or metrics")
        if not _LEAST_METRICS <= len(set(named)) <= _MOST_METRICS or any(
            map(_GLOB.search, self.series)
        ):
            raise ValueError(
                f'two to {_MOST_METRICS} names, e.g. series = ["queue_depth", "rule:latency"] or, '
                'of fields in lines, metrics = ["ms", "bytes"]'
            )
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """What the numbers are called."""
        return self.series or self.metrics

    @property
    def looked_at(self) -> tuple[str, ...]:
        """The key's, and those with numbers."""
        return (*self.query_key, *((SERIES, VALUE) if self.series else self.metrics))

    @property
    def joins(self) -> frozenset[str]:
        """Series are not told apart."""
        return frozenset({SERIES})

    def course(self, state: Any = None) -> "VectorCourse":
        """For one group."""
        return VectorCourse(self, state)


class VectorCourse:
    """One group's buckets of every metric, and who judges them together."""

    def __init__(self, rule: VectorRule, state: Any = None) -> None:
        """Go on with what `state` said: learn from the newest numbers anew."""
        self._rule = rule
        self._width = rule.bucket.total_seconds()
        self._judge = vector_judge(rule.names)
        self._usual = {name: SlidingMoments(_USUAL) for name in rule.names}
        self._rows: deque[tuple[float, ...]] = deque(maxlen=_REMEMBERED)
        self._packed: list[str] | None = None
        self._level = Level.NONE
        kept, columns, end_s, told = state or (None, (), 0.0, Level.NONE)
        self._buckets = {
            name: Buckets(self._width, kept[name] if kept else None) for name in rule.names
        }
        self._end = float(end_s)
        rows = list(zip(*(unpacked(one, _REMEMBERED) for one in columns), strict=True))
        begin_s = self._end - len(rows) * self._width
        for n, row in enumerate(rows, 1):
            named = dict(zip(rule.names, map(number, row), strict=True))
            self._heard(begin_s + n * self._width, named)
        self._level = Level(told)

    def take(self, event: Event) -> Sight | None:
        """Judged once its bucket is over."""
        for name in self._rule.names:
            if not self._rule.series:
                found = event.number(name)
            else:
                found = event.number(VALUE) if event.fields.get(SERIES) == name else None
            if found is not None:
                self._buckets[name].add(event.at, found)
        return self.tick(event.at - self._rule.late_s)

    def tick(self, until: float) -> Sight | None:
        """Judge the moments that are over by then; the worst of what shows."""
        moments: dict[float, dict[str, float | None]] = {}
        for name, buckets in self._buckets.items():
            for end_s, bucket in buckets.closed(until):
                moments.setdefault(end_s, {})[name] = _mean(bucket)
        worst: Sight | None = None
        for end_s in sorted(moments):
            sight = self._judged(end_s, moments[end_s])
            if sight is not None and (worst is None or worst.over or _rank(sight) >= _rank(worst)):
                worst = sight
        return worst

    def state(self) -> Any:
        """Open buckets, the newest numbers, and what was said last."""
        if self._packed is None:
            self._packed = [packed(column) for column in zip(*self._rows, strict=True)]
        opened = {name: one.state() for name, one in self._buckets.items()}
        return opened, self._packed, self._end, self._level

    def _heard(self, at_s: float, moment: dict[str, float | None]) -> Verdict:
        verdict = self._judge.judge_all(at_s, moment)
        row = (moment.get(name) for name in self._rule.names)
        self._rows.append(tuple(math.nan if one is None else one for one in row))
        for name, value in moment.items():
            if value is not None:
                self._usual[name].push(at_s, value)
        self._packed, self._end = None, at_s
        return verdict

    def _judged(self, end_s: float, moment: dict[str, float | None]) -> Sight | None:
        usual = {name: one.mean for name, one in self._usual.items()}
        verdict = self._heard(end_s, moment)
        if any(moment.get(name) is None for name in self._rule.names):
            return None
        before, self._level = self._level, verdict.level
        if verdict.level is Level.NONE:
            return None if before is Level.NONE else Sight(said="", since=end_s, over=True)
        rule = self._rule
        severity, responses = doing(verdict.level, rule.levels, rule.severity, rule.wanted)
        return Sight(
            said=self._said(moment, usual, verdict),
            since=end_s,
            lasts=verdict.level.rank <= before.rank,
            worse=verdict.level.rank > before.rank,
            severity=severity,
            responses=responses,
            noted={"level": verdict.level, "score": written(verdict.score)},
        )

    def _said(
        self, moment: dict[str, float | None], usual: dict[str, float], verdict: Verdict
    ) -> str:
        # What it was goes first: a long list of numbers is cut off on a card.
        shares = [one for one in verdict.shares.items() if one[1] >= _LEAST_SHARE][:_TOLD_SHARES]
        parts = [f"{self._feature(feature)}: {share:.0%}" for feature, share in shares]
        parts += [
            f"{name} {written(value)}, usually {written(usual[name])}"
            for name in self._rule.names
            if (value := moment[name]) is not None
        ]
        return "; ".join(parts)

    def _feature(self, feature: str) -> str:
        """``latency trend over 15m`` for ``latency trend/15``."""
        kind, _, buckets = feature.rpartition("/")
        if not kind:
            return feature.removesuffix(" value")
        return f"{kind} over {write_span(int(buckets) * self._rule.bucket)}"


def _mean(bucket: Bucket) -> float | None:
    return bucket.total / bucket.count if bucket.count else None


def _rank(sight: Sight) -> int:
    return sight.severity.rank if sight.severity is not None else -1
