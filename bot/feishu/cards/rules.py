"""The list of rules."""

from collections.abc import Sequence
from typing import Any

from bot.engine.views import RuleRow
from bot.feishu.cards.elements import Card, Element, card, fit, small, text
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.severity import tag_color
from bot.feishu.cards.tables import Field, table, tag_cell
from bot.feishu.cards.untrusted import one_line
from bot.feishu.texts.figures import number
from watchers.finding import Response

_MOST = 50
_STEPS = (_MOST, 25, 10)


def rules_card(rows: tuple[RuleRow, ...], reader: Reader) -> Card:
    """Draw the list, with what each rule found in 24 hours."""
    say = reader.texts.rule
    if not rows:
        return card(title=say.none, template="grey", elements=[text(reader.texts.answer.nothing)])
    return fit(lambda most: _draw(rows, most, reader), _STEPS)


def _draw(rows: Sequence[RuleRow], most: int, reader: Reader) -> Card:
    say = reader.texts.rule
    fields = [
        Field(name="name", title=say.name, width="150px"),
        Field(name="severity", title=say.severity, kind="options", width="110px"),
        Field(name="count", title=say.lately, align="right", width="80px"),
        Field(name="last", title=say.last, width="100px"),
        Field(name="pattern", title=say.pattern),
    ]
    elements: list[Element] = [table(fields, [_cells(one, reader) for one in rows[:most]])]
    if len(rows) > most:
        elements.append(small(say.more(len(rows) - most)))
    return card(title=say.title(len(rows)), template="blue", elements=elements)


def _cells(one: RuleRow, reader: Reader) -> dict[str, Any]:
    rule, say = one.rule, reader.texts.rule
    name = one_line(rule.title or rule.name, 60)
    tags = tag_cell(reader.texts.format.severity(rule.severity), tag_color(rule.severity))
    if Response.ALERT not in rule.responses:
        tags += tag_cell(say.records, "neutral")
    return {
        "name": say.builtin(name) if rule.origin == "default" else name,
        "severity": tags,
        "count": number(one.count),
        "last": reader.ago(one.last_at) if one.last_at else reader.texts.format.never,
        "pattern": one_line(rule.pattern, 28),
    }
