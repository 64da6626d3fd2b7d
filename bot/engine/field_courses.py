"""Reads back how the numbers of a field or of a host went over time."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar, assert_never
from zoneinfo import ZoneInfo

from bot.core.fields import NumberStep
from bot.core.health import DISK, Forecast, HostPoint, Step
from bot.core.ports import Store
from bot.engine.field_scopes import KNOWN_FOR, series_of
from bot.engine.forecasting import disks_full_in
from bot.engine.rankings import on_the_clock
from bot.engine.recorded_fields import recorded_with
from bot.engine.recorded_lines import LinesWanted
from bot.engine.scope import Scope
from watchers.clauses.conditions import number_of
from watchers.fields.merging import quantile, together
from watchers.fields.tallied import Numbers
from watchers.numbers.sketch import Sketch

_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)
_MOST_POINTS = 48
_STEPS = tuple(
    timedelta(seconds=one)
    for one in (10, 30, 60, 120, 300, 600, 900, 1800, 3600, 10800, 21600, 43200)
)
HOST_FIGURES = ("cpu", "memory", "disk", "swap", "load", "in", "out")
"""What is known of every host."""
SHARES = frozenset({"cpu", "memory", "disk", "swap"})


class Stat(StrEnum):
    """Which figure of several numbers."""

    MEAN = "mean"
    P50 = "p50"
    P95 = "p95"
    P99 = "p99"
    MIN = "min"
    MAX = "max"
    SUM = "sum"
    COUNT = "count"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoursePoint:
    """The figure from `at` on, and that of as much earlier; None where there were no numbers."""

    at: datetime
    value: float | None
    before: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A figure over time.

    Attributes:
        field: Name as it is kept.
        host: Whose it is, "" for a field of records.
        step: From one point to the next.
        shift: How much earlier the span is that it is compared with.
        numbers: Of the whole span, None for none.
        whole: The figure of the whole span.
        before: That of the earlier span, None where nothing is known of it.
        full_in: When a disk is full if it goes on like this.
        recorded: Whether these are lines that are kept, of which there may have been more.
        conditions: What other fields of these are.
    """

    field: str
    stat: Stat
    span: timedelta
    step: timedelta
    shift: timedelta
    points: tuple[CoursePoint, ...]
    numbers: Numbers | None
    whole: float | None
    before: float | None
    host: str = ""
    full_in: Forecast | None = None
    recorded: bool = False
    conditions: str = ""


_Read = Iterable[tuple[datetime, Numbers]]
_Reads = Callable[[datetime, datetime, timedelta], _Read | None]
"""Numbers between two instants, in spans no longer than one; None where these are forgotten."""
_S = TypeVar("_S", NumberStep, Step)


class FieldCourses:
    """Read models; safe to use from several threads, changes nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def known(self, now: datetime) -> tuple[str, ...]:
        """Names of all fields that hold numbers."""
        names = self._store.fields.names(now - KNOWN_FOR)
        return tuple(name for name, numeric in names.items() if numeric)

    def of_field(
        self,
        names: Sequence[str],
        scope: Scope,
        stat: Stat,
        span: timedelta,
        now: datetime,
        zone: ZoneInfo,
    ) -> Course | None:
        """Numbers of the first of these fields that there is; None without one."""
        series = [one for one in series_of(self._store, names, scope, now) if one.numeric]
        if not series:
            return None
        ids = [one.id for one in series]

        def read(since: datetime, until: datetime, step: timedelta) -> _Read | None:
            kept = _step(NumberStep, step, now - since)
            return None if kept is None else self._store.fields.numbers(ids, kept, since, until)

        return _course(series[0].field, stat, span, now, zone, read)

    def of_recorded(
        self,
        names: Sequence[str],
        wanted: LinesWanted,
        stat: Stat,
        span: timedelta,
        now: datetime,
        zone: ZoneInfo,
    ) -> Course | None:
        """Numbers of the first of these fields that lines of a kind have; None without one."""
        field, lines = recorded_with(self._store, names, wanted, now - 2 * span - _DAY)
        found = [(one.at, number_of(one.sample.fields[field])) for one in lines]
        numbers = [(at, _one_number(value)) for at, value in found if value is not None]
        if not field or (lines and not numbers):
            return None

        def read(since: datetime, until: datetime, step: timedelta) -> _Read:
            del step
            return [(at, one) for at, one in numbers if since <= at < until]

        return replace(
            _course(field, stat, span, now, zone, read), recorded=True, conditions=wanted.told
        )

    def since(self, names: Sequence[str], scope: Scope, now: datetime) -> datetime | None:
        """When the numbers of the last hours of such a field begin; None for long ago."""
        series = [one.id for one in series_of(self._store, names, scope, now) if one.numeric]
        kept = NumberStep.FINE.kept
        points = self._store.fields.numbers(series, NumberStep.MINUTE, now - kept, now)
        return min((one.at for one in points), default=None)

    def host(self, name: str | None, now: datetime) -> str | None:
        """The host that is meant; None for no name is the only one there is."""
        if name is not None:
            record = self._store.health.find(name)
        else:
            some = self._store.health.page(now, 0, 2)
            record = some[0] if len(some) == 1 else None
        return record.host if record is not None else None

    def of_host(
        self, host: str, figure: str, stat: Stat, span: timedelta, now: datetime, zone: ZoneInfo
    ) -> Course:
        """A figure of a host; of its disks the fullest."""

        def read(since: datetime, until: datetime, step: timedelta) -> _Read | None:
            kept = _step(Step, step, now - since)
            if kept is None:
                return None
            points = [one for one in self._host_points(host, kept, since) if one.at < until]
            return _figures(points, figure)

        found = _course(figure, stat, span, now, zone, read)
        full = self._full_in(host, now) if figure == "disk" else None
        return replace(found, host=host, full_in=full)

    def _host_points(self, host: str, step: Step, since: datetime) -> list[HostPoint]:
        """Points of a step, and finer ones where it has none yet."""
        found = list(self._store.health.points(host, step, since))
        for finer in sorted((one for one in Step if one < step), reverse=True):
            if found:
                since = found[-1].at + timedelta(seconds=max(step.value, 1))
            found += self._store.health.points(host, finer, since)
            step = finer
        return found

    def _full_in(self, host: str, now: datetime) -> Forecast | None:
        record = self._store.health.find(host)
        if record is None:
            return None
        foretold = disks_full_in(self._store, record.sample, now).values()
        return min((one for one in foretold if one is not None), key=_soon, default=None)


def _one_number(value: float) -> Numbers:
    sketch = Sketch()
    sketch.push(value)
    return Numbers(count=1, total=value, low=value, high=value, bins=tuple(sketch.state()))


def _soon(forecast: Forecast) -> timedelta:
    return forecast.span


def _course(
    field: str,
    stat: Stat,
    span: timedelta,
    now: datetime,
    zone: ZoneInfo,
    read: _Reads,
) -> Course:
    step = next((one for one in _STEPS if span <= one * _MOST_POINTS), _STEPS[-1])
    count = max(1, -(-span // step))
    first = on_the_clock(now, step, zone) - (count - 1) * step
    shift = _DAY if span <= _DAY else _WEEK * -(-span // _WEEK)
    shown = list(read(first, now, step) or ())
    earlier = read(first - shift, now - shift, step)
    fine = earlier is not None
    coarse = list(earlier or read(first - shift, now - shift, max(step, timedelta(hours=1))) or ())
    by_point, before = _by(shown, first, step), _by(coarse if fine else (), first - shift, step)
    whole = together(one for _, one in shown)
    whole_before = together(one for _, one in coarse)
    return Course(
        field=field,
        stat=stat,
        span=span,
        step=step,
        shift=shift,
        points=tuple(
            CoursePoint(
                at=first + n * step,
                value=_figure(together(by_point.get(n, ())), stat),
                before=_figure(together(before.get(n, ())), stat),
            )
            for n in range(count)
        ),
        numbers=whole,
        whole=_figure(whole, stat),
        before=_figure(whole_before, stat),
    )


def _step(steps: type[_S], step: timedelta, age: timedelta) -> _S | None:
    """The widest that is not wider than a point, and is kept for so long; None without one."""
    fitting = [one for one in steps if one.value <= step.total_seconds() and age <= one.kept]
    return max(fitting, default=None)


def _by(points: _Read, first: datetime, step: timedelta) -> Mapping[int, list[Numbers]]:
    found: defaultdict[int, list[Numbers]] = defaultdict(list)
    for at, numbers in points:
        found[(at - first) // step].append(numbers)
    return found


def _figure(numbers: Numbers | None, stat: Stat) -> float | None:
    if numbers is None:
        return None
    match stat:
        case Stat.P50 | Stat.P95 | Stat.P99:
            found = quantile(numbers, int(stat.value[1:]) / 100)
        case Stat.MEAN:
            found = numbers.mean
        case Stat.MIN:
            found = numbers.low
        case Stat.MAX:
            found = numbers.high
        case Stat.SUM:
            found = numbers.total
        case Stat.COUNT:
            found = float(numbers.count)
        case _:
            assert_never(stat)
    return found


def _figures(points: Iterable[HostPoint], figure: str) -> list[tuple[datetime, Numbers]]:
    found = []
    for point in points:
        if figure == "disk":
            several = [one for name, one in point.figures.items() if name.startswith(DISK)]
        else:
            several = [point.figures[figure]] if figure in point.figures else []
        if several:
            mean, high = max(several)
            found.append((point.at, Numbers(count=1, total=mean, low=mean, high=high)))
    return found
