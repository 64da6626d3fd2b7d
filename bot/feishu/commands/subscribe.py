"""``/subscribe``: bring alerts to this chat, by form or in one line."""

from dataclasses import dataclass, field, replace

from bot.core.permission import Right
from bot.core.subscription import Ways, Wish
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.subscription_form import subscription_form
from bot.feishu.cards.subscriptions import subscribed_card
from bot.feishu.commands.base import Answer, Command, Moment, Request, Spec, Words
from bot.feishu.commands.options import Options, split_options
from bot.feishu.commands.selection import Selection, select

ALL = ("all", "全部", "所有", "*")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForm:
    """Ask for the form."""

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with the form."""
        return Answer(card=subscription_form(views.choices(), request.shared))


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribe:
    """Bring what the selection takes to this chat."""

    selection: Selection
    options: Options = field(default_factory=Options)

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Subscribe, and say what was saved."""
        wish = Wish(
            matchers=self.selection.matchers,
            least_severity=self.selection.least_severity or Wish().least_severity,
            language=self.selection.language or request.shared.language,
            ways=self.options.over(Ways(), request.zone.key, request.mentioned),
        )
        saved = engine.subscribe(request.target, wish, request.person, request.now)
        reader = replace(request.reader, language=saved.language)
        people = views.people((*saved.ways.actors, *saved.ways.mentions))
        return Answer(card=subscribed_card(saved, reader, people))


def wanted(words: Words) -> tuple[Selection, Options]:
    """What a line wishes for.

    Raises:
        CommandError: If a word is neither a condition nor an option.
    """
    left, options = split_options(words)
    chosen = tuple(word for word in left if word.quoted or word.text.lower() not in ALL)
    return select(chosen), options


def _read(words: Words, moment: Moment) -> Command:
    if not words:
        return AskForm()
    selection, options = wanted(words)
    return Subscribe(selection=selection, options=options)


SPEC = Spec(
    names=("subscribe", "订阅", "sub", "订阅告警", "关注"),
    text=lambda texts: texts.commands.subscribe,
    read=_read,
    right=Right.MANAGE,
)
