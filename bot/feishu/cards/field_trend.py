"""How the numbers of a field or of a host went, against the same time yesterday."""

from datetime import datetime, timedelta

from bot.engine.field_courses import SHARES, Course, Stat
from bot.engine.scope import Scope, ScopeKind
from bot.feishu.cards.charts import GREY, Line, lines
from bot.feishu.cards.elements import Card, Element, Fact, card, facts, fit, hr, row, small, text
from bot.feishu.cards.forecasts import foretold
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.scopes import run_button, scope_text
from bot.feishu.cards.trend import earlier_name
from bot.feishu.cards.untrusted import one_line
from bot.feishu.commands.period import span_named
from bot.feishu.texts.figures import exact, number, percent

_BLUE = "#3370FF"
_DAY = timedelta(days=1)
_SPANS = ("15m", "1h", "6h", "24h", "7d")
_STATS = (Stat.MEAN, Stat.P50, Stat.P95, Stat.P99, Stat.MAX, Stat.COUNT)
_OF_HOSTS = (Stat.MEAN, Stat.MAX)
_STEPS = (60, 30, 12)
_WHOLE = 100.0
"""From there on, decimals say nothing."""


def field_trend_card(course: Course, scope: Scope, reader: Reader, *, again: str) -> Card:
    """Draw a course; fits Feishu's limit by showing the newest points only.

    Args:
        course: The figure over time.
        scope: What it is of.
        reader: For whom.
        again: The command that asks for the same, to which a span and a figure are added.
    """
    return fit(lambda most: _draw(course, scope, reader, again, most), _STEPS)


def _draw(course: Course, scope: Scope, reader: Reader, again: str, most: int) -> Card:
    say = reader.texts.fields
    of = say.of_host(one_line(course.host, 60)) if course.host else scope_text(scope, reader)
    elements: list[Element] = [small(of)]
    if course.numbers is None:
        elements += [text(say.nothing), *([] if course.host else [small(say.nothing_hint)])]
    else:
        elements += [facts(_facts(course, reader)), *_chart(course, reader, most)]
    if course.recorded:
        elements.append(small(say.recorded(one_line(course.conditions, 100))))
    if course.full_in is not None:
        elements.append(text(say.full_in(foretold(course.full_in, reader))))
    elif course.field == "disk" and course.host and course.numbers is not None:
        elements.append(small(say.never_full))
    return card(
        title=say.trend_title(reader.span(course.span), one_line(course.field, 40)),
        template="grey" if course.numbers is None else "blue",
        elements=[*elements, hr(), *_switches(course, scope, reader, again)],
    )


def _facts(course: Course, reader: Reader) -> list[Fact]:
    say, told, numbers = reader.texts.fields, reader.texts.ranking, course.numbers
    if numbers is None:
        return []
    shown = [
        Fact(label=label, value=figure(value, course))
        for label, value in (
            (say.low, numbers.low),
            (say.mean, numbers.mean),
            (say.high, numbers.high),
        )
    ]
    if course.stat not in (Stat.MEAN, Stat.MIN, Stat.MAX) and course.whole is not None:
        shown.insert(0, Fact(label=say.stat(course.stat), value=figure(course.whole, course)))
    change = told.unknown
    if course.before and course.whole is not None:
        share = round(100 * (course.whole - course.before) / abs(course.before))
        rise = told.rise(number(share)) if share > 0 else told.fall(number(-share))
        change = rise if share else told.same
    shown.append(
        Fact(label=told.against(earlier_name(course.shift, reader)), value=change, weight=2)
    )
    if not course.host:
        shown.append(Fact(label=say.records, value=exact(numbers.count)))
    return shown


def figure(value: float, course: Course) -> str:
    """A number as it is read: shares as percent, others as short as they may be."""
    if course.host and course.field in SHARES:
        return f"{percent(round(value, 3))}%"
    if abs(value) >= _WHOLE:
        return exact(round(value))
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _chart(course: Course, reader: Reader, most: int) -> list[Element]:
    say, told = reader.texts.fields, reader.texts.ranking
    points = course.points[-most:]
    scale = 100.0 if course.host and course.field in SHARES else 1.0
    labels = [_label(point.at, course, reader) for point in points]
    now = [
        (label, round(point.value * scale, 4))
        for label, point in zip(labels, points, strict=True)
        if point.value is not None
    ]
    before = [
        (label, round(point.before * scale, 4))
        for label, point in zip(labels, points, strict=True)
        if point.before is not None
    ]
    several = [Line(name=told.now_series, color=_BLUE, points=now)]
    if before:
        name = earlier_name(course.shift, reader)
        several.append(Line(name=name, color=GREY, points=before))
    unit = " (%)" if scale != 1.0 else ""
    per = say.per_step(say.stat(course.stat), reader.span(course.step))
    return [small(f"{per}{unit}"), lines(several, height="200px")]


def _label(at: datetime, course: Course, reader: Reader) -> str:
    """The clock; with seconds where a minute is too long, with the date where a day is short."""
    local = at.astimezone(reader.zone)
    if course.step < timedelta(minutes=1):
        return f"{local:%H:%M:%S}"
    return f"{local:%H:%M}" if course.span <= _DAY else f"{local:%m-%d %H:%M}"


def _switches(course: Course, scope: Scope, reader: Reader, again: str) -> list[Element]:
    say, span = reader.texts.fields, span_named(course.span)
    stats = [
        one
        for other in (_OF_HOSTS if course.host else _STATS)
        if other is not course.stat
        for one in run_button(say.stat(other), f"{again} {other.value} {span}")
    ]
    spans = [
        one
        for other in _SPANS
        if other != span
        for one in run_button(other, f"{again} {course.stat.value} {other}")
    ]
    if scope.kind is ScopeKind.CHAT and not course.host:
        everything = f"{again} {course.stat.value} all {span}"
        spans += run_button(reader.texts.ranking.everything, everything)
    return [row(buttons) for buttons in (stats, spans) if buttons]
