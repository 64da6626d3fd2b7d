"""A click that approves or declines what a severity asks for: who has the right to it, may."""

from bot.core.errand import may_approve
from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.actions import DecideErrand
from bot.feishu.cards.names import name_of
from bot.feishu.cards.reader import Reader
from bot.feishu.commands.base import Request
from bot.feishu.commands.rights import may
from bot.feishu.outcome import ToastType


def decided(
    action: DecideErrand, request: Request, engine: Engine, views: Views
) -> tuple[str, ToastType]:
    """Do it, and say so in one sentence."""
    reader = request.reader
    say, found = reader.texts.errand, views.errand(action.run_id)
    if found is None or found.errand is None or found.run.alert_id != action.alert_id:
        return say.decided(""), ToastType.WARNING
    allowed = may_approve(
        found.errand.approvers,
        request.person.id,
        admin=request.person.id in request.admins,
        leader=not request.chat.private and request.may_subscribe,
        acts=may(Right.ACT, request, views) and views.may_act(request, action.alert_id),
    )
    if not allowed:
        subject = f"#{action.alert_id}"
        verb = f"approve {found.errand.key}"
        engine.refused(request.person, verb, subject, request.now, action.alert_id)
        who = ", ".join(say.who.get(one, one) for one in found.errand.approvers)
        return say.may_not(who or say.who["admins"]), ToastType.WARNING
    try:
        engine.decide_errand(action.run_id, request.person, request.now, approved=action.approved)
    except InvalidTransitionError as error:
        return _refused(error, reader), ToastType.WARNING
    said = say.approved if action.approved else say.declined
    return said(name_of(request.person, reader), found.errand.key), ToastType.SUCCESS


def _refused(error: InvalidTransitionError, reader: Reader) -> str:
    say = reader.texts.errand
    return say.over if error.reason is Refusal.NOTHING_OPEN else say.decided(error.by)
