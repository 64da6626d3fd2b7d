"""What is watched, in figures for machines: sources, hosts, series and open alerts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.health import figures_of
from bot.core.points import Point, point_of, points_of_host
from bot.core.ports import AgentRecord, Store
from watchers.finding import Severity
from watchers.measured import HOSTS

_MOST_HOSTS = 2000
_MOST_NUMBERS = 20_000
_FRESH = timedelta(minutes=5)
"""An older number of a series is not its value any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauges:
    """How what is watched stands.

    Attributes:
        at: When that was; aware, UTC.
        open_alerts: By severity.
        agents: Each with its sources.
        hosts: Whether each was heard of in time, by its name.
        points: The newest numbers of hosts that were, and of series.
        pushed: How many pushed lines are kept of each watch that takes such.
    """

    at: datetime
    open_alerts: Mapping[Severity, int] = field(default_factory=dict)
    agents: tuple[AgentRecord, ...] = ()
    hosts: Mapping[str, bool] = field(default_factory=dict)
    points: tuple[Point, ...] = ()
    pushed: Mapping[str, int] = field(default_factory=dict)


def gauges_of(store: Store, pushed: tuple[str, ...], now: datetime) -> Gauges:
    """Read everything; `pushed` are the watches that lines are pushed for."""
    hosts = store.health.page(now, 0, _MOST_HOSTS)
    points = [
        point
        for one in hosts
        if one.due_at >= now
        for point in points_of_host(one.host, figures_of(one.sample), one.sample.at)
    ]
    numbers = store.numbers.latest(now - _FRESH, _MOST_NUMBERS)
    points += [point_of(one) for one in numbers if not one.name.startswith(HOSTS)]
    return Gauges(
        at=now,
        open_alerts=store.alerts.open_tally(),
        agents=store.agents.all(),
        hosts={one.host: one.due_at >= now for one in reversed(hosts)},
        points=tuple(points),
        pushed={watch: store.pushed_lines.backlog(watch) for watch in pushed},
    )
