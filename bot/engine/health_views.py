"""How hosts stand, as cards show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.health import CHECK, DISK, Forecast, HostPoint, Step, together
from bot.core.health_ports import HostRecord, HostTally
from bot.core.ports import Store
from bot.engine.forecasting import disks_full_in
from watchers.health import Disk

PAGE_LENGTH = 8
CHART_POINTS = 60
_DAY = timedelta(hours=24)
_HOUR = timedelta(hours=1)
_SIMILAR = 4


class ChartSpan(StrEnum):
    """How far back a host's charts go."""

    HOUR = "1h"
    QUARTER = "6h"
    DAY = "24h"

    @property
    def length(self) -> timedelta:
        """The same as a span."""
        return _LENGTHS[self]


_LENGTHS = {
    ChartSpan.HOUR: timedelta(hours=1),
    ChartSpan.QUARTER: timedelta(hours=6),
    ChartSpan.DAY: timedelta(hours=24),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HostLine:
    """One host in the list."""

    record: HostRecord
    silent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HostsView:
    """One page of hosts, the worst first.

    Attributes:
        every: How often they are sampled by order of a chat, None for as configured.
    """

    rows: tuple[HostLine, ...]
    tally: HostTally
    page: int
    every: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoursePoint:
    """What a chart shows of one part of its span; None for what was not sampled.

    Attributes:
        cpu: Mean share.
        disk: Share of the fullest disk.
        load: Mean of the average over a minute.
    """

    at: datetime
    cpu: float | None = None
    memory: float | None = None
    disk: float | None = None
    load: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskLine:
    """A disk, and how long until it is full if it goes on like this; None when it does not."""

    disk: Disk
    full_in: Forecast | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HostView:
    """One host.

    Attributes:
        course: Every part of the span, oldest first.
        disks: Those that fill up first, then the fullest.
        passed: Share of the last 24 hours in which each check passed, by its name.
        alone: Whether there is no other host.
    """

    record: HostRecord
    silent: bool
    span: ChartSpan
    course: tuple[CoursePoint, ...]
    disks: tuple[DiskLine, ...]
    passed: Mapping[str, float]
    alone: bool = False


class HealthViews:
    """Read models of hosts; safe to use from several threads, changes nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def hosts(self, now: datetime, page: int = 1) -> HostsView:
        """A page of all hosts, the last one when there are fewer."""
        tally = self._store.health.tally(now)
        last = max(1, -(-tally.total // PAGE_LENGTH))
        shown = min(max(1, page), last)
        rows = self._store.health.page(now, (shown - 1) * PAGE_LENGTH, PAGE_LENGTH)
        return HostsView(
            rows=tuple(HostLine(record=one, silent=one.due_at < now) for one in rows),
            tally=tally,
            page=shown,
            every=self._store.health.every(),
        )

    def host(self, name: str, span: ChartSpan, now: datetime) -> HostView | None:
        """One host by its name or its agent's, None if it is unknown."""
        record = self._store.health.find(name)
        if record is None:
            return None
        return HostView(
            record=record,
            silent=record.due_at < now,
            span=span,
            course=_course(self._points(record.host, span, now), span, now),
            disks=self._disks(record, now),
            passed=self._passed(record, now),
            alone=self._store.health.tally(now).total == 1,
        )

    def similar(self, name: str) -> tuple[str, ...]:
        """Names of some hosts that may have been meant."""
        return self._store.health.names_like(name, _SIMILAR)

    def every(self) -> timedelta | None:
        """How often hosts are sampled by order of a chat, None for as configured."""
        return self._store.health.every()

    def _points(self, host: str, span: ChartSpan, now: datetime) -> Sequence[HostPoint]:
        day = span is ChartSpan.DAY
        step, finer = (Step.TEN_MINUTES, Step.MINUTE) if day else (Step.MINUTE, Step.RAW)
        return self._read(host, step, finer, now - span.length)

    def _read(self, host: str, step: Step, finer: Step, since: datetime) -> list[HostPoint]:
        """Points of a step, and finer ones where it has none yet: few rows, up to now."""
        whole = list(self._store.health.points(host, step, since))
        rest = whole[-1].at + timedelta(seconds=step.value) if whole else since
        return [*whole, *self._store.health.points(host, finer, rest)]

    def _disks(self, record: HostRecord, now: datetime) -> tuple[DiskLine, ...]:
        foretold = disks_full_in(self._store, record.sample, now)
        lines = [DiskLine(disk=one, full_in=foretold[one.mount]) for one in record.sample.disks]

        def order(line: DiskLine) -> tuple[timedelta, float, str]:
            span = line.full_in.span if line.full_in is not None else timedelta.max
            return span, -line.disk.used, line.disk.mount

        return tuple(sorted(lines, key=order))

    def _passed(self, record: HostRecord, now: datetime) -> Mapping[str, float]:
        if not record.sample.checks:
            return {}
        hours = list(self._store.health.points(record.host, Step.HOUR, now - _DAY))
        rest = hours[-1].at + _HOUR if hours else now - _DAY
        points = [*hours, *self._since(record.host, rest)]
        return {
            name.removeprefix(CHECK): mean
            for name, (mean, _) in together(points).items()
            if name.startswith(CHECK)
        }

    def _since(self, host: str, moment: datetime) -> list[HostPoint]:
        """What is no whole hour yet as one point, for it counts like the others."""
        minutes = self._store.health.points(host, Step.MINUTE, moment)
        figures = together(minutes or self._store.health.points(host, Step.RAW, moment))
        return [HostPoint(at=moment, figures=figures)] if figures else []


def _course(points: Sequence[HostPoint], span: ChartSpan, now: datetime) -> tuple[CoursePoint, ...]:
    part = span.length / CHART_POINTS
    parts: list[list[HostPoint]] = [[] for _ in range(CHART_POINTS)]
    begins = now - span.length
    for point in points:
        parts[min(CHART_POINTS - 1, max(0, (point.at - begins) // part))].append(point)
    return tuple(
        _course_point(begins + part * (n + 1), together(some)) for n, some in enumerate(parts)
    )


def _course_point(at: datetime, figures: Mapping[str, tuple[float, float]]) -> CoursePoint:
    def mean(name: str) -> float | None:
        return figures[name][0] if name in figures else None

    disks = [high for name, (_, high) in figures.items() if name.startswith(DISK)]
    return CoursePoint(
        at=at,
        cpu=mean("cpu"),
        memory=mean("memory"),
        disk=max(disks, default=None),
        load=mean("load"),
    )
