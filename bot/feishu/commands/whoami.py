"""``/whoami``: who somebody is, and what they may do here."""

from dataclasses import dataclass

from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.people import whoami_card
from bot.feishu.commands.base import Answer, Moment, Request, Spec, Words, nothing_more
from bot.feishu.commands.rights import rights_of


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoAmI:
    """Say who asks."""

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with the name, the open_id and the rights."""
        may = rights_of(request, views)
        return Answer(card=whoami_card(request.person, may, request.reader))


def _read(words: Words, moment: Moment) -> WhoAmI:
    nothing_more(words, "/whoami")
    return WhoAmI()


SPEC = Spec(
    names=("whoami", "我是谁", "who am i", "我的权限"),
    text=lambda texts: texts.people.whoami,
    read=_read,
    takes=False,
    right=Right.READ,
)
