"""``/rules``: what is looked for, and what it found lately."""

from dataclasses import dataclass

from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.rules import rules_card
from bot.feishu.commands.base import Answer, Moment, Request, Spec, Words, nothing_more


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRules:
    """Say what is looked for."""

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with the list."""
        return Answer(card=rules_card(views.rules(request.now), request.reader))


def _read(words: Words, moment: Moment) -> ListRules:
    nothing_more(words, "/rules")
    return ListRules()


SPEC = Spec(
    names=("rules", "规则", "规则列表", "rule"),
    text=lambda texts: texts.commands.rules,
    read=_read,
    takes=False,
    right=Right.READ,
)
