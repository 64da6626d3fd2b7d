"""``/noise 42`` and ``/matters 42``: what an alert's kind of message is worth, remembered."""

from dataclasses import dataclass

from bot.core.verdict import Verdict
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.acted import acted_card
from bot.feishu.commands.alert import current
from bot.feishu.commands.base import Answer, Moment, Request, Spec, Words, alert_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Say what a kind of message is worth."""

    alert_id: int
    verdict: Verdict

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Remember it, and say what follows."""
        engine.judge(self.alert_id, self.verdict, request.person, request.now)
        reader = request.reader
        said = reader.texts.life.judged[self.verdict](f"#{self.alert_id}")
        return Answer(card=acted_card(said, current(self.alert_id, request, views), reader))


def _read_noise(words: Words, _moment: Moment) -> Judge:
    return Judge(alert_id=alert_id(words, "/noise 42"), verdict=Verdict.NOISE)


def _read_matters(words: Words, _moment: Moment) -> Judge:
    return Judge(alert_id=alert_id(words, "/matters 42"), verdict=Verdict.MATTERS)


NOISE = Spec(
    names=("noise", "噪音", "是噪音"),
    text=lambda texts: texts.commands.noise,
    read=_read_noise,
)
MATTERS = Spec(
    names=("matters", "重要", "要紧"),
    text=lambda texts: texts.commands.matters,
    read=_read_matters,
)
