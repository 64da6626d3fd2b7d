"""Turns samples of a host into findings: a disk almost full, a check that fails, and its end."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from watchers.delay import Delay
from watchers.finding import Finding, Sample, Severity
from watchers.health import CheckResult, CheckStatus, Disk, HostSample, ProcessUse

PREFIX = "health:"
"""Of the names of these rules, which nobody configures as rules."""
MARGIN = 0.02
"""So far below its lowest level a figure must fall to be well again."""
SAY_AGAIN_S = 60.0
"""What lasts is said again this often: an alert without news would be over."""
_STANDS = Delay(down=timedelta(minutes=15))
_GIB = 1 << 30
_MIB = 1 << 20

Levels = Mapping[Severity, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckTerms:
    """How a failing check is told; see the settings of checks."""

    severity: Severity = Severity.HIGH
    service: str = ""
    fails: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthTerms:
    """From which share on a figure is told, by severity, and how long it must stand there.

    Attributes:
        levels: By figure: ``cpu``, ``memory``, ``swap``, ``load`` (per core), ``disk``,
            ``inodes``; one without levels is never told.
        lasts: By figure; as long it must be well again to be over.
        checks: By name.
    """

    levels: Mapping[str, Levels] = field(default_factory=dict)
    lasts: Mapping[str, timedelta] = field(default_factory=dict)
    checks: Mapping[str, CheckTerms] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """One figure or check in one sample; `times` is how often a check was run."""

    rule: str
    labels: Mapping[str, str]
    severity: Severity | None
    well: bool
    title: str
    lasts_s: float
    value: float | None = None
    unit: str = ""
    lines: tuple[str, ...] = ()
    annotations: Mapping[str, str] = field(default_factory=dict)


class _Course:
    """How one figure or check went since the agent started."""

    def __init__(self) -> None:
        self.bad_since: dict[Severity, float] = {}
        self.well_since: float | None = None
        self.told: Severity | None = None
        self.told_at = 0.0
        self.settled = False
        """Whether its end was said: what was told before the agent started may be over too."""


class HealthDetector:
    """Findings of one host; not thread-safe.

    A figure must stand at a level for a while to be told, and be well again for as long to be
    over, so that what goes up and down around it does not ring. A check counts by its runs
    instead: so many that fail in a row, so many that pass.
    """

    def __init__(self, agent: str, terms: HealthTerms) -> None:
        """`agent` is part of the findings' ids."""
        self._agent = agent
        self._terms = terms
        self._courses: dict[tuple[str, ...], _Course] = {}
        self._runs: dict[str, _Runs] = {}

    def detect(self, sample: HostSample, now_s: float) -> tuple[Finding, ...]:
        """What is to be said of a sample; `now_s` is monotonic."""
        found = []
        present: dict[tuple[str, ...], _Course] = {}
        for seen in self._seen(sample):
            key = (seen.rule, *sorted(seen.labels.values()))
            course = present[key] = self._courses.get(key) or _Course()
            finding = self._judged(seen, course, sample, now_s)
            found += [finding] if finding is not None else []
        self._courses = present
        return tuple(found)

    def _judged(
        self, seen: _Seen, course: _Course, sample: HostSample, now_s: float
    ) -> Finding | None:
        reached = seen.severity.rank if seen.severity is not None else -1
        course.bad_since = {
            severity: course.bad_since.get(severity, now_s)
            for severity in Severity
            if severity.rank <= reached
        }
        ripe = [s for s, since in course.bad_since.items() if now_s - since >= seen.lasts_s]
        worst = max(ripe, key=lambda severity: severity.rank, default=None)
        if not seen.well:
            course.well_since = None
        elif course.well_since is None:
            course.well_since = now_s
        if worst is not None:
            rises = course.told is None or worst.rank > course.told.rank
            if rises or now_s - course.told_at >= SAY_AGAIN_S:
                course.told, course.told_at, course.settled = worst, now_s, False
                return self._finding(seen, sample, worst)
            return None
        over = course.well_since is not None and now_s - course.well_since >= seen.lasts_s
        if over and not course.settled:
            course.told, course.settled = None, True
            return self._finding(seen, sample, Severity.INFO, recovers=True)
        if course.told is not None and not seen.well and now_s - course.told_at >= SAY_AGAIN_S:
            course.told_at = now_s  # below its level, but not well yet
            return self._finding(seen, sample, course.told)
        return None

    def _finding(
        self, seen: _Seen, sample: HostSample, severity: Severity, *, recovers: bool = False
    ) -> Finding:
        at = sample.at
        place = f"{sample.host}:0"
        parts = (self._agent, seen.rule, *sorted(seen.labels.values()), at.isoformat())
        return Finding(
            id="|".join((*parts, "over") if recovers else parts),
            rule=seen.rule,
            severity=severity,
            labels=seen.labels,
            title=seen.title,
            first_at=at,
            seen_at=at,
            samples=tuple(
                Sample(text=line, place=place, at=at) for line in seen.lines if not recovers
            ),
            annotations=seen.annotations,
            value=seen.value,
            unit=seen.unit,
            recovers=recovers,
            delay=_STANDS,
        )

    def _seen(self, sample: HostSample) -> Iterator[_Seen]:
        host = {"host": sample.host}
        cpu, memory = _processes(sample.by_cpu), _processes(sample.by_memory)
        yield from self._figure("cpu", sample.cpu, host, f"CPU {sample.cpu:.0%}", cpu)
        said = f"Memory {sample.memory:.0%}"
        yield from self._figure("memory", sample.memory, host, said, memory)
        if sample.swap is not None:
            said = f"Swap {sample.swap:.0%}"
            yield from self._figure("swap", sample.swap, host, said, memory)
        if sample.load and sample.cores:
            load = sample.load[0]
            said = f"Load {load:.1f} on {sample.cores} cores"
            yield from self._figure("load", load / sample.cores, host, said, cpu)
        for disk in sample.disks:
            place = {**host, "mount": disk.mount}
            said = f"Disk {disk.mount} {disk.used:.0%}, {_free(disk)} free"
            yield from self._figure("disk", disk.used, place, said)
            if disk.inodes is not None:
                said = f"Inodes {disk.mount} {disk.inodes:.0%}"
                yield from self._figure("inodes", disk.inodes, place, said)
        for check in sample.checks:
            yield self._check(check, host)

    def _figure(
        self,
        name: str,
        value: float,
        labels: Mapping[str, str],
        title: str,
        lines: tuple[str, ...] = (),
    ) -> Iterator[_Seen]:
        levels = self._terms.levels.get(name)
        if not levels:
            return
        reached = [severity for severity, level in levels.items() if value >= level]
        yield _Seen(
            rule=PREFIX + name,
            labels=labels,
            severity=max(reached, key=lambda severity: severity.rank, default=None),
            well=value < min(levels.values()) - MARGIN,
            title=title,
            lasts_s=self._terms.lasts.get(name, timedelta()).total_seconds(),
            value=round(value * 100, 1),
            unit="%",
            lines=lines,
        )

    def _check(self, check: CheckResult, host: Mapping[str, str]) -> _Seen:
        terms = self._terms.checks.get(check.name, CheckTerms())
        runs = self._runs.setdefault(check.name, _Runs())
        runs.count(check)
        service = {"service": terms.service} if terms.service else {}
        severity = terms.severity
        if check.status is CheckStatus.WARNING:
            severity = min(severity, Severity.MEDIUM, key=lambda one: one.rank)
        fails = runs.bad >= terms.fails
        state = "warns" if check.status is CheckStatus.WARNING else "fails"
        detail = f": {check.detail}" if check.detail else ""
        return _Seen(
            rule=PREFIX + "check",
            labels={**host, "check": check.name, **service},
            severity=severity if fails and check.status is not CheckStatus.UP else None,
            well=runs.good >= terms.fails,
            title=f"{check.name} {state}{detail}",
            lasts_s=0.0,
            annotations={"kind": check.kind},
        )


class _Runs:
    """How often in a row a check failed or passed; a result seen again is one run."""

    def __init__(self) -> None:
        self.bad = self.good = 0
        self._counted: CheckResult | None = None

    def count(self, check: CheckResult) -> None:
        if self._counted is not None and check.at <= self._counted.at:
            return
        self._counted = check
        if check.status is CheckStatus.UP:
            self.bad, self.good = 0, self.good + 1
        else:
            self.bad, self.good = self.bad + 1, 0


def _processes(some: tuple[ProcessUse, ...]) -> tuple[str, ...]:
    return tuple(
        f"{one.cpu:>4.0%} cpu  {one.memory_bytes / _MIB:>7.0f} MiB  {one.name} ({one.pid})"
        for one in some
    )


def _free(disk: Disk) -> str:
    gib = disk.free_bytes / _GIB
    return f"{gib:.1f} GiB" if gib >= 1 else f"{disk.free_bytes / _MIB:.0f} MiB"
