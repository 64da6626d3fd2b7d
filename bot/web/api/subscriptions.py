"""Subscriptions over the API: what chats are told, listed, made, changed, ended."""

import hashlib
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from pydantic import Field

from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.hours import Hours
from bot.core.subscription import Acting, Language, Mention, Target, TargetKind, Ways, Wish
from bot.core.subscription import Subscription as Kept
from bot.core.token import Scope
from bot.feishu.commands.hours import ANY_HOUR, hours_named, is_zone
from bot.web.api.alert_shapes import Condition
from bot.web.api.operation import Call, Operation, Reply
from bot.web.api.paging import page_of
from bot.web.api.problem import Fault, unprocessable
from bot.web.api.selecting import matchers_of
from bot.web.api.shapes import Page, Paged, Person, Shape
from watchers.finding import Severity

_Chat = Annotated[str, Field(pattern="^oc_[A-Za-z0-9_]{1,64}$")]
_People = Annotated[
    list[Annotated[str, Field(pattern=r"^(ou_\w{1,64}|[^@\s]{1,64}@[^@\s]{1,100}|\+?\d{5,20})$")]],
    Field(max_length=50, description="open_ids; mentions also e-mail addresses, mobile numbers."),
]
_Conditions = Annotated[list[Condition], Field(max_length=20)]
_Hours = Annotated[str, Field(max_length=40, description='"09:00-18:00"; "" for any hour.')]


class Subscription(Shape):
    """A chat's standing wish to be told."""

    number: int
    chat: str
    chat_name: str
    match: list[str]
    level: Severity = Field(description="The least severity.")
    language: Language
    hours: str = Field(description='When it rings: "09:00-18:00", "" for at any hour.')
    zone: str = Field(description='Of the hours, "" without.')
    urgent_from: Severity = Field(description="Rings at any hour.")
    act: Acting = Field(description="Who may act on what the chat is told.")
    actors: list[str]
    mention: Mention = Field(description="Whom the first card of an alert mentions.")
    mentions: list[str]
    by: Person
    created_at: datetime
    suspended: str = Field(description='Why nothing is sent, "" while it is served.')
    ended: bool


class Subscriptions(Page[Subscription]):
    """Some subscriptions."""


class SubscriptionsAsked(Paged):
    """Which subscriptions."""

    chat: Annotated[str, Field(max_length=100, description='Of this chat; "" for all.')] = ""


class Changes(Shape):
    """What is to be otherwise; what is null stays as it is."""

    match: _Conditions | None = None
    level: Severity | None = None
    language: Language | None = None
    hours: _Hours | None = None
    zone: Annotated[str, Field(max_length=60)] | None = None
    urgent_from: Severity | None = None
    act: Acting | None = None
    actors: _People | None = None
    mention: Mention | None = None
    mentions: _People | None = None


class SubscriptionWanted(Changes):
    """A subscription to be made; what is null is as usual."""

    chat: _Chat


def _list(call: Call) -> Reply:
    asked = call.asked(SubscriptionsAsked)
    rows = [one for one in _all(call) if asked.chat in ("", one.target.address)]
    shown, following = page_of(rows, lambda one: one.id, int, "subscriptions", asked)
    items = [_shape(one, call) for one in shown]
    return Reply(shape=Subscriptions(items=items, next=following or None), next=following)


def _all(call: Call) -> list[Kept]:
    kept = call.desk.store.subscriptions.all()
    return [one for one in kept if one.target.kind is TargetKind.FEISHU_CHAT]


def _one(number: int, call: Call) -> Kept:
    for one in _all(call):
        if one.id == number:
            return one
    raise InvalidTransitionError(Refusal.UNKNOWN_SUBSCRIPTION)


def _show(call: Call) -> Reply:
    return _shown(call.number("subscription"), call)


def _shown(number: int, call: Call, place: str = "") -> Reply:
    found = _one(number, call)
    return Reply(shape=_shape(found, call), version=_version(found), place=place)


def _version(found: Kept) -> str:
    return hashlib.sha256(repr(found.wish).encode("utf-8", "replace")).hexdigest()[:12]


def _meet(call: Call) -> None:
    """Ask Feishu of a chat that is not known, before the database is kept from others."""
    chat = call.said(SubscriptionWanted).chat
    if call.desk.store.chats.get(chat) is None:
        call.desk.meet(chat, call.now)


def _make(call: Call) -> Reply:
    said = call.said(SubscriptionWanted)
    if call.desk.store.chats.get(said.chat) is None:
        wanted = "a chat that the bot is in: add it to the group"
        raise unprocessable(Fault(where="body.chat", found=said.chat, wanted=wanted))
    target = Target(kind=TargetKind.FEISHU_CHAT, address=said.chat)
    usual = Wish(language=call.desk.store.chats.language(said.chat) or call.desk.language)
    wish = _wish(said, usual, call)
    made = call.desk.engine.subscribe(target, wish, call.actor, call.now)
    return _shown(made.id, call, f"/subscriptions/{made.id}")


def _change(call: Call) -> Reply:
    before = _one(call.number("subscription"), call)
    call.unchanged(_version(before))
    wish = _wish(call.said(Changes), before.wish, call)
    call.desk.engine.edit_subscription(before.target, before.id, wish, call.actor, call.now)
    return _shown(before.id, call)


def _end(call: Call) -> Reply:
    before = _one(call.number("subscription"), call)
    call.unchanged(_version(before))
    call.desk.engine.unsubscribe(before.target, before.id, call.actor, call.now)
    return Reply()


def _wish(said: Changes, before: Wish, call: Call) -> Wish:
    """The wish with these said instead."""
    if said.match is not None:
        before = replace(before, matchers=matchers_of(call, said.match, "body.match"))
    return replace(
        before,
        least_severity=said.level or before.least_severity,
        language=said.language or before.language,
        ways=_ways(said, before.ways, call),
    )


def _ways(said: Changes, before: Ways, call: Call) -> Ways:
    acting, mention = said.act or before.acting, said.mention or before.mention
    actors = _listed(said.actors, before.actors, acting is Acting.LISTED, "actors")
    mentions = _listed(said.mentions, before.mentions, mention is Mention.LISTED, "mentions")
    return replace(
        before,
        hours=_hours(said, before.hours, call),
        urgent_from=said.urgent_from or before.urgent_from,
        acting=acting,
        actors=actors,
        mention=mention,
        mentions=mentions,
    )


def _listed(
    said: list[str] | None,
    before: tuple[str, ...],
    wanted: bool,
    where: str,
) -> tuple[str, ...]:
    """People where these are listed, and nobody elsewhere."""
    found = tuple(dict.fromkeys(said)) if said is not None else before
    if wanted and not found:
        wrong = Fault(
            where=f"body.{where}", found="nobody", wanted="somebody, since they are listed"
        )
        raise unprocessable(wrong)
    return found if wanted else ()


def _hours(said: Changes, before: Hours | None, call: Call) -> Hours | None:
    zone = said.zone or (before.zone if before is not None else call.desk.zone.key)
    texts = call.reader.texts.people
    if said.zone and not is_zone(said.zone):
        raise unprocessable(Fault(where="body.zone", found=said.zone, wanted=texts.wanted_zone))
    if said.hours is None:
        return replace(before, zone=zone) if before is not None else None
    if not said.hours or said.hours.lower() in ANY_HOUR:
        return None
    hours = hours_named(said.hours, zone)
    if hours is None:
        raise unprocessable(Fault(where="body.hours", found=said.hours, wanted=texts.wanted_hours))
    return hours


def _shape(found: Kept, call: Call) -> Subscription:
    chat, ways = call.desk.store.chats.get(found.target.address), found.ways
    return Subscription(
        number=found.id,
        chat=found.target.address,
        chat_name=chat.name if chat is not None else "",
        match=[str(one) for one in found.matchers],
        level=found.least_severity,
        language=found.language,
        hours=f"{ways.hours.begins:%H:%M}-{ways.hours.ends:%H:%M}" if ways.hours else "",
        zone=ways.hours.zone if ways.hours else "",
        urgent_from=ways.urgent_from,
        act=ways.acting,
        actors=list(ways.actors),
        mention=ways.mention,
        mentions=list(ways.mentions),
        by=Person(id=found.by.id, name=found.by.name),
        created_at=found.created_at,
        suspended=found.suspended,
        ended=found.ended,
    )


OPERATIONS = (
    Operation(
        name="listSubscriptions",
        method="GET",
        path="/subscriptions",
        scope=Scope.SUBSCRIPTIONS_READ,
        about="What chats are told.",
        run=_list,
        query=SubscriptionsAsked,
        answer=Subscriptions,
    ),
    Operation(
        name="createSubscription",
        method="POST",
        path="/subscriptions",
        scope=Scope.SUBSCRIPTIONS_WRITE,
        about="Let a chat be told; open alerts that it takes are told at once.",
        more="The same wish again is the subscription that stands already.",
        run=_make,
        body=SubscriptionWanted,
        answer=Subscription,
        status=HTTPStatus.CREATED,
        once=True,
        before=_meet,
    ),
    Operation(
        name="getSubscription",
        method="GET",
        path="/subscriptions/{subscription}",
        scope=Scope.SUBSCRIPTIONS_READ,
        about="One subscription.",
        run=_show,
        answer=Subscription,
    ),
    Operation(
        name="changeSubscription",
        method="PATCH",
        path="/subscriptions/{subscription}",
        scope=Scope.SUBSCRIPTIONS_WRITE,
        about="Change what is said, and leave the rest; the cards in its chat follow at once.",
        run=_change,
        body=Changes,
        answer=Subscription,
        guarded=True,
    ),
    Operation(
        name="endSubscription",
        method="DELETE",
        path="/subscriptions/{subscription}",
        scope=Scope.SUBSCRIPTIONS_WRITE,
        about="End a subscription; cards of open alerts are edited a last time.",
        run=_end,
        answer=None,
        guarded=True,
    ),
)
