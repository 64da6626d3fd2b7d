"""``/unsubscribe``: end one or all subscriptions of this chat."""

from dataclasses import dataclass

from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.subscriptions import subscriptions_card, unsubscribed_card
from bot.feishu.commands.base import (
    Answer,
    Command,
    Moment,
    Request,
    Spec,
    Words,
    nothing_more,
    number_in,
)
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.refusals import may_not_subscribe
from bot.feishu.commands.subscribe import ALL

_EXAMPLE = "/unsubscribe 3"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseSubscription:
    """Ask which one: the list has a button for each."""

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with the list."""
        here = views.chat(request.target)
        card = subscriptions_card(here.subscriptions, request.reader, here.people)
        return Answer(card=card)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribe:
    """End one subscription of this chat, or all with None."""

    subscription_id: int | None

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """End it, and say what ended."""
        if not request.may_subscribe:
            return may_not_subscribe(request)
        ended = engine.unsubscribe(
            request.target, self.subscription_id, request.person, request.now
        )
        return Answer(card=unsubscribed_card(ended, request.reader))


def _read(words: Words, moment: Moment) -> Command:
    if not words:
        return ChooseSubscription()
    text = words[0].text.lower().removeprefix("#")
    nothing_more(words[1:], _EXAMPLE)
    if text in ALL:
        return Unsubscribe(subscription_id=None)
    number = number_in(text)
    if number is None:
        raise CommandError(text, lambda texts: texts.wanted.subscription_id, _EXAMPLE)
    return Unsubscribe(subscription_id=number)


SPEC = Spec(
    names=("unsubscribe", "取消订阅", "退订", "unsub", "取消关注"),
    text=lambda texts: texts.commands.unsubscribe,
    read=_read,
    right=Right.MANAGE,
)
