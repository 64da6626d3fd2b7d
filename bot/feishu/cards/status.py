"""The card that says how everything stands."""

from collections import Counter
from datetime import timedelta
from typing import Any

from bot.engine.views import AgentRow, ConfigFacts, DeliveryFacts, StatusView
from bot.feishu.cards.charts import gauge, gauge_color, stacked_bars
from bot.feishu.cards.delivery_troubles import delivery_troubles
from bot.feishu.cards.elements import (
    Card,
    Color,
    Element,
    Tag,
    card,
    column,
    columns,
    fit,
    small,
    text,
)
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.severity import CHART_COLORS, text_color
from bot.feishu.cards.tables import Field, table, tag_cell
from bot.feishu.cards.untrusted import one_line
from bot.feishu.texts.figures import data_size, number, percent
from watchers.finding import Severity, SourceProgress

_SILENT_AFTER = timedelta(minutes=2)
_MATCH_MINUTES = 60
_MOST_BARS = 150
_ROWS = (40, 20, 10, 5)
_MOST_TROUBLES = 3
_WORTH_TELLING = 1 << 20
"""Bytes of deleted files: a rotation holds its last file for some seconds every time."""
_LONGEST_NAME = 40
_MINUTE = timedelta(minutes=1)


def status_card(view: StatusView, reader: Reader) -> Card:
    """Draw the status; fits Feishu's limit by listing fewer sources."""
    return fit(lambda most: _draw(view, reader, most), _ROWS)


def _draw(view: StatusView, reader: Reader, most_rows: int) -> Card:
    say = reader.texts.status
    sources = [(agent, source) for agent in view.agents for source in agent.sources]
    healthy = sum(source.state == "ok" for _, source in sources)
    behind = sum(source.state == "behind" for _, source in sources)
    bad = len(sources) - healthy - behind
    tags = [Tag(text=say.sources_ok(healthy), color="green")] if healthy else []
    tags += [Tag(text=say.sources_behind(behind), color="orange")] if behind else []
    tags += [Tag(text=say.sources_bad(bad), color="red")] if bad else []
    uptime = reader.span(reader.now - view.started_at)
    return card(
        title=say.title,
        subtitle=say.subtitle(reader.time(reader.now), uptime),
        tags=tags,
        template="red" if bad else "blue",
        elements=[
            _tiles(view, sources, healthy, reader),
            *_matches(view, reader),
            *_gauges(view.agents, reader),
            *_sources(sources, most_rows, reader),
            *_troubles(view.agents, reader),
            *_held(sources, reader),
            *_delivery(view.delivery, reader),
            *delivery_troubles(view, reader),
            *_configuration(view.configuration, reader),
            small(f"Larkwatch {one_line(view.version, 30)}"),
        ],
    )


def _tiles(
    view: StatusView, sources: list[tuple[AgentRow, SourceProgress]], healthy: int, reader: Reader
) -> Element:
    say, facts = reader.texts.status, view.delivery
    rate = sum(source.lines_per_s for _, source in sources)
    open_now = sum(view.open_by_severity.values())
    worst = max(
        (severity for severity, count in view.open_by_severity.items() if count),
        key=lambda severity: severity.rank,
        default=None,
    )
    tried = facts.sent + facts.given_up
    success = (
        f"{percent(facts.sent / tried)}{say.delivered}" if tried else reader.texts.alert.no_value
    )
    well = healthy == len(sources)
    return columns(
        [
            _tile(
                say.throughput,
                f"{number(rate)} {say.lines_per_s}",
                "blue",
                say.from_sources(len(sources)),
            ),
            _tile(
                say.open_alerts,
                f"{number(open_now)} {say.alerts_unit}".strip(),
                text_color(worst) if worst else "green",
                _by_severity(view, reader),
            ),
            _tile(
                say.delivery,
                success,
                "orange" if facts.given_up else "green",
                say.retries(number(facts.retried), number(facts.given_up))
                if tried
                else say.nothing_sent,
            ),
            _tile(
                say.sources,
                f"{healthy}/{len(sources)} {say.healthy}",
                "green" if well else "orange",
                say.subscriptions(view.subscriptions),
            ),
        ],
        flex="bisect",
    )


def _tile(label: str, value: str, color: Color, note: str) -> Element:
    return column(
        [small(label), text(value, size="heading-3", color=color), small(note)],
        spacing="2px",
        tile=True,
    )


def _by_severity(view: StatusView, reader: Reader) -> str:
    say = reader.texts
    parts = [
        f"{say.format.severity(severity)}×{view.open_by_severity[severity]}"
        for severity in reversed(Severity)
        if view.open_by_severity.get(severity)
    ]
    if view.muted:
        parts.append(say.status.muted(view.muted))
    return " ".join(parts) or say.status.none_open


def _matches(view: StatusView, reader: Reader) -> list[Element]:
    say = reader.texts
    if not view.matches:
        return [small(say.status.no_matches)]
    step = 1 if len(view.matches) <= _MOST_BARS else 2
    newest = reader.now.replace(second=0, microsecond=0)
    counts: Counter[tuple[int, Severity]] = Counter()
    for point in view.matches:
        ago = (newest - point.at) // _MINUTE
        if 0 <= ago < _MATCH_MINUTES:
            counts[ago // step, point.severity] += point.count
    present = sorted({severity for _, severity in counts}, key=lambda one: -one.rank)
    name = say.format.severity
    points = [
        (reader.minute(newest - _MINUTE * (ago * step)), name(severity), counts[ago, severity])
        for severity in present
        for ago in reversed(range(_MATCH_MINUTES // step))
        # One series holds every minute, so that quiet minutes keep their place on the axis.
        if severity is present[0] or counts[ago, severity]
    ]
    order = [(name(severity), CHART_COLORS[severity]) for severity in present]
    return [text(say.status.chart(step)), stacked_bars(points, order)]


def _gauges(agents: tuple[AgentRow, ...], reader: Reader) -> list[Element]:
    say = reader.texts.status
    hosts = {agent.host.host: agent.host for agent in agents if agent.host is not None}
    if not hosts:
        return []
    shares = (
        (say.cpu, max(host.cpu for host in hosts.values())),
        (say.memory, max(host.memory for host in hosts.values())),
        (say.disk, max(host.disk for host in hosts.values())),
    )
    title = (
        say.one_host(one_line(next(iter(hosts)), 60))
        if len(hosts) == 1
        else say.worst_of_hosts(len(hosts))
    )
    rings = [column([gauge(label, share, gauge_color(share))]) for label, share in shares]
    return [text(title), columns(rings, flex="none")]


def _sources(
    sources: list[tuple[AgentRow, SourceProgress]], most: int, reader: Reader
) -> list[Element]:
    say = reader.texts.status
    if not sources:
        return [text(say.no_agents, color="orange")]
    # What needs somebody comes first.
    ranked = sorted(sources, key=lambda pair: pair[1].state == "ok")
    several = len({agent.agent for agent, _ in sources}) > 1
    fields = [
        Field(name="source", title=say.source),
        Field(name="state", title=say.state, kind="options", width="80px"),
        Field(name="rate", title=say.rate, align="right", width="80px"),
        Field(name="lag", title=say.lag, align="right", width="80px"),
    ]
    rows = [_cells(agent, source, reader, several=several) for agent, source in ranked[:most]]
    more = [small(say.more_sources(len(sources) - most))] if len(sources) > most else []
    return [table(fields, rows), *more]


def _cells(
    agent: AgentRow, source: SourceProgress, reader: Reader, *, several: bool
) -> dict[str, Any]:
    say = reader.texts.status
    name = f"{agent.agent} · {source.name}" if several else source.name
    states = {
        "ok": (say.state_ok, "green"),
        "behind": (say.state_behind, "orange"),
        "absent": (say.state_absent, "red"),
    }
    label, color = states.get(source.state, (say.state_error, "red"))
    return {
        "source": _shortened(one_line(name.replace("file:/", "/"), 200)),
        "state": tag_cell(label, color),
        "rate": number(source.lines_per_s),
        "lag": reader.texts.format.seconds(source.lag_s),
    }


def _shortened(name: str) -> str:
    """The end of a long path tells more than its beginning."""
    return name if len(name) <= _LONGEST_NAME else "…" + name[1 - _LONGEST_NAME :]


def _troubles(agents: tuple[AgentRow, ...], reader: Reader) -> list[Element]:
    say = reader.texts.status
    lines = [
        say.agent_silent(one_line(agent.agent, 40), reader.span(reader.now - agent.heard_at))
        for agent in agents
        if reader.now - agent.heard_at > _SILENT_AFTER
    ]
    lines += [
        say.trouble(one_line(source.name, 80), one_line(source.error, 200))
        for agent in agents
        for source in agent.sources
        if source.error
    ]
    return [text(line, color="red") for line in lines[:_MOST_TROUBLES]]


def _held(sources: list[tuple[AgentRow, SourceProgress]], reader: Reader) -> list[Element]:
    """What makes a disk full although the files are gone."""
    held = [source for _, source in sources if source.held_deleted_bytes >= _WORTH_TELLING]
    held.sort(key=lambda source: -source.held_deleted_bytes)
    say = reader.texts.status.held_deleted
    return [
        small(say(one_line(source.name, 80), data_size(source.held_deleted_bytes)))
        for source in held[:_MOST_TROUBLES]
    ]


def _configuration(facts: ConfigFacts | None, reader: Reader) -> list[Element]:
    if facts is None:
        return []
    say = reader.texts.people
    if facts.refused:
        refused = [one_line(problem, 200) for problem in facts.refused[:_MOST_TROUBLES]]
        return [text(say.config_refused(problem), color="red") for problem in refused]
    return [small(say.config_since(reader.time(facts.read_at)))]


def _delivery(facts: DeliveryFacts, reader: Reader) -> list[Element]:
    say, seconds = reader.texts.status, reader.texts.format.seconds
    line = say.delivery_line(
        number(facts.sent), number(facts.waiting), number(facts.retried), number(facts.given_up)
    )
    parts = [line]
    if facts.oldest_waiting_s >= 1:
        parts.append(say.oldest(reader.span(timedelta(seconds=facts.oldest_waiting_s))))
    if facts.latency_p50_s is not None and facts.latency_p99_s is not None:
        parts.append(say.latency(seconds(facts.latency_p50_s), seconds(facts.latency_p99_s)))
    drawn = [small(" · ".join(parts))]
    if facts.last_fault:
        drawn.append(small(say.last_fault(one_line(facts.last_fault, 200)), "orange"))
    return drawn
