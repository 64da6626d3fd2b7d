"""``/subscription 3``: see one subscription of this chat, and change it."""

from dataclasses import dataclass, replace

from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.permission import Right
from bot.core.subscription import Subscription, Wish
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.subscription_form import subscription_form
from bot.feishu.cards.subscriptions import subscribed_card
from bot.feishu.commands.base import Answer, Command, Moment, Request, Spec, Words, number_in
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.options import Options
from bot.feishu.commands.selection import Selection
from bot.feishu.commands.subscribe import wanted

_EXAMPLE = "/subscription 3"
_FORM_WORDS = ("edit", "修改", "form")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowSubscription:
    """Show one."""

    subscription_id: int

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with what it wishes for, and the way to the form."""
        one = _one(self.subscription_id, request, views)
        people = views.people((*one.ways.actors, *one.ways.mentions))
        return Answer(card=subscribed_card(one, request.reader, people, fresh=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class AskEditForm:
    """Ask for the form that changes one."""

    subscription_id: int

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with the form, filled in."""
        one = _one(self.subscription_id, request, views)
        form = subscription_form(views.choices(), request.reader, one.wish, one.id)
        return Answer(card=form)


@dataclass(frozen=True, slots=True, kw_only=True)
class EditSubscription:
    """Change what is said, and leave the rest."""

    subscription_id: int
    selection: Selection
    options: Options

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Change it, and say what holds now."""
        one, chosen = _one(self.subscription_id, request, views), self.selection
        wish = Wish(
            matchers=chosen.matchers or one.matchers,
            least_severity=chosen.least_severity or one.least_severity,
            language=chosen.language or one.language,
            ways=self.options.over(one.ways, request.zone.key, request.mentioned),
        )
        saved = engine.edit_subscription(request.target, one.id, wish, request.person, request.now)
        people = views.people((*saved.ways.actors, *saved.ways.mentions))
        reader = replace(request.reader, language=saved.language)
        return Answer(card=subscribed_card(saved, reader, people))


def _one(number: int, request: Request, views: Views) -> Subscription:
    for one in views.chat(request.target).subscriptions:
        if one.id == number:
            return one
    raise InvalidTransitionError(Refusal.UNKNOWN_SUBSCRIPTION)


def _read(words: Words, moment: Moment) -> Command:
    number = number_in(words[0].text.lower().removeprefix("#").removeprefix("s")) if words else None
    if number is None:
        found = words[0].text if words else ""
        raise CommandError(found, lambda texts: texts.wanted.subscription_id, _EXAMPLE)
    rest = words[1:]
    if not rest:
        return ShowSubscription(subscription_id=number)
    if len(rest) == 1 and rest[0].text.lower() in _FORM_WORDS:
        return AskEditForm(subscription_id=number)
    selection, options = wanted(rest)
    return EditSubscription(subscription_id=number, selection=selection, options=options)


SPEC = Spec(
    names=("subscription", "修改订阅"),
    text=lambda texts: texts.people.subscription,
    read=_read,
    right=Right.MANAGE,
)
