"""``/subscriptions``: what this chat is told."""

from dataclasses import dataclass

from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.subscriptions import subscriptions_card
from bot.feishu.commands.base import Answer, Moment, Request, Spec, Words, nothing_more


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSubscriptions:
    """Say what this chat is told."""

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with the list."""
        here = views.chat(request.target)
        card = subscriptions_card(here.subscriptions, request.reader, here.people)
        return Answer(card=card)


def _read(words: Words, moment: Moment) -> ListSubscriptions:
    nothing_more(words, "/subscriptions")
    return ListSubscriptions()


SPEC = Spec(
    names=("subscriptions", "订阅列表", "我的订阅", "subs", "查看订阅"),
    text=lambda texts: texts.commands.subscriptions,
    read=_read,
    takes=False,
    right=Right.READ,
)
