"""Everything that happened to an alert, in pages; and the whole of it for the thread."""

from bot.engine.lookup_views import TimelineView
from bot.feishu.actions import RunCommand, encode
from bot.feishu.cards.alert_history import happened
from bot.feishu.cards.elements import Card, Element, button, card, fit, hr, row, small, text
from bot.feishu.cards.reader import Reader

PAGE = 12
THREAD_PAGE = 100
"""So many stand on one card of the thread."""
_MOST = (THREAD_PAGE, 60, 30, 10)


def timeline_card(view: TimelineView, reader: Reader, *, paged: bool = True) -> Card:
    """Draw a page; without `paged` it is one of those that stand in the thread."""
    return fit(lambda most: _draw(view, reader, most, paged=paged), _MOST)


def _draw(view: TimelineView, reader: Reader, most: int, *, paged: bool) -> Card:
    say = reader.texts.context
    lines = [happened(one, reader) for one in view.entries[-most:]]
    left_out = len(view.entries) - len(lines)
    elements: list[Element] = []
    if left_out:
        elements.append(small(reader.texts.alert.left_out(left_out)))
    elements.append(text("\n".join(lines) or reader.texts.alert.no_value))
    if paged:
        elements += [hr(), row(_buttons(view, reader))]
    return card(
        title=say.timeline_title(f"#{view.alert.id}"),
        subtitle=say.timeline_page(view.page, view.pages, view.total),
        template="blue",
        elements=elements,
    )


def _buttons(view: TimelineView, reader: Reader) -> list[Element]:
    say, number = reader.texts.alert, view.alert.id
    shown = []
    for label, other in ((say.previous, view.page - 1), (say.following, view.page + 1)):
        if 1 <= other <= view.pages:
            turn = RunCommand(text=f"/timeline {number} {other}", in_place=True)
            shown.append(button(label, encode(turn), small=True))
    into = RunCommand(text=f"/timeline {number} thread")
    back = RunCommand(text=f"/alert {number}")
    return [
        *shown,
        button(reader.texts.context.into_thread, encode(into), small=True),
        button(f"#{number}", encode(back), small=True),
    ]
