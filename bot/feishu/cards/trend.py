"""How many records were found over time, against the day or weeks before."""

from datetime import datetime, timedelta

from bot.engine.rankings import Trend
from bot.engine.scope import Scope, ScopeKind
from bot.feishu.cards.charts import GREY, bars_and_line
from bot.feishu.cards.elements import Card, Element, Fact, card, facts, fit, hr, row, small, text
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.scopes import change_text, run_button, scope_text
from bot.feishu.cards.top import SPANS
from bot.feishu.commands.period import span_named
from bot.feishu.texts.figures import exact

_BLUE = "#3370FF"
_DAY = timedelta(days=1)
_STEPS = (60, 30, 12)


def trend_card(trend: Trend, scope: Scope, reader: Reader, *, again: str = "/trend") -> Card:
    """Draw a trend; fits Feishu's limit by showing the newest points only.

    Args:
        trend: Records over time.
        scope: What they are of.
        reader: For whom.
        again: The command that asks for the same scope, to which a span is added.
    """
    return fit(lambda most: _draw(trend, scope, reader, again, most), _STEPS)


def _draw(trend: Trend, scope: Scope, reader: Reader, again: str, most: int) -> Card:
    say, peak = reader.texts.ranking, trend.peak
    elements: list[Element] = [small(scope_text(scope, reader))]
    if peak is None:
        elements += [text(say.nothing), small(say.nothing_hint)]
    else:
        change = change_text(trend.total, trend.before, reader, compares=trend.compares)
        top = f"{exact(peak.count)} · {_label(peak.at, trend, reader)}"
        elements += [
            facts(
                [
                    Fact(label=say.records, value=exact(trend.total)),
                    Fact(label=say.against(earlier_name(trend.shift, reader)), value=change),
                    Fact(label=say.peak, value=top, weight=3),
                ]
            ),
            *_chart(trend, reader, most),
        ]
    return card(
        title=say.trend_title(reader.span(trend.span)),
        template="green" if peak is None else "blue",
        elements=[*elements, hr(), *_switches(trend, scope, reader, again)],
    )


def earlier_name(shift: timedelta, reader: Reader) -> str:
    """What the span is called that is compared with."""
    say = reader.texts.ranking
    if shift <= _DAY:
        return say.day_before
    weeks = shift // (7 * _DAY)
    return say.week_before if weeks <= 1 else say.weeks_before(weeks)


def _chart(trend: Trend, reader: Reader, most: int) -> list[Element]:
    say, points = reader.texts.ranking, trend.points[-most:]
    labels = [_label(point.at, trend, reader) for point in points]
    now = [(label, point.count) for label, point in zip(labels, points, strict=True)]
    earlier = [(label, point.before) for label, point in zip(labels, points, strict=True)]
    line = (earlier_name(trend.shift, reader), earlier, GREY)
    return [
        small(say.per_step(reader.span(trend.step))),
        bars_and_line((say.now_series, now, _BLUE), line if trend.compares else None),
    ]


def _label(at: datetime, trend: Trend, reader: Reader) -> str:
    """The clock; with the date where a day is not enough."""
    local = at.astimezone(reader.zone)
    return f"{local:%H:%M}" if trend.span <= _DAY else f"{local:%m-%d %H:%M}"


def _switches(trend: Trend, scope: Scope, reader: Reader, again: str) -> list[Element]:
    say, span = reader.texts.ranking, span_named(trend.span)
    spans = [
        one for other in SPANS if other != span for one in run_button(other, f"{again} {other}")
    ]
    further = run_button(say.to_top, f"{again.replace('/trend', '/top', 1)} {span}")
    if scope.kind is ScopeKind.CHAT:
        further += run_button(say.everything, f"{again} all {span}")
    return [row(buttons) for buttons in (spans, further) if buttons]
