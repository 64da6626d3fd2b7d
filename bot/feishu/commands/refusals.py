"""Refusals in words: who was first, what is unknown, who may."""

from typing import assert_never

from bot.core.alert import Person
from bot.core.errors import InvalidTransitionError, Refusal
from bot.engine.reading import Views
from bot.feishu.cards.note import Tone, note_card
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line
from bot.feishu.commands.base import Answer, Request


def refusal(  # noqa: C901, PLR0911, PLR0912 - one for each reason
    error: InvalidTransitionError, reader: Reader, first: Person | None = None
) -> str:
    """Why the engine refused, in one sentence.

    Args:
        error: What it raised.
        reader: For whom.
        first: Who was first, where the error knows no name.
    """
    say = reader.texts.answer
    name = one_line(error.by or (first.name if first else ""), 40) or say.somebody
    at = reader.time(error.at) if error.at else reader.texts.alert.no_value
    match error.reason:
        case Refusal.ALREADY_ACKNOWLEDGED:
            return say.already_acknowledged(name, at)
        case Refusal.ALREADY_RESOLVED:
            return say.already_resolved(name, at)
        case Refusal.NOT_ACKNOWLEDGED:
            return say.not_acknowledged
        case Refusal.NOT_MUTED:
            return say.not_muted
        case Refusal.NOTHING_OPEN:
            return say.nothing_open
        case Refusal.PROVISIONED:
            return say.provisioned
        case Refusal.STALE_PREVIEW:
            return say.stale_preview
        case Refusal.NOTHING_CHANGES:
            return say.nothing_changes
        case Refusal.UNKNOWN_ALERT:
            return say.unknown_alert
        case Refusal.UNKNOWN_MUTE:
            return say.unknown_mute
        case Refusal.NO_TEMPLATE:
            return reader.texts.life.no_template
        case Refusal.UNKNOWN_TEMPLATE:
            return reader.texts.catalogue.unknown
        case Refusal.UNKNOWN_SUBSCRIPTION:
            return say.unknown_subscription
        case (
            Refusal.UNKNOWN_RULE
            | Refusal.RULE_OF_FILE
            | Refusal.NOT_PAUSED
            | Refusal.TOO_MANY_RULES
        ):
            return reader.texts.rules.refusal[error.reason]
        case _:
            assert_never(error.reason)


def first_of(error: InvalidTransitionError, alert_id: int, views: Views, reader: Reader) -> str:
    """The refusal of an action on an alert, with the name of who was first."""
    view = views.alert(alert_id, reader.now)
    first = None
    if view is not None and error.reason is Refusal.ALREADY_ACKNOWLEDGED:
        first = view.alert.acknowledged_by
    elif view is not None and error.reason is Refusal.ALREADY_RESOLVED:
        first = view.alert.resolved_by
    return refusal(error, reader, first)


def may_not_subscribe(request: Request) -> Answer:
    """A friendly no that names who may."""
    say = request.reader.texts.answer
    lines = [say.may_not_subscribe, say.who_may(bool(request.chat.owner))]
    return Answer(card=note_card(say.refused_title, lines, Tone.WARNING, request.reader))
