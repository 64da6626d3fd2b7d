"""The short answer to a command that changed an alert; the alert's own card changes by itself."""

from bot.engine.views import AlertView
from bot.feishu.actions import RunCommand, encode
from bot.feishu.cards.alert import heading
from bot.feishu.cards.elements import Card, button, card, row, small, text
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.severity import header_color
from bot.feishu.cards.untrusted import one_line


def acted_card(said: str, view: AlertView, reader: Reader, reason: str = "") -> Card:
    """Draw what was done, which alert it was, and a button that shows it.

    It is no second card of the alert: what it shows stays true when the alert changes later.
    """
    why = [small(reader.texts.alert.reason(one_line(reason, 120)))] if reason else []
    show = encode(RunCommand(text=f"/alert {view.alert.id}"))
    return card(
        title=said,
        template=header_color(view),
        elements=[text(heading(view.alert)), *why, row([button(reader.texts.alert.show, show)])],
    )
