"""``/help``: what can be said, in one card."""

from dataclasses import dataclass

from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.help import help_card
from bot.feishu.commands.base import Answer, Moment, Request, Spec, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """Say what can be said.

    Attributes:
        topic: What was asked about, as written; "" for everything.
    """

    topic: str = ""

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with the list of commands."""
        return Answer(card=help_card(request.reader))


def _read(words: Words, moment: Moment) -> Help:
    return Help(topic=" ".join(word.text for word in words).lower())


SPEC = Spec(
    names=("help", "帮助", "h", "?", "？", "菜单", "menu", "使用说明", "怎么用", "start"),
    text=lambda texts: texts.commands.help,
    read=_read,
    right=Right.READ,
)
