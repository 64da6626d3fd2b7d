"""A chat's day on one card, and when it comes."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.core.passages import Waits
from bot.core.tally_ports import DigestPlan
from bot.engine.daily import DailyView
from bot.engine.places import By
from bot.feishu.actions import RunCommand, encode
from bot.feishu.cards.alert import heading
from bot.feishu.cards.catalogue import fresh_kinds
from bot.feishu.cards.charts import stacked_bars
from bot.feishu.cards.conditions import conditions
from bot.feishu.cards.elements import (
    Card,
    Element,
    Fact,
    button,
    card,
    column,
    columns,
    facts,
    fit,
    hr,
    row,
    small,
    text,
)
from bot.feishu.cards.mute_words import ends
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.scopes import change_text, scope_text
from bot.feishu.cards.severity import CHART_COLORS, DOTS, text_color
from bot.feishu.cards.tables import Field, table
from bot.feishu.cards.top import place_name
from bot.feishu.cards.untrusted import one_line
from bot.feishu.texts.figures import exact
from watchers.finding import Severity

_STEPS = (5, 3, 1)
_MOST_MUTES = 4
_HOUR = timedelta(hours=1)
_MOST_HOURS = 25


def daily_card(view: DailyView, reader: Reader, *, at: str = "") -> Card:
    """Draw a day; one without anything is a short line.

    Args:
        view: The day.
        reader: For whom; its zone is the chat's.
        at: When it comes every day, "" for never.
    """
    return (
        _quiet(view, reader, at)
        if view.quiet
        else fit(lambda most: _draw(view, reader, at, most), _STEPS)
    )


def plan_card(plan: DigestPlan, reader: Reader) -> Card:
    """Say when a chat gets its digest, with buttons for another wish."""
    say = reader.texts.daily
    see = button(say.now, encode(RunCommand(text="/digest now")))
    if plan.clock is None:
        turn = RunCommand(text="/digest on", in_place=True)
        return card(
            title=say.off_title,
            template="grey",
            elements=[text(say.off_hint), row([button(say.turn_on, encode(turn)), see])],
        )
    turn = RunCommand(text="/digest off", in_place=True)
    return card(
        title=say.plan_title(f"{plan.clock:%H:%M}"),
        template="blue",
        elements=[
            text(say.plan_zone(one_line(plan.zone, 60))),
            row([see, button(say.turn_off, encode(turn))]),
        ],
    )


def _quiet(view: DailyView, reader: Reader, at: str) -> Card:
    say = reader.texts.daily
    said = say.quiet(_moment(view.day.since, reader), _moment(view.day.until, reader))
    return card(
        title=say.quiet_title,
        template="green",
        elements=[small(said), *([small(say.comes_at(one_line(at, 20)))] if at else [])],
    )


def _draw(view: DailyView, reader: Reader, at: str, most: int) -> Card:
    say = reader.texts.daily
    worst = max((one for one, n in view.opened.items() if n), key=lambda s: s.rank, default=None)
    calm = worst is None and not any(view.open.values())
    return card(
        title=say.title,
        subtitle=say.period(_moment(view.day.since, reader), _moment(view.day.until, reader)),
        template="green" if calm else "wathet",
        elements=[
            small(scope_text(view.scope, reader)),
            *_figures(view, worst, reader),
            *_hours(view, reader),
            *_grown(view, reader),
            *_noisiest(view, reader, most),
            *fresh_kinds(view.fresh, view.fresh_total, most, reader),
            *_open(view, reader, most),
            *_mutes(view, reader, most),
            hr(),
            _buttons(reader),
            *([small(say.comes_at(one_line(at, 20)))] if at else []),
        ],
    )


def _figures(view: DailyView, worst: Severity | None, reader: Reader) -> list[Element]:
    say, none = reader.texts.daily, reader.texts.alert.no_value
    opened, still = sum(view.opened.values()), sum(view.open.values())
    change = change_text(opened, view.opened_before, reader, compares=view.compares)
    notes = [_by_severity(view.opened, reader) or say.none_opened]
    if opened and view.compares:
        notes[0] = f"{notes[0]} · {say.against(change)}"
    if view.acknowledged is not None:
        notes.append(say.mtta_note(*_told(view.acknowledged, reader)))
    if view.resolved is not None:
        notes.append(say.mttr_note(*_told(view.resolved, reader)))
    return [
        facts(
            [
                Fact(
                    label=say.opened,
                    value=exact(opened),
                    color=text_color(worst) if worst is not None else "green",
                ),
                Fact(
                    label=say.still_open,
                    value=exact(still) if still else say.all_over,
                    color="orange" if still else "green",
                ),
                Fact(label=say.mtta, value=_median(view.acknowledged, reader) or none),
                Fact(label=say.mttr, value=_median(view.resolved, reader) or none),
            ]
        ),
        small("\n".join(notes)),
    ]


def _median(waits: Waits | None, reader: Reader) -> str:
    return reader.span(waits.median) if waits is not None else ""


def _told(waits: Waits, reader: Reader) -> tuple[str, str, str]:
    return exact(waits.count), reader.span(waits.median), reader.span(waits.mean)


def _by_severity(counts: Mapping[Severity, int], reader: Reader) -> str:
    name = reader.texts.format.severity
    return " ".join(
        f"{DOTS[one]} {name(one)}×{exact(counts[one])}"
        for one in reversed(Severity)
        if counts.get(one)
    )


def _hours(view: DailyView, reader: Reader) -> list[Element]:
    say, name = reader.texts.daily, reader.texts.format.severity
    if not view.total:
        return []
    change = change_text(view.total, view.before, reader, compares=view.compares)
    counts: Counter[tuple[int, Severity]] = Counter()
    for point in view.hours:
        counts[(point.at - view.day.since) // _HOUR, point.severity] += point.count
    hours = min(_MOST_HOURS, -(-(view.day.until - view.day.since) // _HOUR))
    present = sorted({severity for _, severity in counts}, key=lambda one: -one.rank)
    points = [
        (reader.minute(view.day.since + n * _HOUR), name(severity), counts[n, severity])
        for severity in present
        for n in range(hours)
        # One series holds every hour, so that quiet hours keep their place on the axis.
        if severity is present[0] or counts[n, severity]
    ]
    order = [(name(severity), CHART_COLORS[severity]) for severity in present]
    shown = [small(say.chart), stacked_bars(points, order)] if points else []
    return [text(say.records(exact(view.total), change)), *shown]


def _grown(view: DailyView, reader: Reader) -> list[Element]:
    say = reader.texts.daily
    if not view.grown:
        return []
    lines = [
        say.grown_row(
            place_name(one, By.SERVICE, reader, 40),
            exact(one.count),
            change_text(one.count, one.before, reader),
        )
        for one in view.grown[:3]
    ]
    return [hr(), text(say.grown), text("\n".join(lines))]


def _noisiest(view: DailyView, reader: Reader, most: int) -> list[Element]:
    say = reader.texts.ranking
    if not view.noisiest:
        return []
    fields = [
        Field(name="count", title=say.count, align="right", width="80px"),
        Field(name="change", title=reader.texts.daily.change, align="right", width="80px"),
        Field(name="name", title=reader.texts.daily.noisiest),
    ]
    rows = [
        {
            "count": exact(one.count),
            "change": change_text(one.count, one.before, reader, compares=view.compares),
            "name": place_name(one, By.TEMPLATE, reader, 80),
        }
        for one in view.noisiest[:most]
    ]
    return [table(fields, rows)]


def _open(view: DailyView, reader: Reader, most: int) -> list[Element]:
    say = reader.texts.daily
    if not view.worst:
        return []
    about = [_by_severity(view.open, reader), say.muted(view.muted) if view.muted else ""]
    drawn: list[Element] = [hr(), text(say.open_title), small(" · ".join(filter(None, about)))]
    for alert in view.worst[:most]:
        show = encode(RunCommand(text=f"/alert {alert.id}"))
        since = reader.span(reader.now - alert.opened_at)
        told = text(f"{DOTS[alert.severity]} #{alert.id} {heading(alert)} · {since}", lines=2)
        see = button(reader.texts.alert.show, show, small=True)
        drawn.append(columns([column([told]), column([see], auto=True, align="center")]))
    return drawn


def _mutes(view: DailyView, reader: Reader, most: int) -> list[Element]:
    if not view.mutes:
        return []
    say, words = reader.texts.daily, reader.texts.mute
    idle = sum(not one.hits for one in view.mutes)
    title = " · ".join([say.mutes(len(view.mutes)), *([say.idle(idle)] if idle else [])])
    shown = view.mutes[: min(most, _MOST_MUTES)]
    lines = [
        f"m{one.mute.id}  {conditions(one.mute.matchers, None, reader)} · "
        f"{words.ends(ends(one.mute, reader))} · "
        f"{words.hits(one.hits) if one.hits else words.hits_nothing}"
        for one in shown
    ]
    if len(view.mutes) > len(shown):
        lines.append(words.more(len(view.mutes) - len(shown)))
    return [hr(), text(title), small("\n".join(lines))]


def _buttons(reader: Reader) -> Element:
    say = reader.texts.daily
    ways = (
        (say.ranking, "/top 24h"),
        (say.trend, "/trend 24h"),
        (say.alerts, "/alerts"),
        (reader.texts.mute.show_all, "/mutes"),
    )
    return row([button(label, encode(RunCommand(text=line)), small=True) for label, line in ways])


def _moment(at: datetime, reader: Reader) -> str:
    return f"{at.astimezone(reader.zone):%m-%d %H:%M}"
