"""Delivery and what is watched as metrics; the figures are those of all processes."""

import importlib.metadata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.core.points import Point
from bot.engine.delivering import Figures
from bot.engine.gauging import Gauges
from bot.web.families import Family, text_of
from watchers.finding import Severity, SourceProgress

_READS = ("ok", "behind")
_ABOUT = {
    "host_cpu_usage": "Share of its processors a host uses, 0 to 1.",
    "host_memory_usage": "Share of its memory a host uses, 0 to 1.",
    "host_swap_usage": "Share of its swap a host uses, 0 to 1.",
    "host_load1": "Load of a host over a minute.",
    "host_received_bytes_per_second": "What comes over a host's network.",
    "host_sent_bytes_per_second": "What goes over a host's network.",
    "host_disk_usage": "Share of a disk in use, 0 to 1.",
    "host_check_up": "Whether a check of a host's services passes.",
    "series": "The newest number of a series that was pushed, or that a rule makes of lines.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """Reads the figures; called on each scrape."""

    delivery: Callable[[], Figures]
    watched: Callable[[], Gauges]


def exposition(looks: Looks) -> str:
    """The text of a scrape."""
    return text_of((*_delivery(looks.delivery()), *_watched(looks.watched())))


def _delivery(figures: Figures) -> Iterator[Family]:
    version = importlib.metadata.version("larkwatch")
    yield Family(name="build_info", about="The version that runs.", kind="gauge",
                 samples=[({"version": version}, 1)])  # fmt: skip
    tries = []
    for key, count in figures.deliveries.items():
        purpose, _, result = key.partition(":")
        tries.append(({"purpose": purpose, "result": result}, count))
    about = "Tries to deliver, by purpose and result."
    yield Family(name="deliveries_total", about=about, kind="counter", samples=tries)
    about = "Notifications owed, by kind of target."
    waiting = [({"kind": kind.value}, count) for kind, count in figures.waiting.items()]
    yield Family(name="outbox_waiting", about=about, kind="gauge", samples=waiting)
    about = "Lookups by cache, and who answered: the process, redis, or what was asked for it."
    looked = []
    for key, count in figures.caches.items():
        name, _, result = key.rpartition(":")
        looked.append(({"cache": name, "result": result}, count))
    yield Family(name="cache_lookups_total", about=about, kind="counter", samples=looked)
    about = "Requests to Redis; those spared found it away a moment before."
    shared = [({"result": result}, count) for result, count in figures.shared.items()]
    yield Family(name="redis_requests_total", about=about, kind="counter", samples=shared)
    about = "Numbers written elsewhere, by export and result."
    written = []
    for key, count in figures.exports.items():
        name, _, result = key.rpartition(":")
        written.append(({"export": name, "result": result}, count))
    yield Family(name="export_points_total", about=about, kind="counter", samples=written)
    for name, about, kind, value in (
        ("outbox_oldest_seconds", "How long the oldest of them is due.", "gauge", figures.oldest_s),
        ("breakers_open", "Targets that fail and are only probed.", "gauge", figures.tripped),
        ("cards_lessened", "Cards that show less than all.", "gauge", figures.lessened),
        ("api_calls_month", "API calls in this month.", "gauge", figures.calls),
        ("api_calls_quota", "API calls a month may have, 0 for any.", "gauge", figures.monthly),
        ("alerts_unheard", "Critical alerts nobody was told of.", "gauge", figures.unheard),
        ("misfires_total", "Timed runs that did not happen in time.", "counter", figures.misfires),
        (
            "field_series_left_out_total",
            "New series of fields that were not kept, since there are very many.",
            "counter",
            figures.fields_left_out,
        ),
    ):
        yield Family(name=name, about=about, kind=kind, samples=[({}, value)])


def _watched(gauges: Gauges) -> Iterator[Family]:
    about = "Open alerts, by severity."
    opened = [({"severity": one.value}, gauges.open_alerts.get(one, 0)) for one in Severity]
    yield Family(name="alerts_open", about=about, kind="gauge", samples=opened)
    about = "How long ago an agent was heard."
    heard = [
        ({"agent": one.agent}, round((gauges.at - one.heard_at).total_seconds(), 3))
        for one in gauges.agents
    ]
    yield Family(name="agent_heard_seconds", about=about, kind="gauge", samples=heard)
    yield from _sources(gauges)
    about = "Pushed lines that are kept until they are read."
    kept = [({"watch": watch}, count) for watch, count in gauges.pushed.items()]
    yield Family(name="pushed_lines_kept", about=about, kind="gauge", samples=kept)
    about = "Whether a host was heard of in time."
    hosts = [({"host": host}, int(up)) for host, up in gauges.hosts.items()]
    yield Family(name="host_up", about=about, kind="gauge", samples=hosts)
    for name, about in _ABOUT.items():
        some = [one for one in gauges.points if one.name == f"larkwatch_{name}"]
        yield Family(name=name, about=about, kind="gauge", samples=map(_sample, some))


def _sample(point: Point) -> tuple[dict[str, str], float]:
    return dict(point.labels), point.value


def _sources(gauges: Gauges) -> Iterator[Family]:
    figures: tuple[tuple[str, str, str, Callable[[SourceProgress], float]], ...] = (
        ("up", "Whether a source can be read.", "gauge", lambda one: int(one.state in _READS)),
        ("lines_total", "Lines read since the agent started.", "counter", lambda one: one.lines),
        ("lag_bytes", "Bytes not yet read.", "gauge", lambda one: one.lag_bytes),
        ("lag_seconds", "Age of the oldest unread byte.", "gauge", lambda one: one.lag_s),
        ("files", "Files, or streams, that are followed.", "gauge", lambda one: one.files),
    )
    for name, about, kind, figure in figures:
        samples = [
            ({"agent": agent.agent, "source": one.name}, round(figure(one), 3))
            for agent in gauges.agents
            for one in agent.sources
        ]
        yield Family(name=f"source_{name}", about=about, kind=kind, samples=samples)
