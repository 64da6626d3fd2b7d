"""Figures of a host that are not what they usually are, though no fixed level is reached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from watchers.clauses.judges import built, vector_judge
from watchers.delay import Delay, write_span
from watchers.finding import Finding, Response, Severity
from watchers.health import HostSample
from watchers.numbers.buckets import Bucket, Buckets
from watchers.numbers.moments import SlidingMoments
from watchers.numbers.verdict import Level, SeriesDetector, Verdict

UNUSUAL = "health:unusual"
"""The rule of such figures; which one it is stands in the label `figure`."""
_BUCKET_S = 60.0
_USUAL = 60
_TOLD_SHARES = 2
_STANDS = Delay(down=timedelta(minutes=15))
_SEVERITIES = {
    Level.MINOR: Severity.LOW,
    Level.MAJOR: Severity.MEDIUM,
    Level.CRITICAL: Severity.HIGH,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusualTerms:
    """Which figures are judged, and by whom.

    Attributes:
        figures: Some of ``cpu``, ``memory``, ``swap``, ``load``, and ``in`` and ``out``, which are
            bytes per second.
        detector: Name of what judges each of them; ``mahalanobis`` judges them together.
    """

    figures: tuple[str, ...] = ()
    detector: str = "memory"


class HostSeries:
    """Judges the figures of one host minute by minute; not thread-safe.

    A minor departure is only recorded. What was learned is gone with the process.
    """

    def __init__(self, agent: str, terms: UnusualTerms) -> None:
        """`agent` is part of the findings' ids."""
        self._agent = agent
        self._figures = terms.figures
        self._buckets = {name: Buckets(_BUCKET_S) for name in terms.figures}
        self._usual = {name: SlidingMoments(_USUAL) for name in terms.figures}
        joined = terms.detector == "mahalanobis" and len(terms.figures) > 1
        self._together = vector_judge(terms.figures) if joined else None
        self._judges: dict[str, SeriesDetector] = (
            {} if joined else {name: built(terms.detector) for name in terms.figures}
        )

    def detect(self, sample: HostSample) -> tuple[Finding, ...]:
        """Count a sample in; what the minutes that are over by it show."""
        at_s = sample.at.timestamp()
        closed: dict[float, dict[str, float | None]] = {}
        for name, value in _values(sample).items():
            if name in self._buckets:
                self._buckets[name].add(at_s, value)
        for name, buckets in self._buckets.items():
            for end_s, bucket in buckets.closed(at_s):
                closed.setdefault(end_s, {})[name] = _mean(bucket)
        return tuple(
            found
            for end_s in sorted(closed)
            for found in self._minute(sample, end_s, closed[end_s])
        )

    def _minute(
        self, sample: HostSample, end_s: float, minute: Mapping[str, float | None]
    ) -> Sequence[Finding]:
        told: list[tuple[str, Verdict]] = []
        if self._together is not None:
            told.append(("all", self._together.judge_all(end_s, minute)))
        told += [
            (name, judge.judge(end_s, minute.get(name))) for name, judge in self._judges.items()
        ]
        found = [
            self._finding(sample, end_s, name, minute, verdict)
            for name, verdict in told
            if verdict.level is not Level.NONE
        ]
        for name, value in minute.items():
            if value is not None:
                self._usual[name].push(end_s, value)
        return found

    def _finding(
        self,
        sample: HostSample,
        end_s: float,
        name: str,
        minute: Mapping[str, float | None],
        verdict: Verdict,
    ) -> Finding:
        at = datetime.fromtimestamp(end_s, UTC)
        minor = verdict.level is Level.MINOR
        return Finding(
            id=f"{self._agent}|{UNUSUAL}|{name}|{at.isoformat()}",
            rule=UNUSUAL,
            severity=_SEVERITIES[verdict.level],
            labels={"host": sample.host, "figure": name},
            title=self._said(name, minute, verdict),
            first_at=at,
            seen_at=at,
            annotations={"level": verdict.level, "score": f"{verdict.score:.2f}"},
            value=minute.get(name),
            responses=frozenset({Response.RECORD if minor else Response.ALERT}),
            delay=_STANDS,
        )

    def _said(self, name: str, minute: Mapping[str, float | None], verdict: Verdict) -> str:
        named = self._figures if name == "all" else (name,)
        parts = [
            f"{one} {_shown(one, value)}, usually {_shown(one, self._usual[one].mean)}"
            for one in named
            if (value := minute.get(one)) is not None
        ]
        shares = list(verdict.shares.items())[:_TOLD_SHARES]
        parts += [f"{_feature(feature, name)}: {share:.0%}" for feature, share in shares]
        return "; ".join(parts)


def _values(sample: HostSample) -> dict[str, float]:
    found = {
        "cpu": sample.cpu,
        "memory": sample.memory,
        "swap": sample.swap,
        "load": sample.load[0] if sample.load else None,
        "in": sample.received_per_s,
        "out": sample.sent_per_s,
    }
    return {name: value for name, value in found.items() if value is not None}


def _mean(bucket: Bucket) -> float | None:
    return bucket.total / bucket.count if bucket.count else None


def _shown(name: str, value: float) -> str:
    return f"{value:.0%}" if name in ("cpu", "memory", "swap") else f"{value:,.4g}"


def _feature(feature: str, name: str) -> str:
    """``cpu trend over 15m`` for ``cpu trend/15``, or for ``trend/15`` of the cpu."""
    kind, _, minutes = feature.partition("/")
    kind = kind if name == "all" else f"{name} {kind}"
    if not minutes:
        return kind.removesuffix(" value")
    return f"{kind} over {write_span(int(minutes) * timedelta(minutes=1))}"
