"""The list of rules."""

from bot.core.rule import RuleState
from bot.engine.views import RuleRow
from bot.feishu.actions import RunCommand, encode
from bot.feishu.cards.elements import (
    Card,
    Element,
    button,
    card,
    column,
    columns,
    fit,
    hr,
    row,
    small,
    text,
)
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.severity import DOTS
from bot.feishu.cards.untrusted import one_line
from bot.feishu.commands.rule_lines import rule_line
from bot.feishu.texts.figures import number

PAGE_LENGTH = 8
_STEPS = (PAGE_LENGTH, 6, 4)


def rules_card(rows: tuple[RuleRow, ...], reader: Reader, total: int = 0, page: int = 1) -> Card:
    """Draw one page of the list.

    Args:
        rows: Those of the page.
        reader: For whom.
        total: How many there are in all; as many as `rows` when left out.
        page: From 1.
    """
    say, total = reader.texts.rule, max(total, len(rows))
    if not rows:
        return card(title=say.none, template="grey", elements=[text(reader.texts.answer.nothing)])
    return fit(lambda most: _draw(rows[:most], total, page, reader), _STEPS)


def _draw(rows: tuple[RuleRow, ...], total: int, page: int, reader: Reader) -> Card:
    elements: list[Element] = []
    for one in rows:
        elements += [_row(one, reader), hr()]
    turning = _turning(total, page, reader)
    return card(
        title=reader.texts.rule.title(total),
        template="blue",
        elements=[*elements[:-1], *([row(turning)] if turning else [])],
    )


def _row(one: RuleRow, reader: Reader) -> Element:
    rule, say = one.rule, reader.texts.rules
    name = one_line(rule.name, 60)
    shown = reader.texts.rule.builtin(name) if rule.origin == "default" else name
    last = reader.ago(one.last_at) if one.last_at else reader.texts.format.never
    show = encode(RunCommand(text=rule_line(rule.name)))
    return columns(
        [
            column(
                [
                    text(f"{DOTS[rule.severity]} {shown} · {state_of(one, reader)}"),
                    small(say.found_lately(number(one.count), last)),
                    small(one_line(rule.pattern, 60) or "—"),
                ],
                spacing="2px",
            ),
            column([button(say.show, show, small=True)], auto=True, align="center"),
        ]
    )


def state_of(one: RuleRow, reader: Reader) -> str:
    """How it stands, and until when."""
    say = reader.texts.rules
    said = say.state[one.state]
    if one.until is not None:
        return say.until(said, reader.until(one.until))
    return say.until(said, say.open_end) if one.state is RuleState.PAUSED else said


def _turning(total: int, page: int, reader: Reader) -> list[Element]:
    say, pages = reader.texts.alert, -(-total // PAGE_LENGTH)
    turns = [(say.previous, page - 1)] if page > 1 else []
    turns += [(say.following, page + 1)] if page < pages else []
    return [
        button(label, encode(RunCommand(text=f"/rules page {to}", in_place=True)))
        for label, to in turns
    ]
