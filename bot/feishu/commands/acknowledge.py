"""``/ack 42``: take an alert on, for a while if one is named; ``/unack 42``: let it go."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.mass import MassAct
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.acted import acted_card
from bot.feishu.cards.names import name_of
from bot.feishu.commands.alert import current
from bot.feishu.commands.base import (
    Answer,
    Moment,
    Request,
    Spec,
    Words,
    alert_id,
    nothing_more,
)
from bot.feishu.commands.durations import read_end
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.mass import or_many

_EXAMPLE = "/ack 42 2h"
_WITHOUT_END = ("never", "forever", "不限时", "一直")


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeCommand:
    """Take an alert on."""

    alert_id: int

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Acknowledge, and say so."""
        engine.acknowledge(self.alert_id, request.person, request.now)
        reader = request.reader
        said = reader.texts.answer.acknowledged(
            f"#{self.alert_id}", name_of(request.person, reader)
        )
        return Answer(card=acted_card(said, current(self.alert_id, request, views), reader))


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeFor:
    """Take an alert on until an instant, or say so of one that is taken; None for no end."""

    alert_id: int
    ends_at: datetime | None

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Acknowledge or extend, and say until when."""
        if not current(self.alert_id, request, views).alert.taken:
            engine.acknowledge(self.alert_id, request.person, request.now)
        span = self.ends_at - request.now if self.ends_at else None
        engine.extend(self.alert_id, request.person, request.now, span)
        reader = request.reader
        say = reader.texts.life
        until = say.until(reader.until(self.ends_at)) if self.ends_at else say.ack_without_end
        view = current(self.alert_id, request, views)
        return Answer(card=acted_card(say.taken_until(f"#{self.alert_id}", until), view, reader))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unacknowledge:
    """Let an alert go."""

    alert_id: int

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Let it go, and say so."""
        engine.unacknowledge(self.alert_id, request.person, request.now)
        reader = request.reader
        said = reader.texts.life.let_go(f"#{self.alert_id}", name_of(request.person, reader))
        return Answer(card=acted_card(said, current(self.alert_id, request, views), reader))


def _read(words: Words, moment: Moment) -> AcknowledgeCommand | AcknowledgeFor:
    number = alert_id(words[:1], "/ack 42")
    rest = " ".join(word.text for word in words[1:])
    if not rest:
        return AcknowledgeCommand(alert_id=number)
    return AcknowledgeFor(alert_id=number, ends_at=read_hold(rest, moment))


def read_hold(text: str, moment: Moment) -> datetime | None:
    """Until when an acknowledgement is to hold; None for without an end.

    Raises:
        CommandError: If it says no span and no end.
    """
    if text.lower() in _WITHOUT_END:
        return None
    try:
        ending = read_end(text, moment.now, moment.zone)
    except CommandError as error:
        raise CommandError(error.found, error.wanted, _EXAMPLE) from error
    if ending is None or ending.rest:
        raise CommandError(text, lambda texts: texts.wanted.span, _EXAMPLE)
    return ending.at


def _read_unack(words: Words, moment: Moment) -> Unacknowledge:
    number = alert_id(words[:1], "/unack 42")
    nothing_more(words[1:], "/unack 42")
    return Unacknowledge(alert_id=number)


SPEC = Spec(
    names=("ack", "认领", "acknowledge", "确认", "claim", "收到", "处理", "我来", "接单"),
    text=lambda texts: texts.commands.acknowledge,
    read=or_many(MassAct.ACKNOWLEDGE, _read),
)
UNACK = Spec(
    names=("unack", "取消认领", "放弃认领", "unacknowledge", "unclaim", "release"),
    text=lambda texts: texts.commands.unacknowledge,
    read=_read_unack,
)
