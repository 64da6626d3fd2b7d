"""What is said when the bot comes into a chat."""

from bot.feishu.actions import OpenSubscriptionForm, RunCommand, encode
from bot.feishu.cards.elements import Card, button, card, row, text
from bot.feishu.cards.reader import Reader


def welcome_card(reader: Reader) -> Card:
    """Draw who the bot is, and the way to the form."""
    say = reader.texts.answer
    return card(
        title=say.welcome_title,
        template="blue",
        elements=[
            text(say.welcome_lead),
            text(say.welcome_next),
            row(
                [
                    button(say.subscribe, encode(OpenSubscriptionForm()), "primary_filled"),
                    button(say.status, encode(RunCommand(text="/status"))),
                    button(say.help, encode(RunCommand(text="/help"))),
                ]
            ),
        ],
    )
