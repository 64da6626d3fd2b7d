"""A short answer: a title and a few lines."""

from collections.abc import Sequence
from enum import StrEnum

from bot.feishu.cards.elements import Card, Template, card, text
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line


class Tone(StrEnum):
    """How a short answer is meant."""

    GOOD = "good"
    PLAIN = "plain"
    WARNING = "warning"
    BAD = "bad"


_TEMPLATES: dict[Tone, Template] = {
    Tone.GOOD: "green",
    Tone.PLAIN: "blue",
    Tone.WARNING: "orange",
    Tone.BAD: "red",
}


def note_card(title: str, lines: Sequence[str], tone: Tone, reader: Reader) -> Card:
    """Draw a short answer; title and lines may hold untrusted text."""
    shown = [text(one_line(line, 500)) for line in lines[:10] if line]
    if not shown:
        shown = [text(reader.texts.answer.help_lead, size="notation", color="grey")]
    return card(title=one_line(title, 200), template=_TEMPLATES[tone], elements=shown)
