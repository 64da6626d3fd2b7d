"""What stands in for a card whose content the platform refuses even in its plain form."""

from bot.core.alert import Alert
from bot.engine.views import AlertView
from bot.feishu.cards.alert_buttons import alert_buttons
from bot.feishu.cards.elements import Card, card, text
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.severity import header_color
from bot.feishu.cards.untrusted import one_line


def withheld_card(view: AlertView, reader: Reader, *, may_act: bool = True) -> Card:
    """Draw only the number, the command that shows the rest, and where to look on the host."""
    alert, say = view.alert, reader.texts.delivery
    lines = [say.withheld(f"/alert {alert.id}")]
    if place := _place(alert):
        lines.append(say.look_there(place))
    buttons = alert_buttons(view, reader) if may_act else None
    return card(
        title=f"#{alert.id}",
        template=header_color(view),
        summary=f"#{alert.id}",
        elements=[*(text(line) for line in lines), *([buttons] if buttons else [])],
    )


def _place(alert: Alert) -> str:
    """Host and file, without the position in it, e.g. ``web-03:/var/log/pay.log``."""
    place = alert.samples[-1].place.rpartition(":")[0] if alert.samples else ""
    known = (alert.labels.get("host", ""), place)
    return one_line(":".join(part for part in known if part), 160)
