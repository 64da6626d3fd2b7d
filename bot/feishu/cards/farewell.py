"""The last face of a card in a chat that follows its alert no more."""

from bot.engine.views import AlertView
from bot.feishu.cards.alert import alert_card
from bot.feishu.cards.elements import Card, small
from bot.feishu.cards.reader import Reader


def farewell_card(view: AlertView, reader: Reader) -> Card:
    """Draw the alert as it stands, grey and without buttons, and say that this is the end."""
    drawn = alert_card(view, reader, may_act=False)
    elements = [small(reader.texts.advice.farewell), *drawn["body"]["elements"]]
    return drawn | {
        "header": drawn["header"] | {"template": "grey"},
        "body": drawn["body"] | {"elements": elements},
    }
