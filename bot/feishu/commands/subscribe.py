"""``/subscribe``: bring alerts to this chat, by form or in one line."""

from dataclasses import dataclass, replace

from bot.core.subscription import Wish
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.subscription_form import subscription_form
from bot.feishu.cards.subscriptions import subscribed_card
from bot.feishu.commands.base import Answer, Command, Moment, Request, Spec, Words
from bot.feishu.commands.refusals import may_not_subscribe
from bot.feishu.commands.selection import Selection, select

ALL = ("all", "全部", "所有", "*")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForm:
    """Ask for the form."""

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with the form, or with who may have it."""
        if not request.may_subscribe:
            return may_not_subscribe(request)
        return Answer(card=subscription_form(views.choices(), request.reader))


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribe:
    """Bring what the selection takes to this chat."""

    selection: Selection

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Subscribe, and say what was saved."""
        if not request.may_subscribe:
            return may_not_subscribe(request)
        wish = Wish(
            matchers=self.selection.matchers,
            least_severity=self.selection.least_severity or Wish().least_severity,
            language=self.selection.language or request.language,
        )
        saved = engine.subscribe(request.target, wish, request.person, request.now)
        reader = replace(request.reader, language=saved.language)
        return Answer(card=subscribed_card(saved, reader))


def _read(words: Words, moment: Moment) -> Command:
    if not words:
        return AskForm()
    wanted = tuple(word for word in words if word.quoted or word.text.lower() not in ALL)
    return Subscribe(selection=select(wanted))


SPEC = Spec(
    names=("subscribe", "订阅", "sub", "订阅告警", "关注"),
    text=lambda texts: texts.commands.subscribe,
    read=_read,
)
