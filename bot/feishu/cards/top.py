"""What was found most: a chart, a table, and what can be done about the first few."""

from typing import Any

from bot.core.matcher import Matcher, Operator
from bot.engine.places import By, Ranked
from bot.engine.rankings import Ranking
from bot.engine.scope import Scope, ScopeKind
from bot.feishu.cards.charts import ranked_bars
from bot.feishu.cards.elements import Card, Element, card, fit, hr, row, small, text
from bot.feishu.cards.names import kind_name
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.scopes import change_text, run_button, scope_text
from bot.feishu.cards.severity import CHART_COLORS, DOTS
from bot.feishu.cards.tables import Field, table
from bot.feishu.cards.untrusted import one_line
from bot.feishu.commands.period import span_named
from bot.feishu.commands.selection import written
from bot.feishu.texts.figures import exact, percent

SPANS = ("1h", "6h", "24h", "7d")
_STEPS = (20, 10, 5, 3)
_MOST_BARS = 10
_MOST_DETAILS = 3
_ON_AXIS = 16


def top_card(ranking: Ranking, scope: Scope, reader: Reader, *, again: str = "/top") -> Card:
    """Draw a ranking; fits Feishu's limit by listing less.

    Args:
        ranking: What was found most.
        scope: What it is of.
        reader: For whom.
        again: The command that asks for the same scope, to which span and by are added.
    """
    return fit(lambda most: _draw(ranking, scope, reader, again, most), _STEPS)


def place_name(one: Ranked, by: By, reader: Reader, limit: int) -> str:
    """What a place is called; safe to show."""
    name = kind_name if by is By.TEMPLATE else one_line
    return name(one.name, limit) or reader.texts.ranking.no_name(by)


def _draw(ranking: Ranking, scope: Scope, reader: Reader, again: str, most: int) -> Card:
    say = reader.texts.ranking
    title = say.top_title(reader.span(ranking.span), say.by(ranking.by))
    change = change_text(ranking.total, ranking.before, reader, compares=ranking.compares)
    elements: list[Element] = [small(scope_text(scope, reader))]
    if ranking.rows:
        told = say.total(exact(ranking.total), say.against_before(change))
        elements += [text(told), *_ranking(ranking, reader, most), *_details(ranking, reader)]
    else:
        elements += [text(say.nothing), small(say.nothing_hint)]
    return card(
        title=title,
        template="blue" if ranking.rows else "green",
        elements=[*elements, hr(), *_switches(ranking, scope, reader, again)],
    )


def _ranking(ranking: Ranking, reader: Reader, most: int) -> list[Element]:
    say, rows = reader.texts.ranking, ranking.rows[:most]
    # A template is too long for an axis: there its place stands for it.
    short = ranking.by is By.TEMPLATE
    points = [
        (f"#{n}" if short else f"{n} {place_name(one, ranking.by, reader, _ON_AXIS)}", one.count)
        for n, one in enumerate(rows[:_MOST_BARS], 1)
    ]
    fields = [
        # Names come behind figures: on a phone only what stands in front is seen at once.
        Field(name="count", title=say.count, align="right", width="80px"),
        Field(name="change", title=say.change, align="right", width="80px"),
        Field(name="name", title=say.by(ranking.by)),
        Field(name="share", title=say.share, align="right", width="80px"),
    ]
    cells = [_cells(n, one, ranking, reader) for n, one in enumerate(rows, 1)]
    more = ranking.others + len(ranking.rows) - len(rows)
    left = [small(say.others(more))] if more else []
    notes = [small(say.by_samples)] if short else []
    return [
        ranked_bars(points, CHART_COLORS[rows[0].severity]),
        table(fields, cells),
        *left,
        *notes,
    ]


def _cells(n: int, one: Ranked, ranking: Ranking, reader: Reader) -> dict[str, Any]:
    return {
        "name": f"{n}  {place_name(one, ranking.by, reader, 80)}",
        "count": exact(one.count),
        "change": change_text(one.count, one.before, reader, compares=ranking.compares),
        "share": f"{percent(round(one.count / max(1, ranking.total), 3))}%",
    }


def _details(ranking: Ranking, reader: Reader) -> list[Element]:
    """The first few with a line of each, and what to do."""
    say, drawn = reader.texts.ranking, list[Element]()
    for n, one in enumerate(ranking.rows[:_MOST_DETAILS], 1):
        services = ", ".join(one_line(service, 30) for service in one.services[:3])
        about = f" · {services}" if services and ranking.by is not By.SERVICE else ""
        name = place_name(one, ranking.by, reader, 120)
        drawn += [hr(), text(f"{DOTS[one.severity]} #{n} {name}{about}", lines=2)]
        if example := one_line(one.example, 200):
            drawn.append(small(say.example(example)))
        words = " ".join(written(matcher) for matcher in one.matchers)
        buttons = list[Element]()
        if words:
            buttons += run_button(say.show_alerts, f"/alerts {words}", in_place=False)
            buttons += run_button(say.mute_it, f"/mute {words} 1h", in_place=False)
        if one.template_id:
            of = _kind_of(one)
            buttons += run_button(reader.texts.catalogue.noise, f"/noise {of}", in_place=False)
            buttons += run_button(reader.texts.catalogue.matters, f"/matters {of}", in_place=False)
        drawn += [row(buttons)] if buttons else []
    return drawn


def _kind_of(one: Ranked) -> str:
    """As the commands about kinds of messages name it; the service only where it has one."""
    if len(one.services) != 1:
        return one.template_id
    service = Matcher(label="service", operator=Operator.EQUAL, value=one.services[0])
    return f"{one.template_id} {written(service)}"


def _switches(ranking: Ranking, scope: Scope, reader: Reader, again: str) -> list[Element]:
    """The same by something else, over another span, of everything."""
    say, span, by = reader.texts.ranking, span_named(ranking.span), ranking.by
    ways = [
        one
        for other in By
        if other is not by
        for one in run_button(say.by(other), f"{again} {span} by {other.value}")
    ]
    spans = [
        one
        for other in SPANS
        if other != span
        for one in run_button(other, f"{again} {other} by {by.value}")
    ]
    further = run_button(say.to_trend, f"{again.replace('/top', '/trend', 1)} {span}")
    if scope.kind is ScopeKind.CHAT:
        further += run_button(say.everything, f"{again} all {span} by {by.value}")
    return [row(buttons) for buttons in (ways, spans, further) if buttons]
