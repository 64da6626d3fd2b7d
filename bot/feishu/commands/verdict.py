"""``/noise 42``, ``/matters t1a2b3c4d5e``, ``/forget``: what a kind of message is worth."""

import re
from dataclasses import dataclass

from bot.core.verdict import Verdict
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.acted import acted_card
from bot.feishu.cards.catalogue import judged_card
from bot.feishu.commands.alert import current
from bot.feishu.commands.base import Answer, Command, Moment, Request, Spec, Words, alert_id
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.templates import service_in

_KIND = re.compile(r"t[0-9a-f]{10}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Say what the kind of message of an alert is worth."""

    alert_id: int
    verdict: Verdict

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Remember it, and say what follows."""
        engine.judge(self.alert_id, self.verdict, request.person, request.now)
        reader = request.reader
        said = reader.texts.life.judged[self.verdict](f"#{self.alert_id}")
        return Answer(card=acted_card(said, current(self.alert_id, request, views), reader))


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeKind:
    """Say what a kind of message is worth, or forget what was said.

    Attributes:
        template: Its id.
        service: "" where only one has it.
    """

    template: str
    service: str
    verdict: Verdict | None

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Remember it, and show the kind."""
        kind = engine.judge_kind(
            self.template, self.service, self.verdict, request.person, request.now
        )
        return Answer(card=judged_card(kind, request.reader))


def _kind(words: Words, verdict: Verdict | None, example: str) -> JudgeKind | None:
    """The kind of message that these words name by its id, None when they do not."""
    if not words or _KIND.fullmatch(words[0].text.lower()) is None:
        return None
    service = service_in(list(words[1:]), example)
    return JudgeKind(template=words[0].text.lower(), service=service, verdict=verdict)


def _read_noise(words: Words, _moment: Moment) -> Command:
    example, verdict = "/noise 42", Verdict.NOISE
    found = _kind(words, verdict, example)
    return found or Judge(alert_id=alert_id(words, example), verdict=verdict)


def _read_matters(words: Words, _moment: Moment) -> Command:
    example, verdict = "/matters 42", Verdict.MATTERS
    found = _kind(words, verdict, example)
    return found or Judge(alert_id=alert_id(words, example), verdict=verdict)


def _read_forget(words: Words, _moment: Moment) -> Command:
    example = "/forget t1a2b3c4d5e"
    found = _kind(words, None, example)
    if found is None:
        said = words[0].text if words else ""
        raise CommandError(said, lambda texts: texts.catalogue.wanted, example)
    return found


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
FORGET = Spec(
    names=("forget", "撤销评判"),
    text=lambda texts: texts.catalogue.forget_command,
    read=_read_forget,
)
