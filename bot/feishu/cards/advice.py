"""What admins are told in private."""

from collections.abc import Mapping, Sequence

from bot.core.advice import Advice
from bot.feishu.cards.elements import Card, Template, card, small, text
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line

_MOST_LINES = 12
_TEMPLATES: Mapping[Advice, Template] = {
    Advice.CHAT_LOST: "orange",
    Advice.CHAT_ENDED: "red",
    Advice.CHAT_BACK: "green",
    Advice.CONFIG_REFUSED: "red",
    Advice.CONFIG_CHANGED: "blue",
}


def advice_card(
    advice: Advice, facts: Mapping[str, str], lines: Sequence[str], reader: Reader
) -> Card:
    """Draw what happened and what to do; facts and lines may hold untrusted text."""
    safe = {key: one_line(value, 300) for key, value in facts.items()}
    said = reader.texts.advice.advice(advice, safe)
    shown = [text(said.text)] if said.text else []
    shown += [text(one_line(line, 400)) for line in lines[:_MOST_LINES]]
    if len(lines) > _MOST_LINES or not shown:
        shown.append(small(f"… {max(0, len(lines) - _MOST_LINES)}"))
    return card(title=said.title, template=_TEMPLATES[advice], elements=shown)
