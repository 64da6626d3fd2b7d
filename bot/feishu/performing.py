"""A card click, done: a toast for who clicked, and the card as it stands now for everybody."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, assert_never

from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.permission import Right
from bot.core.subscription import Mention, Wish
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.action_error import ActionError
from bot.feishu.actions import (
    AcknowledgeAlert,
    Action,
    DecideErrand,
    MuteAlert,
    OpenSubscriptionForm,
    ProveRoundTrip,
    RemoveSubscription,
    ResolveAlert,
    RunCommand,
    SubmitRule,
    SubmitSubscription,
    TryLine,
    UnmuteAlert,
    UnmuteMute,
    ends_at,
)
from bot.feishu.cards.alert import alert_card
from bot.feishu.cards.group import group_card
from bot.feishu.cards.hello import round_trip_card
from bot.feishu.cards.mute_words import ends
from bot.feishu.cards.mutes import mutes_card
from bot.feishu.cards.names import name_of
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.subscription_form import subscription_form
from bot.feishu.cards.subscriptions import subscribed_card, subscriptions_card
from bot.feishu.cards.untrusted import one_line
from bot.feishu.commands.base import Request
from bot.feishu.commands.parse import respond, right_of
from bot.feishu.commands.refusals import first_of, refusal
from bot.feishu.commands.rights import refused
from bot.feishu.errand_clicks import decided
from bot.feishu.outcome import Outcome, ToastType
from bot.feishu.rule_clicks import submitted, tried
from bot.feishu.templating.living import living_card

PROVED = "proved"
"""Owed after the click that proves the round trip, so that who waits for it elsewhere can tell."""
_NOT_BY_ALL = (Right.RULES, Right.MANAGE, Right.ADMINISTER)
OnAlert = AcknowledgeAlert | ResolveAlert | MuteAlert | UnmuteAlert


def perform(  # noqa: C901, PLR0911 - one for each action
    action: Action, request: Request, engine: Engine, views: Views
) -> Outcome:
    """Do what a click asks for; whatever the engine refuses becomes a toast."""
    match action:
        case AcknowledgeAlert() | ResolveAlert() | MuteAlert() | UnmuteAlert():
            return _on_alert(action, request, engine, views)
        case UnmuteMute(mute_id=number):
            return _lift(number, request, engine, views)
        case OpenSubscriptionForm():
            return _open_form(request, engine, views)
        case SubmitSubscription():
            return _submit(action, request, engine, views)
        case RemoveSubscription(subscription_id=number):
            return _remove(number, request, engine, views)
        case SubmitRule():
            return submitted(action, request, engine, views)
        case TryLine():
            return tried(action, request, engine, views)
        case RunCommand():
            return _run(action, request, engine, views)
        case DecideErrand(alert_id=number):
            said, kind = decided(action, request, engine, views)
            return Outcome(
                toast_text=said, toast_type=kind, card=_clicked(number, request, engine, views)
            )
        case ProveRoundTrip():
            return _proved(request.reader)
        case _:
            assert_never(action)


def _proved(reader: Reader) -> Outcome:
    card = round_trip_card(None, reader, running=True)
    return Outcome(
        toast_text=reader.texts.setup.toast, toast_type=ToastType.SUCCESS, card=card, then=PROVED
    )


def unreadable(error: ActionError, reader: Reader) -> Outcome:
    """What is said to a click that cannot be read."""
    say = reader.texts.answer
    found, wanted = one_line(error.found, 60) or say.nothing, error.wanted(reader.texts)
    return Outcome(
        toast_text=f"{say.found(found)} {say.wanted(wanted)}", toast_type=ToastType.ERROR
    )


def _on_alert(action: OnAlert, request: Request, engine: Engine, views: Views) -> Outcome:
    reader = request.reader
    if why := refused(Right.ACT, _VERBS[type(action)], action.alert_id, request, engine, views):
        return Outcome(toast_text=why, toast_type=ToastType.WARNING)
    try:
        said, kind = _act(action, request, engine), ToastType.SUCCESS
    except InvalidTransitionError as error:
        said = first_of(error, action.alert_id, views, reader)
        unknown = error.reason is Refusal.UNKNOWN_ALERT
        kind = ToastType.ERROR if unknown else ToastType.WARNING
    return Outcome(
        toast_text=said, toast_type=kind, card=_clicked(action.alert_id, request, engine, views)
    )


def _clicked(
    alert_id: int, request: Request, engine: Engine, views: Views
) -> dict[str, Any] | None:
    """The clicked card as it stands now: the alert's own, or one that others share."""
    view = views.alert(alert_id, request.now)
    if view is None:
        return None
    may_act = views.shows_buttons(view.alert, request.target)
    shared = views.shared(alert_id, request.target, request.message_id)
    group = views.group(shared, request.now) if shared is not None else None
    if group is not None:
        return group_card(group, request.shared, may_act=may_act)
    mentions = views.mentions(view.alert, request.target, request.now)
    shown, own = replace(view, mentions=mentions), views.templates
    return living_card(shown, request.target, request.shared, own, engine.concern, may_act=may_act)


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
            mute = engine.mute_alert(
                action.alert_id, end, request.person, request.now, chat=request.chat.id
            )
            return say.muted(number, ends(mute, reader))
        case UnmuteAlert():
            engine.unmute_alert(action.alert_id, request.person, request.now)
            return say.unmuted(number)
        case _:
            assert_never(action)


_VERBS: Mapping[type, str] = {
    AcknowledgeAlert: "ack",
    ResolveAlert: "resolve",
    MuteAlert: "mute",
    UnmuteAlert: "unmute",
}
"""What an action is called in the audit when it was refused: like its command."""


def _lift(mute_id: int, request: Request, engine: Engine, views: Views) -> Outcome:
    if why := refused(Right.ACT, "unmute", None, request, engine, views):
        return Outcome(toast_text=why, toast_type=ToastType.WARNING)
    try:
        engine.unmute(mute_id, request.person, request.now)
        said = request.reader.texts.answer.unmuted(f"m{mute_id}")
        kind = ToastType.SUCCESS
    except InvalidTransitionError as error:
        said, kind = refusal(error, request.reader), ToastType.WARNING
    card = mutes_card(views.mutes(request.now), request.reader)
    return Outcome(toast_text=said, toast_type=kind, card=card)


def _open_form(request: Request, engine: Engine, views: Views) -> Outcome:
    if why := refused(Right.MANAGE, "subscribe", None, request, engine, views):
        return Outcome(toast_text=why, toast_type=ToastType.WARNING)
    return Outcome(
        toast_text=request.reader.texts.answer.see_answer,
        toast_type=ToastType.INFO,
        reply=subscription_form(views.choices(), request.shared),
    )


def _submit(action: SubmitSubscription, request: Request, engine: Engine, views: Views) -> Outcome:
    if why := refused(Right.MANAGE, "subscribe", None, request, engine, views):
        return Outcome(toast_text=why, toast_type=ToastType.WARNING)
    number = action.subscription_id
    try:
        if number is None:
            saved = engine.subscribe(request.target, action.wish, request.person, request.now)
        else:
            wish = _with_contacts(action.wish, number, request, views)
            saved = engine.edit_subscription(
                request.target, number, wish, request.person, request.now
            )
    except InvalidTransitionError as error:
        return Outcome(toast_text=refusal(error, request.reader), toast_type=ToastType.WARNING)
    reader = Reader(language=saved.language, zone=request.zone, now=request.now)
    say = reader.texts
    return Outcome(
        toast_text=say.subscription.saved_title if number is None else say.people.saved_changes,
        toast_type=ToastType.SUCCESS,
        card=subscribed_card(
            saved, reader, views.people((*saved.ways.actors, *saved.ways.mentions))
        ),
    )


def _with_contacts(wish: Wish, number: int, request: Request, views: Views) -> Wish:
    """With the addresses that were mentioned before: the form's menu shows only people."""
    for one in views.chat(request.target).subscriptions:
        if one.id == number:
            kept = tuple(who for who in one.ways.mentions if not who.startswith("ou_"))
            mentions = (*wish.ways.mentions, *kept)
            policy = Mention.LISTED if kept else wish.ways.mention
            ways = replace(wish.ways, mention=policy, mentions=mentions)
            return replace(wish, ways=ways)
    return wish


def _remove(number: int, request: Request, engine: Engine, views: Views) -> Outcome:
    if why := refused(Right.MANAGE, "unsubscribe", None, request, engine, views):
        return Outcome(toast_text=why, toast_type=ToastType.WARNING)
    try:
        ended = engine.unsubscribe(request.target, number, request.person, request.now)
        said = request.reader.texts.subscription.removed(len(ended))
        kind = ToastType.SUCCESS
    except InvalidTransitionError as error:
        said, kind = refusal(error, request.reader), ToastType.WARNING
    here = views.chat(request.target)
    card = subscriptions_card(here.subscriptions, request.reader, here.people)
    return Outcome(toast_text=said, toast_type=kind, card=card)


def _run(action: RunCommand, request: Request, engine: Engine, views: Views) -> Outcome:
    right = right_of(action.text)
    # The card belongs to all: it does not give way to somebody's refusal.
    checks = action.in_place and right in _NOT_BY_ALL
    if checks and (why := refused(right, action.text, None, request, engine, views)):
        return Outcome(toast_text=why, toast_type=ToastType.WARNING)
    asked = request if action.in_place else replace(request, message_id="")
    said = respond(action.text, asked, engine, views)
    answer, say = said.card, request.reader.texts.answer
    if action.alert_id is not None:
        view = views.alert(action.alert_id, request.now)
        return Outcome(
            toast_text=answer["header"]["title"]["content"],
            toast_type=ToastType.INFO,
            card=alert_card(view, request.shared) if view is not None else None,
        )
    if action.in_place:
        return Outcome(toast_text=say.done, toast_type=ToastType.INFO, card=answer, then=said.then)
    return Outcome(
        toast_text=say.see_answer,
        toast_type=ToastType.INFO,
        reply=answer,
        then=said.then,
        about=said.about,
    )
