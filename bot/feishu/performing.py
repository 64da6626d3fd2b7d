"""A card click, done: a toast for who clicked, and the card as it stands now for everybody."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, assert_never

from bot.core.errors import InvalidTransitionError, Refusal
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.actions import (
    AcknowledgeAlert,
    Action,
    ActionError,
    MuteAlert,
    OpenSubscriptionForm,
    RemoveSubscription,
    ResolveAlert,
    RunCommand,
    SubmitSubscription,
    UnmuteAlert,
    UnmuteMute,
    ends_at,
)
from bot.feishu.cards.alert import alert_card
from bot.feishu.cards.mutes import mutes_card
from bot.feishu.cards.names import name_of
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.subscription_form import subscription_form
from bot.feishu.cards.subscriptions import subscribed_card, subscriptions_card
from bot.feishu.cards.untrusted import one_line
from bot.feishu.commands.base import Request
from bot.feishu.commands.parse import respond
from bot.feishu.commands.refusals import first_of, refusal

OnAlert = AcknowledgeAlert | ResolveAlert | MuteAlert | UnmuteAlert


class ToastType(StrEnum):
    """The kinds of toast that Feishu shows."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a click comes to.

    Attributes:
        toast_text: For who clicked.
        card: Takes the place of the clicked card, None leaves it.
        reply: Is sent as an answer to the clicked card, None sends nothing.
    """

    toast_text: str
    toast_type: ToastType
    card: dict[str, Any] | None = None
    reply: dict[str, Any] | None = None


def perform(action: Action, request: Request, engine: Engine, views: Views) -> Outcome:
    """Do what a click asks for; whatever the engine refuses becomes a toast."""
    match action:
        case AcknowledgeAlert() | ResolveAlert() | MuteAlert() | UnmuteAlert():
            return _on_alert(action, request, engine, views)
        case UnmuteMute(mute_id=number):
            return _lift(number, request, engine, views)
        case OpenSubscriptionForm():
            return _open_form(request, views)
        case SubmitSubscription():
            return _submit(action, request, engine)
        case RemoveSubscription(subscription_id=number):
            return _remove(number, request, engine, views)
        case RunCommand():
            return _run(action, request, engine, views)
        case _:
            assert_never(action)


def unreadable(error: ActionError, reader: Reader) -> Outcome:
    """What is said to a click that cannot be read."""
    say = reader.texts.answer
    found, wanted = one_line(error.found, 60) or say.nothing, error.wanted(reader.texts)
    return Outcome(
        toast_text=f"{say.found(found)} {say.wanted(wanted)}", toast_type=ToastType.ERROR
    )


def _on_alert(action: OnAlert, request: Request, engine: Engine, views: Views) -> Outcome:
    reader = request.reader
    try:
        said, kind = _act(action, request, engine), ToastType.SUCCESS
    except InvalidTransitionError as error:
        said = first_of(error, action.alert_id, views, reader)
        unknown = error.reason is Refusal.UNKNOWN_ALERT
        kind = ToastType.ERROR if unknown else ToastType.WARNING
    view = views.alert(action.alert_id, request.now)
    card = alert_card(view, reader) if view is not None else None
    return Outcome(toast_text=said, toast_type=kind, card=card)


def _act(action: OnAlert, request: Request, engine: Engine) -> str:
    """Do it and say so in one sentence."""
    say, reader = request.reader.texts.answer, request.reader
    number, name = f"#{action.alert_id}", name_of(request.person, reader)
    match action:
        case AcknowledgeAlert():
            engine.acknowledge(action.alert_id, request.person, request.now)
            return say.acknowledged(number, name)
        case ResolveAlert():
            engine.resolve(action.alert_id, request.person, request.now)
            return say.resolved(number, name)
        case MuteAlert():
            end = ends_at(action.span, request.now, request.zone)
            engine.mute_alert(action.alert_id, end, request.person, request.now)
            return say.muted(number, reader.until(end))
        case UnmuteAlert():
            engine.unmute_alert(action.alert_id, request.person, request.now)
            return say.unmuted(number)
        case _:
            assert_never(action)


def _lift(mute_id: int, request: Request, engine: Engine, views: Views) -> Outcome:
    try:
        engine.unmute(mute_id, request.person, request.now)
        said = request.reader.texts.answer.unmuted(f"m{mute_id}")
        kind = ToastType.SUCCESS
    except InvalidTransitionError as error:
        said, kind = refusal(error, request.reader), ToastType.WARNING
    card = mutes_card(views.mutes(request.now), request.reader)
    return Outcome(toast_text=said, toast_type=kind, card=card)


def _open_form(request: Request, views: Views) -> Outcome:
    if not request.may_subscribe:
        return _may_not(request)
    return Outcome(
        toast_text=request.reader.texts.answer.see_answer,
        toast_type=ToastType.INFO,
        reply=subscription_form(views.choices(), request.reader),
    )


def _submit(action: SubmitSubscription, request: Request, engine: Engine) -> Outcome:
    if not request.may_subscribe:
        return _may_not(request)
    saved = engine.subscribe(request.target, action.wish, request.person, request.now)
    reader = Reader(language=saved.language, zone=request.zone, now=request.now)
    return Outcome(
        toast_text=reader.texts.subscription.saved_title,
        toast_type=ToastType.SUCCESS,
        card=subscribed_card(saved, reader),
    )


def _remove(number: int, request: Request, engine: Engine, views: Views) -> Outcome:
    if not request.may_subscribe:
        return _may_not(request)
    try:
        ended = engine.unsubscribe(request.target, number, request.person)
        said = request.reader.texts.subscription.removed(len(ended))
        kind = ToastType.SUCCESS
    except InvalidTransitionError as error:
        said, kind = refusal(error, request.reader), ToastType.WARNING
    rows = views.chat(request.target).subscriptions
    return Outcome(toast_text=said, toast_type=kind, card=subscriptions_card(rows, request.reader))


def _run(action: RunCommand, request: Request, engine: Engine, views: Views) -> Outcome:
    answer = respond(action.text, request, engine, views).card
    say = request.reader.texts.answer
    if action.alert_id is not None:
        view = views.alert(action.alert_id, request.now)
        return Outcome(
            toast_text=answer["header"]["title"]["content"],
            toast_type=ToastType.INFO,
            card=alert_card(view, request.reader) if view is not None else None,
        )
    if action.in_place:
        return Outcome(toast_text=say.done, toast_type=ToastType.INFO, card=answer)
    return Outcome(toast_text=say.see_answer, toast_type=ToastType.INFO, reply=answer)


def _may_not(request: Request) -> Outcome:
    return Outcome(
        toast_text=request.reader.texts.answer.may_not_subscribe, toast_type=ToastType.WARNING
    )
