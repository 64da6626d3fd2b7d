"""``/oncall``: who is on call, now and next."""

from dataclasses import dataclass

from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.on_call import on_call_card
from bot.feishu.commands.base import Answer, Moment, Request, Spec, Words, nothing_more


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoIsOnCall:
    """Say who is on call."""

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with every rota."""
        return Answer(card=on_call_card(views.duties(request.now), request.reader))


def _read(words: Words, moment: Moment) -> WhoIsOnCall:
    nothing_more(words, "/oncall")
    return WhoIsOnCall()


SPEC = Spec(
    names=(
        "oncall",
        "值班",
        "谁在值班",
        "谁在值班?",
        "on call",
        "who is on call",
        "值班表",
        "谁值班",
    ),
    text=lambda texts: texts.escalation.on_call,
    read=_read,
    takes=False,
    right=Right.READ,
)
