"""The list of hosts, and the card of one."""

from collections.abc import Sequence
from datetime import timedelta

from bot.engine.health_views import PAGE_LENGTH, ChartSpan, HostLine, HostsView, HostView
from bot.feishu.actions import RunCommand, encode
from bot.feishu.cards.charts import Line, gauge, gauge_color, lines
from bot.feishu.cards.elements import (
    Card,
    Color,
    Element,
    Tag,
    Template,
    button,
    card,
    column,
    columns,
    fit,
    folded,
    hr,
    row,
    small,
    text,
)
from bot.feishu.cards.forecasts import foretold
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.tables import Field, table, tag_cell
from bot.feishu.cards.untrusted import one_line
from bot.feishu.texts.figures import data_size, percent
from watchers.health import CheckResult, CheckStatus, HostSample, HostStatus, ProcessUse

_NEARLY_FULL, _FULL = 0.8, 0.9
_LONGEST_NAME = 120
_STEPS = (20, 10, 5, 2)
_MOST_TROUBLES = 6
_TOP = 5
_SOON = timedelta(days=1)
_COLORS = {"cpu": "#3370FF", "memory": "#34C724", "disk": "#FF8800", "load": "#7F3BF5"}


def hosts_card(view: HostsView, reader: Reader) -> Card:
    """Draw a page of hosts, one row each, the worst first."""
    say, tally = reader.texts.health, view.tally
    if not view.rows:
        return card(title=say.none, template="grey", elements=[text(say.none_hint)])
    elements: list[Element] = []
    for place, line in enumerate(view.rows[:PAGE_LENGTH]):
        elements += [hr()] if place else []
        elements.append(_row(line, reader))
    well = tally.total - tally.silent - tally.down
    tags = [Tag(text=say.troubled(tally.down), color="red")] if tally.down else []
    tags += [Tag(text=say.mute(tally.silent), color="carmine")] if tally.silent else []
    tags += [Tag(text=say.well(well), color="green")] if well > 0 else []
    if view.every is not None:
        elements.append(small(say.interval(reader.span(view.every))))
    return card(
        title=say.title(tally.total),
        subtitle=say.heard(reader.time(reader.now)),
        tags=tags,
        template="red" if tally.down or tally.silent else "blue",
        elements=[*elements, *_paging(view, reader)],
    )


def host_card(view: HostView, reader: Reader) -> Card:
    """Draw one host; fits Feishu's limit by listing fewer disks, checks and processes."""
    return fit(lambda most: _draw(view, reader, most), _STEPS)


def unknown_host_card(name: str, similar: Sequence[str], reader: Reader) -> Card:
    """Say that there is no such host, with those that may have been meant as buttons."""
    say = reader.texts.health
    meant = [part for one in similar[:_TOP] for part in _asks(one_line(one, 40), one)]
    offered = [text(say.similar), row(meant)] if meant else []
    overview = row([_button(say.all_hosts, "/health")])
    title = say.unknown(one_line(name, 60))
    return card(title=title, template="orange", elements=[*offered, overview])


def _row(line: HostLine, reader: Reader) -> Element:
    say, sample = reader.texts.health, line.record.sample
    failing = [one for one in sample.checks if one.status is CheckStatus.DOWN]
    dot, state = _state(sample, reader, silent=line.silent)
    shares = ((say.cpu, sample.cpu), (say.memory, sample.memory), (say.disk, sample.disk))
    figures = " · ".join(f"{name} {share:.0%}" for name, share in shares)
    fullest = max(sample.memory, sample.disk)
    told = [small(figures, _warned(fullest, "grey"))]
    if line.silent:
        ago = reader.span(reader.now - line.record.heard_at)
        told = [small(say.silent_for(ago), "red")]
    elif failing:
        names = ", ".join(one_line(one.name, 40) for one in failing[:_TOP])
        told.append(small(say.failing(len(failing), names), "red"))
    head = text(f"{dot} {one_line(line.record.host, 60)}  {state}")
    shown = [column([head, *told], spacing="2px")]
    if show := _asks(say.open, line.record.host):
        shown.append(column(show, auto=True, align="center"))
    return columns(shown)


def _state(sample: HostSample, reader: Reader, *, silent: bool) -> tuple[str, str]:
    say = reader.texts.health
    if silent:
        return "🟣", say.silent
    if sample.status is HostStatus.DOWN:
        return "🔴", say.down
    warns = any(one.status is CheckStatus.WARNING for one in sample.checks)
    full = max(sample.memory, sample.disk) >= _FULL
    return ("🟠" if warns or full else "🟢"), say.up


def _draw(view: HostView, reader: Reader, most: int) -> Card:
    say, record = reader.texts.health, view.record
    sample = record.sample
    dot, state = _state(sample, reader, silent=view.silent)
    troubled = view.silent or sample.status is HostStatus.DOWN
    template: Template = "red" if troubled else ("orange" if dot == "🟠" else "green")
    parts = [say.heard(reader.time(record.heard_at))]
    parts += [say.uptime(reader.span(_span(sample.uptime_s)))] if sample.uptime_s else []
    parts += [say.cores(sample.cores)] if sample.cores else []
    parts += [data_size(sample.memory_bytes)] if sample.memory_bytes else []
    return card(
        title=say.host(one_line(record.host, 60)),
        subtitle=" · ".join(parts),
        tags=[Tag(text=state, color="red" if troubled else "green")],
        template=template,
        elements=[
            *_troubles(view, reader),
            _rings(sample, reader),
            *_beside(sample, reader),
            *_course(view, reader, max(1, _STEPS[0] // (2 * most))),
            *_disks(view, reader, most),
            *_checks(view, reader, most),
            *_processes(sample, reader, min(most, _TOP)),
            *_buttons(view, reader),
        ],
    )


def _troubles(view: HostView, reader: Reader) -> list[Element]:
    """What needs somebody: silence, failing checks, disks that fill up."""
    say, record = reader.texts.health, view.record
    shown: list[tuple[str, Color]] = []
    if view.silent:
        ago = reader.span(reader.now - record.heard_at)
        shown.append((f"🟣 {say.silent_since(reader.time(record.heard_at), ago)}", "red"))
    ranked = sorted(record.sample.checks, key=_order)
    for check in ranked:
        if check.status is CheckStatus.DOWN:
            shown.append((f"🔴 {_said(check)}", "red"))
        elif check.status is CheckStatus.WARNING:
            shown.append((f"🟠 {_said(check)}", "orange"))
    shown += [
        (
            f"🟠 {one_line(one.disk.mount, 60)} {say.full_in(foretold(one.full_in, reader))}",
            "orange",
        )
        for one in view.disks
        if one.full_in is not None and one.full_in.span <= _SOON
    ]
    drawn = [text(line, color=color) for line, color in shown[:_MOST_TROUBLES]]
    left = len(shown) - _MOST_TROUBLES
    return [*drawn, *([small(say.more(left))] if left > 0 else [])]


def _said(check: CheckResult) -> str:
    detail = one_line(check.detail, 160)
    return f"{one_line(check.name, 60)}{' — ' if detail else ''}{detail}"


def _rings(sample: HostSample, reader: Reader) -> Element:
    say = reader.texts.health
    shares = ((say.cpu, sample.cpu), (say.memory, sample.memory), (say.disk, sample.disk))
    return columns(
        [column([gauge(label, share, gauge_color(share))]) for label, share in shares], flex="none"
    )


def _beside(sample: HostSample, reader: Reader) -> list[Element]:
    say = reader.texts.health
    parts = []
    if sample.load:
        parts.append(f"{say.load} {' '.join(f'{one:.2f}' for one in sample.load[:3])}")
    if sample.swap is not None:
        parts.append(f"{say.swap} {sample.swap:.0%}")
    if sample.received_per_s is not None and sample.sent_per_s is not None:
        down, up = (data_size(one) for one in (sample.received_per_s, sample.sent_per_s))
        parts.append(say.network(f"{down}/s", f"{up}/s"))
    return [small(" · ".join(parts))] if parts else []


def _course(view: HostView, reader: Reader, step: int) -> list[Element]:
    """The charts; where there is little room, only every n-th point."""
    say, course = reader.texts.health, view.course[::-1][::step][::-1]
    span = reader.span(view.span.length)
    named = ((say.cpu, "cpu"), (say.memory, "memory"), (say.disk, "disk"))
    shares = [
        Line(
            name=name,
            color=_COLORS[key],
            points=[
                (reader.minute(one.at), round(100 * share, 1))
                for one in course
                if (share := getattr(one, key)) is not None
            ],
        )
        for name, key in named
    ]
    if not any(one.points for one in shares):
        return [small(say.no_course), *_spans(view)]
    load = Line(
        name=say.load,
        color=_COLORS["load"],
        points=[(reader.minute(p.at), round(p.load, 2)) for p in course if p.load is not None],
    )
    drawn = [small(say.chart(span)), lines(shares, most=100.0)]
    drawn += [small(say.load_chart), lines([load], height="90px")] if load.points else []
    return [*drawn, *_spans(view)]


def _spans(view: HostView) -> list[Element]:
    asked = [
        part
        for span in ChartSpan
        for part in _asks(span.value, view.record.host, span, chosen=span is view.span)
    ]
    return [row(asked)] if asked else []


def _disks(view: HostView, reader: Reader, most: int) -> list[Element]:
    say = reader.texts.health
    if not view.disks:
        return []
    some = view.disks[:most]
    fields = [
        Field(name="mount", title=say.disks),
        Field(name="used", title=say.used, kind="options", width="80px"),
        Field(name="forecast", title=say.forecast, width="90px"),
        Field(name="free", title=say.free, align="right", width="80px"),
    ]
    rows = []
    for one in some:
        inodes = one.disk.inodes
        tight = inodes is not None and inodes >= _NEARLY_FULL
        forecast = foretold(one.full_in, reader) if one.full_in is not None else "—"
        rows.append(
            {
                "mount": one_line(one.disk.mount, 40),
                "used": tag_cell(f"{one.disk.used:.0%}", _tag(one.disk.used)),
                "free": data_size(one.disk.free_bytes),
                "forecast": f"{say.inodes} {inodes:.0%}" if tight else forecast,
            }
        )
    left = len(view.disks) - len(some)
    return [table(fields, rows), *([small(say.more(left))] if left else [])]


def _checks(view: HostView, reader: Reader, most: int) -> list[Element]:
    say, checks = reader.texts.health, sorted(view.record.sample.checks, key=_order)
    if not checks:
        return []
    states = {
        CheckStatus.UP: (say.up, "green"),
        CheckStatus.WARNING: (say.warning, "orange"),
        CheckStatus.DOWN: (say.down, "red"),
    }
    fields = [
        Field(name="check", title=say.checks),
        Field(name="state", title=say.state, kind="options", width="80px"),
        Field(name="passed", title=say.passed, align="right", width="80px"),
        Field(name="took", title=say.latency, align="right", width="80px"),
    ]
    rows = []
    for one in checks[:most]:
        passed = view.passed.get(one.name)
        took = one.latency_s
        rows.append(
            {
                "check": one_line(one.name, 40),
                "state": tag_cell(*states[one.status]),
                "took": reader.texts.format.seconds(took) if took is not None else "—",
                "passed": f"{percent(min(1.0, passed))}%" if passed is not None else "—",
            }
        )
    left = len(checks) - len(rows)
    return [table(fields, rows), *([small(say.more(left))] if left else [])]


def _processes(sample: HostSample, reader: Reader, most: int) -> list[Element]:
    say = reader.texts.health
    parts = []
    for title, some in ((say.by_cpu, sample.by_cpu), (say.by_memory, sample.by_memory)):
        if some:
            parts.append(small(title))
            parts += [text(_process(one, reader), size="notation") for one in some[:most]]
    return [folded(say.processes, parts)] if parts else []


def _process(one: ProcessUse, reader: Reader) -> str:
    say = reader.texts.health
    used = f"{say.cpu} {one.cpu:.0%} · {say.memory} {data_size(one.memory_bytes)}"
    return f"{one_line(one.name, 40)} ({one.pid})  {used}"


def _buttons(view: HostView, reader: Reader) -> list[Element]:
    say = reader.texts.health
    asked = _asks(say.refresh, view.record.host, view.span)
    if not view.alone:
        asked.append(_button(say.all_hosts, "/health"))
    every_s = view.record.sample.every_s
    often = [small(say.sampled(reader.span(_span(every_s))))] if every_s >= 1 else []
    return [*([hr(), row(asked)] if asked else []), *often]


def _paging(view: HostsView, reader: Reader) -> list[Element]:
    pages = -(-view.tally.total // PAGE_LENGTH)
    if pages <= 1:
        return []
    say = reader.texts.alert
    turned: list[Element] = [small(say.page(str(view.page), str(pages)))]
    for label, other in ((say.previous, view.page - 1), (say.following, view.page + 1)):
        if 1 <= other <= pages:
            turned.append(_button(label, f"/health page {other}"))
    return [hr(), row(turned)]


def _asks(
    label: str, host: str, span: ChartSpan | None = None, *, chosen: bool = False
) -> list[Element]:
    """The button that asks for a host; none for a name that no line could ask for."""
    if not 0 < len(host) <= _LONGEST_NAME or not host.isprintable() or {'"', "'"} <= set(host):
        return []
    mark = "'" if '"' in host else '"'
    command = f"/health {mark}{host}{mark}{f' {span.value}' if span else ''}"
    return [_button(label, command, chosen=chosen)]


def _button(label: str, command: str, *, chosen: bool = False) -> Element:
    action = RunCommand(text=command, in_place=True)
    return button(label, encode(action), "primary" if chosen else "default", small=True)


def _order(check: CheckResult) -> tuple[int, str]:
    worst = (CheckStatus.DOWN, CheckStatus.WARNING, CheckStatus.UP)
    return worst.index(check.status), check.name


def _warned(share: float, usual: Color) -> Color:
    if share >= _FULL:
        return "red"
    return "orange" if share >= _NEARLY_FULL else usual


def _tag(share: float) -> str:
    if share >= _FULL:
        return "red"
    return "orange" if share >= _NEARLY_FULL else "green"


def _span(seconds: float | None) -> timedelta:
    return timedelta(seconds=min(seconds or 0.0, 1e9))
