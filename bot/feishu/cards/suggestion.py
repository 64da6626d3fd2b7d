"""What is said to a line that is no command, or has something in it that cannot be read."""

from bot.feishu.actions import RunCommand, encode
from bot.feishu.cards.elements import Card, button, card, row, text
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line


def suggestion_card(found: str, nearest: str, reader: Reader) -> Card:
    """Draw the nearest command with a button that runs it; `nearest` may be ""."""
    say = reader.texts.answer
    lines = [text(say.unknown(one_line(found, 200) or say.nothing))]
    buttons = []
    if nearest:
        lines.append(text(say.nearest(one_line(nearest, 200)), size="heading"))
        run = encode(RunCommand(text=nearest))
        buttons.append(button(say.run_nearest(one_line(nearest, 40)), run, "primary_filled"))
    buttons.append(button(say.help, encode(RunCommand(text="/help"))))
    return card(title=say.unknown_title, template="wathet", elements=[*lines, row(buttons)])


def error_card(found: str, wanted: str, example: str, reader: Reader) -> Card:
    """Draw what was found, what is wanted, and an example that works."""
    say = reader.texts.answer
    return card(
        title=say.error_title,
        template="orange",
        elements=[
            text(say.found(one_line(found, 200) or say.nothing)),
            text(say.wanted(wanted)),
            text(say.try_this(example)),
            row([button(say.help, encode(RunCommand(text="/help")))]),
        ],
    )
