"""``/admin list``: who administers."""

from dataclasses import dataclass

from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.people import admins_card
from bot.feishu.commands.base import Answer, Moment, Request, Spec, Words, nothing_more


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAdmins:
    """Say who administers."""

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with their names."""
        return Answer(card=admins_card(views.people(sorted(request.admins)), request.reader))


def _read(words: Words, moment: Moment) -> ListAdmins:
    rest = words[1:] if words and words[0].text.lower() in ("list", "列表") else words
    nothing_more(rest, "/admin list")
    return ListAdmins()


SPEC = Spec(
    names=("admin", "管理员", "admins"),
    text=lambda texts: texts.people.admin,
    read=_read,
    right=Right.READ,
)
