"""``/audit [42]``: who did what here; admins see what was done everywhere."""

from dataclasses import dataclass

from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.people import audit_card
from bot.feishu.commands import base
from bot.feishu.commands.base import Answer, Moment, Request, Spec, Words

SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowAudit:
    """Say who did what, to one alert or at all."""

    alert_id: int | None

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with the newest actions."""
        everywhere = self.alert_id is not None or request.person.id in request.admins
        chat = None if everywhere else request.chat.id
        return Answer(card=audit_card(views.audit(chat, self.alert_id, SHOWN), request.reader))


def _read(words: Words, moment: Moment) -> ShowAudit:
    if not words:
        return ShowAudit(alert_id=None)
    return ShowAudit(alert_id=base.alert_id(words, "/audit 42"))


SPEC = Spec(
    names=("audit", "审计", "操作记录", "谁操作的"),
    text=lambda texts: texts.people.audit,
    read=_read,
    right=Right.READ,
)
