"""``/status``: how everything stands."""

from dataclasses import dataclass

from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.status import status_card
from bot.feishu.commands.base import Answer, Moment, Request, Spec, Words, nothing_more


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Say how everything stands."""

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with the status card."""
        return Answer(card=status_card(views.status(request.now), request.reader))


def _read(words: Words, moment: Moment) -> Status:
    nothing_more(words, "/status")
    return Status()


SPEC = Spec(
    names=("status", "状态", "系统状态", "stat", "概况"),
    text=lambda texts: texts.commands.status,
    read=_read,
    takes=False,
    right=Right.READ,
)
