"""Mutes over the API: listed, tried, made, extended, ended."""

from datetime import datetime
from http import HTTPStatus
from typing import Literal

from pydantic import Field

from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.mute import OPEN_END, Effect, UntilResolved, UntilWorse
from bot.core.token import Scope
from bot.engine.views import MuteRow
from bot.feishu.cards.mute_words import ends
from bot.feishu.commands.mute import read_longer, read_until
from bot.web.api.alert_shapes import Condition, Words
from bot.web.api.operation import Call, Operation, Reply
from bot.web.api.paging import page_of
from bot.web.api.problem import words_of
from bot.web.api.selecting import matchers_of
from bot.web.api.shapes import Page, Paged, Person, Shape
from watchers.finding import Severity

_UNTIL = (
    'As in chats: "2h", "until 18:00", "until resolved", "until x10", "every weekday 22:00-07:00".'
)


class Mute(Shape):
    """A wish not to be told."""

    number: int
    version: int
    match: list[str]
    starts_at: datetime
    ends_at: datetime | None = Field(description="Null where no clock knows.")
    ends_when: Literal["clock", "resolved", "worse", "window"]
    until: str = Field(description="What it lasts until, in words.")
    hides: bool = Field(description="Whether it does so now.")
    effect: Effect
    by: Person
    reason: str
    chat: str = Field(description='Where it was asked for, "" when in no chat.')
    name: str = Field(description='Of one in the configuration, else "".')
    suppressed: int = Field(description="Records it hid so far.")
    hits: int = Field(description="Open alerts that it takes now.")


class Mutes(Page[Mute]):
    """Mutes that hide now or will."""


class Hit(Shape):
    """An alert that would be hidden."""

    number: int
    title: str
    severity: Severity


class Preview(Shape):
    """What a mute would hide."""

    open: int
    lately: int = Field(description="Open or seen in the last 24 hours, those included.")
    some: list[Hit] = Field(description="The newest few.")


class Matching(Shape):
    """Which alerts are meant; all conditions must hold."""

    match: list[Condition] = Field(min_length=1, max_length=20)


class MuteWanted(Matching):
    """A mute to be made."""

    until: Words = Field(default="1h", description=_UNTIL)
    reason: Words = ""
    effect: Effect = Effect.FULL


class Longer(Shape):
    """Until when a mute is to last."""

    until: Words = Field(
        min_length=1, description='"1h" is that much longer than now; or "until 18:00".'
    )


def _list(call: Call) -> Reply:
    asked = call.asked(Paged)
    rows = call.desk.views.mutes(call.now)
    shown, following = page_of(rows, lambda one: one.mute.id, int, "mutes", asked)
    page = Mutes(items=[_mute(one, call) for one in shown], next=following or None)
    return Reply(shape=page, next=following)


def _show(call: Call) -> Reply:
    return _shown(call.number("mute"), call)


def _shown(number: int, call: Call, place: str = "") -> Reply:
    row = _row(number, call)
    return Reply(shape=_mute(row, call), version=_version(row), place=place)


def _row(number: int, call: Call) -> MuteRow:
    row = call.desk.views.muting.one(number)
    if row is None:
        raise InvalidTransitionError(Refusal.UNKNOWN_MUTE)
    return row


def _version(row: MuteRow) -> str:
    return f"v{row.mute.version}"


def _preview(call: Call) -> Reply:
    matchers = matchers_of(call, call.said(Matching).match, "body.match")
    found = call.desk.views.muting.preview(matchers, call.now)
    some = [Hit(number=one.id, title=one.title, severity=one.severity) for one in found.some]
    return Reply(shape=Preview(open=found.open, lately=found.lately, some=some))


def _make(call: Call) -> Reply:
    said = call.said(MuteWanted)
    matchers = matchers_of(call, said.match, "body.match")
    with words_of("body.until", call.reader):
        until = read_until(said.until, call.moment)
    made = call.desk.engine.mute(
        matchers, until, call.actor, call.now, reason=said.reason, effect=said.effect
    )
    return _shown(made.id, call, f"/mutes/{made.id}")


def _extend(call: Call) -> Reply:
    number = call.number("mute")
    call.unchanged(_version(_row(number, call)))
    with words_of("body.until", call.reader):
        until = read_longer(call.said(Longer).until, call.moment)
    call.desk.engine.extend_mute(number, until, call.actor, call.now)
    return _shown(number, call)


def _end(call: Call) -> Reply:
    number = call.number("mute")
    call.unchanged(_version(_row(number, call)))
    call.desk.engine.unmute(number, call.actor, call.now)
    return Reply()


def _mute(row: MuteRow, call: Call) -> Mute:
    found = row.mute
    kinds = {type(None): "clock", UntilResolved: "resolved", UntilWorse: "worse"}
    return Mute(
        number=found.id,
        version=found.version,
        match=[str(one) for one in found.matchers],
        starts_at=found.starts_at,
        ends_at=found.ends_at if found.ends_at != OPEN_END else None,
        ends_when=kinds.get(type(found.until), "window"),  # type: ignore[arg-type] # a closed list
        until=ends(found, call.reader),
        hides=found.active(call.now),
        effect=found.effect,
        by=Person(id=found.by.id, name=found.by.name),
        reason=found.reason,
        chat=found.chat,
        name=found.name,
        suppressed=found.suppressed,
        hits=row.hits,
    )


OPERATIONS = (
    Operation(
        name="listMutes",
        method="GET",
        path="/mutes",
        scope=Scope.MUTES_READ,
        about="Mutes that hide now or will.",
        run=_list,
        query=Paged,
        answer=Mutes,
    ),
    Operation(
        name="createMute",
        method="POST",
        path="/mutes",
        scope=Scope.MUTES_WRITE,
        about="Hide every alert that the conditions take.",
        more="`previewMute` says before what that would hide.",
        run=_make,
        body=MuteWanted,
        answer=Mute,
        status=HTTPStatus.CREATED,
        once=True,
        conflicts=True,
    ),
    Operation(
        name="previewMute",
        method="POST",
        path="/mutes/preview",
        scope=Scope.MUTES_READ,
        about="What a mute with these conditions would hide; nothing is changed.",
        run=_preview,
        body=Matching,
        answer=Preview,
    ),
    Operation(
        name="getMute",
        method="GET",
        path="/mutes/{mute}",
        scope=Scope.MUTES_READ,
        about="One mute, also when it is over.",
        run=_show,
        answer=Mute,
    ),
    Operation(
        name="extendMute",
        method="PATCH",
        path="/mutes/{mute}",
        scope=Scope.MUTES_WRITE,
        about="Let a mute end later, or at another instant.",
        run=_extend,
        body=Longer,
        answer=Mute,
        guarded=True,
        conflicts=True,
    ),
    Operation(
        name="endMute",
        method="DELETE",
        path="/mutes/{mute}",
        scope=Scope.MUTES_WRITE,
        about="End a mute.",
        run=_end,
        answer=None,
        guarded=True,
        conflicts=True,
    ),
)
