"""The first card of all: its button shows that clicks come back."""

from datetime import timedelta

from bot.feishu.actions import ProveRoundTrip, encode
from bot.feishu.cards.elements import Card, button, card, row, small, text
from bot.feishu.cards.reader import Reader


def hello_card(reader: Reader) -> Card:
    """Draw the greeting; its button also works later on, when Larkwatch runs."""
    say = reader.texts.setup
    pressed = encode(ProveRoundTrip())
    return card(
        title=say.hello,
        template="blue",
        elements=[text(say.proves), row([button(say.try_it, pressed, "primary_filled")])],
    )


def round_trip_card(took: timedelta | None, reader: Reader, *, running: bool) -> Card:
    """Draw what the greeting becomes.

    Args:
        took: How long the click was on its way, None if nobody knows.
        reader: Who reads it.
        running: Whether Larkwatch runs already.
    """
    say = reader.texts.setup
    seconds = reader.texts.format.seconds
    came = say.came if took is None else say.came_after(seconds(took.total_seconds()))
    return card(
        title=say.works,
        template="green",
        elements=[text(came), *([] if running else [small(say.next_run)]), small(say.next_group)],
    )
