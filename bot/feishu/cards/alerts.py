"""The list of open alerts."""

from bot.core.sifting import Standing
from bot.engine.views import AlertPage, AlertView
from bot.feishu.actions import RunCommand, encode
from bot.feishu.cards.alert import heading
from bot.feishu.cards.elements import (
    Card,
    Element,
    button,
    card,
    column,
    columns,
    hr,
    row,
    small,
    text,
)
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.severity import DOTS, state_tag
from bot.feishu.cards.untrusted import one_line
from bot.feishu.commands.limits import LONGEST_TEXT
from bot.feishu.texts.figures import number

PAGE_LENGTH = 10


def alerts_card(
    found: AlertPage,
    reader: Reader,
    filters_text: str = "",
    *,
    page: int = 1,
    again: str = "/alerts",
    standing: Standing = Standing.OPEN,
) -> Card:
    """Draw one page of the list.

    Args:
        found: The page's alerts, and how many there are in all.
        reader: For whom.
        filters_text: What was asked for, "" for everything; untrusted text.
        page: Which page this is, from 1.
        again: The command that asks for the same list, to which a page is added.
        standing: How the alerts stand that were asked for.
    """
    say = reader.texts.alert
    elements: list[Element] = []
    if filters_text:
        elements.append(small(say.filtered(one_line(filters_text, 400))))
    if not found.total:
        usual = standing is Standing.OPEN
        none = say.none_open if usual else reader.texts.sifting.none(standing)
        hint = say.none_open_hint if usual else reader.texts.sifting.none_hint
        return card(title=none, template="green", elements=[*elements, text(hint)])
    for place, view in enumerate(found.rows):
        elements += [hr()] if place else []
        elements.append(_row(view, reader))
    elements += _paging(found.total, page, again, reader)
    title = reader.texts.sifting.title(standing, found.total)
    return card(title=title, template="blue", elements=elements)


def _row(view: AlertView, reader: Reader) -> Element:
    alert, say = view.alert, reader.texts.alert
    show = encode(RunCommand(text=f"/alert {alert.id}"))
    dot = DOTS[alert.severity]
    return columns(
        [
            column(
                [
                    text(f"{dot} #{alert.id} {heading(alert)}", lines=2),
                    small(
                        f"{state_tag(view, reader).text} · "
                        f"{say.row(number(alert.count), reader.time(alert.seen_at))}"
                    ),
                ],
                spacing="2px",
            ),
            column([button(say.show, show, small=True)], auto=True, align="center"),
        ]
    )


def _paging(total: int, page: int, again: str, reader: Reader) -> list[Element]:
    pages = -(-total // PAGE_LENGTH)
    if pages == 1:
        return []
    say = reader.texts.alert
    turned: list[Element] = [small(say.page(str(page), str(pages)))]
    for label, other in ((say.previous, page - 1), (say.following, page + 1)):
        turn = RunCommand(text=f"{again} page {other}", in_place=True)
        if 1 <= other <= pages and len(turn.text) <= LONGEST_TEXT:
            turned.append(button(label, encode(turn), small=True))
    return [hr(), row(turned)]
