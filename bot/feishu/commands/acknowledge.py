"""``/ack 42``: take an alert on."""

from dataclasses import dataclass

from bot.core.mass import MassAct
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.acted import acted_card
from bot.feishu.cards.names import name_of
from bot.feishu.commands.alert import current
from bot.feishu.commands.base import Answer, Moment, Request, Spec, Words, alert_id
from bot.feishu.commands.mass import or_many


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


def _read(words: Words, moment: Moment) -> AcknowledgeCommand:
    return AcknowledgeCommand(alert_id=alert_id(words, "/ack 42"))


SPEC = Spec(
    names=("ack", "认领", "acknowledge", "确认", "claim", "收到", "处理", "我来", "接单"),
    text=lambda texts: texts.commands.acknowledge,
    read=or_many(MassAct.ACKNOWLEDGE, _read),
)
