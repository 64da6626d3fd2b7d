"""What a template made, as plain text: nothing in it is alive."""

from bot.feishu.cards.elements import Card, card, code
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import fence, lines_of, one_line

_MOST_LINES, _LINE = 60, 300


def preview_card(title: str, made: str, reader: Reader) -> Card:
    """Draw the text of a message as it would be sent."""
    shown = lines_of(made, _LINE)[:_MOST_LINES]
    named = f"{reader.texts.errand.preview} {one_line(title, 80)}"
    return card(title=named, template="blue", elements=[code(fence(shown))])
