"""``/ack all``, ``/resolve service=pay``, ``/ack g7``: many alerts, shown before it is done."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.core.mass import MassAct
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.mass import SHOWN, mass_done_card, mass_preview_card
from bot.feishu.commands.base import Answer, Command, Moment, Request, Words, number_in
from bot.feishu.commands.selection import Selection, is_condition, select

ALL = ("all", "全部", "所有", "*")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeMany:
    """Show what an action on many would hit; nothing is done yet."""

    act: MassAct
    selection: Selection
    group_id: int | None = None

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with how many it would hit, and a button that does it."""
        action = engine.propose_many(
            self.act,
            self.selection.matchers,
            self.selection.least_severity,
            request.person,
            request.chat.id,
            request.now,
            self.group_id,
        )
        some = views.muting.alerts(action.alerts[:SHOWN])
        return Answer(card=mass_preview_card(action, some, request.reader))


@dataclass(frozen=True, slots=True, kw_only=True)
class DoMany:
    """Do what was shown, to exactly the alerts that were shown."""

    number: int

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Do it, and say how far it is."""
        action = engine.do_many(self.number, request.person, request.chat.id, request.now)
        return Answer(card=mass_done_card(action, request.reader))


def or_many(
    act: MassAct, read: Callable[[Words, Moment], Command]
) -> Callable[[Words, Moment], Command]:
    """Reads a line about many alerts, or else about one."""

    def either(words: Words, moment: Moment) -> Command:
        return _many(act, words) or read(words, moment)

    return either


def _many(act: MassAct, words: Words) -> Command | None:
    if not words:
        return None
    text = words[0].text.lower()
    if len(words) == 1 and text in ALL:
        return ProposeMany(act=act, selection=Selection())
    if len(words) == 1 and text.startswith("p") and (number := number_in(text[1:])) is not None:
        return DoMany(number=number)
    if len(words) == 1 and text.startswith("g") and (number := number_in(text[1:])) is not None:
        return ProposeMany(act=act, selection=Selection(), group_id=number)
    if all(is_condition(word) for word in words):
        return ProposeMany(act=act, selection=select(words))
    return None
