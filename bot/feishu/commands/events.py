"""``/events``: what others pushed in and nothing came of, for admins."""

from dataclasses import dataclass

from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.pushed import SHOWN, events_card
from bot.feishu.commands.base import Answer, Moment, Request, Spec, Words, nothing_more


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEvents:
    """Say which events nothing came of."""

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with the newest kinds of them."""
        return Answer(card=events_card(views.kept_events(SHOWN), request.reader))


def _read(words: Words, moment: Moment) -> ListEvents:
    nothing_more(words, "/events")
    return ListEvents()


SPEC = Spec(
    names=("events", "事件", "未处理事件"),
    text=lambda texts: texts.pushed.command,
    read=_read,
    takes=False,
    right=Right.ADMINISTER,
)
