"""``/mutes``: what is muted, until when, by whom; ``/mutes history``: who changed what."""

from dataclasses import dataclass

from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.mutes import history_card, mutes_card
from bot.feishu.commands.base import Answer, Command, Moment, Request, Spec, Words, nothing_more

HISTORY = ("history", "历史", "log", "记录")
_LISTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMutes:
    """Say what is muted."""

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with the list."""
        return Answer(card=mutes_card(views.mutes(request.now), request.reader))


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMuteChanges:
    """Say who set, changed and lifted mutes."""

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with the newest changes."""
        return Answer(card=history_card(views.muting.history(_LISTED), request.reader))


def _read(words: Words, moment: Moment) -> Command:
    if words and words[0].text.lower() in HISTORY:
        nothing_more(words[1:], "/mutes history")
        return ListMuteChanges()
    nothing_more(words, "/mutes")
    return ListMutes()


SPEC = Spec(
    names=("mutes", "静默列表", "静默编号", "所有静默", "silences", "屏蔽列表"),
    text=lambda texts: texts.commands.mutes,
    read=_read,
    right=Right.READ,
)
