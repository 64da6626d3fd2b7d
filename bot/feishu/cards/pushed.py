"""Events that were pushed in and came to nothing."""

from collections.abc import Sequence

from bot.core.pushed import EventTally
from bot.feishu.cards.elements import Card, Element, card, code, fit, folded, small, text
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import fence, lines_of, one_line

SHOWN = 12
_STEPS = (SHOWN, 6, 3, 1)
_DATA_CHARS = 600


def events_card(tallies: Sequence[EventTally], reader: Reader) -> Card:
    """Draw them by name, newest first."""
    say = reader.texts.pushed
    if not tallies:
        return card(title=say.none, template="green", elements=[text(say.none_hint)])

    def draw(most: int) -> Card:
        rows = [part for one in tallies[:most] for part in _row(one, reader)]
        return card(
            title=say.title(len(tallies)), template="blue", elements=[*rows, small(say.hint)]
        )

    return fit(draw, _STEPS)


def _row(one: EventTally, reader: Reader) -> list[Element]:
    say, newest = reader.texts.pushed, one.newest
    outcome = say.outcomes[newest.outcome]
    note = one_line(newest.note, 200)
    seen = say.seen(one.count, reader.time(newest.received_at))
    notes = [one_line(newest.sender, 64), seen, f"{outcome}: {note}" if note else outcome]
    shown = lines_of(newest.data[:_DATA_CHARS], _DATA_CHARS) or ["{}"]
    return [
        text(one_line(newest.event, 100)),
        small(" · ".join(notes)),
        folded(say.newest, [code(fence(shown))]),
    ]
