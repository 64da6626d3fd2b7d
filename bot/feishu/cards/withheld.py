"""What stands in for a card whose content the platform refuses even in its plain form."""

from bot.engine.views import AlertView
from bot.feishu.cards.alert_buttons import alert_buttons
from bot.feishu.cards.elements import Card, Tag, card, text
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.severity import header_color, state_tag, tag_color
from bot.feishu.texts.figures import number


def withheld_card(view: AlertView, reader: Reader) -> Card:
    """Draw only number, severity, state and count: nothing that came from a log."""
    alert, say = view.alert, reader.texts
    severity = say.format.severity(alert.severity)
    buttons = alert_buttons(view, reader)
    return card(
        title=f"#{alert.id} · {say.alert.count} {number(alert.count)}",
        tags=[Tag(text=severity, color=tag_color(alert.severity)), state_tag(view, reader)],
        template=header_color(view),
        summary=f"#{alert.id} {severity}",
        elements=[text(say.answer.withheld), *([buttons] if buttons else [])],
    )
