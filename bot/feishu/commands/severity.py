"""``/severity 42 critical``: say how bad an alert is; findings do not change that any more."""

from dataclasses import dataclass

from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.acted import acted_card
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
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.levels import severity_named
from watchers.finding import Severity

_EXAMPLE = "/severity 42 critical"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSeverity:
    """Say how bad an alert is."""

    alert_id: int
    severity: Severity

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Set it, and say so."""
        engine.set_severity(self.alert_id, self.severity, request.person, request.now)
        reader = request.reader
        named = reader.texts.format.severity(self.severity)
        said = reader.texts.life.severity_set(f"#{self.alert_id}", named)
        return Answer(card=acted_card(said, current(self.alert_id, request, views), reader))


def _read(words: Words, moment: Moment) -> SetSeverity:
    number = alert_id(words[:1], _EXAMPLE)
    named = words[1].text if len(words) > 1 else ""
    severity = severity_named(named)
    if severity is None:
        raise CommandError(named, lambda texts: texts.wanted.severity, _EXAMPLE)
    nothing_more(words[2:], _EXAMPLE)
    return SetSeverity(alert_id=number, severity=severity)


SPEC = Spec(
    names=("severity", "调级", "定级", "改级别", "设级别"),
    text=lambda texts: texts.commands.severity,
    read=_read,
)
