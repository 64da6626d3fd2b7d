"""Whether somebody may do what they ask for; a no is said, and stands in the audit."""

from collections.abc import Mapping
from typing import assert_never

from bot.core.permission import Right, may_rule
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.commands.base import Request


def may(right: Right, request: Request, views: Views) -> bool:
    """Whether a person has a right where they ask."""
    match right:
        case Right.READ:
            return True
        case Right.ACT:
            return views.may_act(request, None)
        case Right.MANAGE:
            return request.may_subscribe
        case Right.RULES:
            return may_rule(request.person.id, request.chat, request.admins)
        case Right.ADMINISTER:
            return request.person.id in request.admins
        case _:
            assert_never(right)


def refused(
    right: Right, action: str, alert_id: int | None, request: Request, engine: Engine, views: Views
) -> str:
    """Why a person may not, in one sentence; "" when they may.

    Args:
        right: What it takes.
        action: What was tried, for the audit.
        alert_id: The alert that is meant, None for several or none.
        request: Who asks, and where.
        engine: Notes the refusal.
        views: Knows the rights.
    """
    say = request.reader.texts
    match right:
        case Right.READ:
            return ""
        case Right.ACT:
            why = "" if views.may_act(request, alert_id) else say.people.may_not_act
        case Right.MANAGE:
            why = "" if request.may_subscribe else say.answer.may_not_subscribe
        case Right.RULES:
            why = "" if may(right, request, views) else say.rules.may_not
        case Right.ADMINISTER:
            admin = request.person.id in request.admins
            why = "" if admin else say.people.may_not_administer
        case _:
            assert_never(right)
    if why:
        subject = f"#{alert_id}" if alert_id is not None else request.chat.id
        engine.refused(request.person, action, subject, request.now, alert_id)
    return why


def rights_of(request: Request, views: Views) -> Mapping[Right, bool]:
    """Everything that a person may do where they ask, and may not."""
    return {
        Right.READ: True,
        Right.ACT: views.may_act(request, None),
        Right.MANAGE: request.may_subscribe,
        Right.RULES: may_rule(request.person.id, request.chat, request.admins),
        Right.ADMINISTER: request.person.id in request.admins,
    }
