"""Which values of a field were found most: bars, a table, and the lines behind the first few."""

from bot.engine.field_rankings import FieldRanking, RankedValue
from bot.engine.scope import Scope, ScopeKind
from bot.feishu.cards.charts import ranked_bars
from bot.feishu.cards.elements import Card, Element, card, fit, hr, row, small, text
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.scopes import change_text, run_button, scope_text
from bot.feishu.cards.tables import Field, table
from bot.feishu.cards.top import SPANS
from bot.feishu.cards.untrusted import one_line
from bot.feishu.commands.period import span_named
from bot.feishu.commands.selection import written
from bot.feishu.texts.figures import exact, percent

_BLUE = "#3370FF"
_STEPS = (20, 10, 5, 3)
_MOST_BARS = 10
_LINKED = 3
_ON_AXIS = 18
_LONGEST = 60


def field_top_card(ranking: FieldRanking, scope: Scope, reader: Reader, *, again: str) -> Card:
    """Draw a ranking of values; fits Feishu's limit by listing less.

    Args:
        ranking: What was found most.
        scope: What it is of.
        reader: For whom.
        again: The command that asks for the same, to which a span is added.
    """
    return fit(lambda most: _draw(ranking, scope, reader, again, most), _STEPS)


def _draw(ranking: FieldRanking, scope: Scope, reader: Reader, again: str, most: int) -> Card:
    say, told = reader.texts.fields, reader.texts.ranking
    name = one_line(ranking.field, 40)
    elements: list[Element] = [small(scope_text(scope, reader))]
    if ranking.total:
        change = change_text(ranking.total, ranking.before, reader, compares=ranking.compares)
        count = say.distinct(exact(len(ranking.rows) + ranking.others))
        whole = say.total(exact(ranking.total), told.against_before(change))
        elements += [text(f"{whole} · {count}"), *_ranking(ranking, reader, most)]
        if ranking.looked_at < ranking.total:
            elements.append(small(say.sampled(exact(ranking.looked_at), exact(ranking.total))))
        if ranking.recorded:
            elements.append(small(say.recorded(one_line(ranking.conditions, 100))))
    else:
        elements += [text(say.nothing), small(say.nothing_hint)]
    return card(
        title=say.top_title(reader.span(ranking.span), name),
        template="blue" if ranking.total else "grey",
        elements=[*elements, hr(), *_switches(ranking, scope, reader, again)],
    )


def _ranking(ranking: FieldRanking, reader: Reader, most: int) -> list[Element]:
    told, say, rows = reader.texts.ranking, reader.texts.fields, ranking.rows[:most]
    points = [
        (f"{n} {one_line(one.value, _ON_AXIS)}", one.records)
        for n, one in enumerate(rows[:_MOST_BARS], 1)
    ]
    fields = [
        # Values come behind figures: on a phone only what stands in front is seen at once.
        Field(name="count", title=told.count, align="right", width="80px"),
        Field(name="share", title=told.share, align="right", width="80px"),
        Field(name="value", title=one_line(ranking.field, 40)),
        Field(name="change", title=told.change, align="right", width="80px"),
    ]
    cells = [_cells(n, one, ranking, reader) for n, one in enumerate(rows, 1)]
    rest = ranking.rest + sum(one.records for one in ranking.rows[most:])
    left = [small(say.rest(exact(rest)))] if rest else []
    return [ranked_bars(points, _BLUE), table(fields, cells), *left]


def _cells(n: int, one: RankedValue, ranking: FieldRanking, reader: Reader) -> dict[str, str]:
    return {
        "value": f"{n}  {one_line(one.value, _LONGEST)}",
        "count": exact(one.records),
        "share": f"{percent(round(one.records / max(1, ranking.total), 3))}%",
        "change": change_text(one.records, one.before, reader, compares=ranking.compares),
    }


def _switches(ranking: FieldRanking, scope: Scope, reader: Reader, again: str) -> list[Element]:
    """The lines of the first few, the same over another span, and of everything."""
    say, told, span = reader.texts.fields, reader.texts.ranking, span_named(ranking.span)
    lines = [
        one
        for value in ranking.rows[:_LINKED]
        for one in run_button(
            f"{say.lines} {one_line(value.value, 20)}",
            f'/logs {_where(scope)}{ranking.field}="{value.value}" {span}',
            in_place=False,
        )
        if '"' not in value.value
    ]
    spans = [
        one for other in SPANS if other != span for one in run_button(other, f"{again} {other}")
    ]
    whole: list[Element] = []
    if scope.kind is ScopeKind.CHAT:
        whole = run_button(told.everything, f"{again} all {span}")
    return [row(buttons) for buttons in (lines, [*spans, *whole]) if buttons]


def _where(scope: Scope) -> str:
    """What was asked for, so that the lines are of the same."""
    if scope.kind is not ScopeKind.ASKED:
        return ""
    return "".join(f"{written(one)} " for part in scope.parts[:1] for one in part.matchers)
