"""``/unmute``: lift what hides an alert, or one mute by its number (m3) or conditions."""

from dataclasses import dataclass

from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.matcher import Matcher
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.acted import acted_card
from bot.feishu.cards.mutes import lifted_card, mutes_card
from bot.feishu.commands.alert import current
from bot.feishu.commands.base import (
    Answer,
    Command,
    Moment,
    Request,
    Spec,
    Words,
    nothing_more,
    number_in,
)
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.selection import is_condition, select

_EXAMPLE = "/unmute 42"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmuteOne:
    """Lift every mute that hides one alert."""

    alert_id: int

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Lift them, and say so."""
        engine.unmute_alert(self.alert_id, request.person, request.now)
        said = request.reader.texts.answer.unmuted(f"#{self.alert_id}")
        view = current(self.alert_id, request, views)
        return Answer(card=acted_card(said, view, request.reader))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """Lift one mute."""

    mute_id: int

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Lift it, and say so."""
        mute = engine.unmute(self.mute_id, request.person, request.now)
        return Answer(card=lifted_card(mute, request.reader))


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftMatching:
    """Lift the one mute that these conditions mean; with several, ask which."""

    matchers: tuple[Matcher, ...]

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Lift it if it is the only one, else show them."""
        reader = request.reader
        rows = views.muting.hiding(self.matchers, request.now)
        if len(rows) != 1:
            if not rows:
                raise InvalidTransitionError(Refusal.UNKNOWN_MUTE)
            return Answer(card=mutes_card(rows, reader))
        mute = engine.unmute(rows[0].mute.id, request.person, request.now)
        return Answer(card=lifted_card(mute, reader))


def _read(words: Words, moment: Moment) -> Command:
    if words and all(is_condition(word) for word in words):
        return LiftMatching(matchers=select(words).matchers)
    text = words[0].text.lower() if words else ""
    nothing_more(words[1:], _EXAMPLE)
    mute_id = number_in(text[1:]) if text.startswith("m") else None
    if mute_id is not None:
        return Lift(mute_id=mute_id)
    number = number_in(text.removeprefix("#"))
    if number is None:
        raise CommandError(text, lambda texts: texts.wanted.alert_or_mute_id, _EXAMPLE)
    return UnmuteOne(alert_id=number)


SPEC = Spec(
    names=("unmute", "取消静默", "解除静默", "unsilence", "取消屏蔽", "取消静音", "恢复通知"),
    text=lambda texts: texts.commands.unmute,
    read=_read,
)
