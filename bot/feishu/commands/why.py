"""``/why 42``, ``/why pay``: why an alert was told or not, why a service brings none."""

from dataclasses import dataclass

from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.why import why_card
from bot.feishu.cards.why_not import why_not_card
from bot.feishu.commands.base import Answer, Command, Moment, Request, Spec, Words, number_in
from bot.feishu.commands.errors import CommandError

_LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainAlert:
    """Say why an alert was told or not."""

    alert_id: int

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with each decision and each message."""
        trace = views.tracing.alert(self.alert_id, request.now)
        if trace is None:
            raise InvalidTransitionError(Refusal.UNKNOWN_ALERT)
        return Answer(card=why_card(trace, request.reader))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainSilence:
    """Say why a service or a rule brings no alerts."""

    word: str

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with what was found there and who would be told."""
        return Answer(
            card=why_not_card(views.tracing.about(self.word, request.now), request.reader)
        )


def _read(words: Words, moment: Moment) -> Command:
    line = " ".join(word.text for word in words)
    number = number_in(line.removeprefix("#"))
    if number is not None:
        return ExplainAlert(alert_id=number)
    word = line.removeprefix("service=").removeprefix("rule=").strip()
    if not word or len(word) > _LONGEST:
        raise CommandError(line, lambda texts: texts.why.wanted, "/why 42")
    return ExplainSilence(word=word)


SPEC = Spec(
    names=("why", "为什么", "为何", "为什么没告警", "为什么没有告警", "怎么没告警"),
    text=lambda texts: texts.why.command,
    read=_read,
    right=Right.READ,
)
