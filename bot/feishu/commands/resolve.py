"""``/resolve 42``: end an alert."""

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
class ResolveCommand:
    """End an alert."""

    alert_id: int

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Resolve, and say so."""
        engine.resolve(self.alert_id, request.person, request.now)
        reader = request.reader
        said = reader.texts.answer.resolved(f"#{self.alert_id}", name_of(request.person, reader))
        return Answer(card=acted_card(said, current(self.alert_id, request, views), reader))


def _read(words: Words, moment: Moment) -> ResolveCommand:
    return ResolveCommand(alert_id=alert_id(words, "/resolve 42"))


SPEC = Spec(
    names=("resolve", "解决", "恢复", "标记解决", "已解决", "关闭", "close", "done", "fixed"),
    text=lambda texts: texts.commands.resolve,
    read=or_many(MassAct.RESOLVE, _read),
)
