"""``/mutes``: what is muted, until when, by whom."""

from dataclasses import dataclass

from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.mutes import mutes_card
from bot.feishu.commands.base import Answer, Moment, Request, Spec, Words, nothing_more


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMutes:
    """Say what is muted."""

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with the list."""
        return Answer(card=mutes_card(views.mutes(request.now), request.reader))


def _read(words: Words, moment: Moment) -> ListMutes:
    nothing_more(words, "/mutes")
    return ListMutes()


SPEC = Spec(
    names=("mutes", "静默列表", "静默编号", "所有静默", "silences", "屏蔽列表"),
    text=lambda texts: texts.commands.mutes,
    read=_read,
    takes=False,
    right=Right.READ,
)
