"""Card value ↔ action: what a click means, as ids only and never state."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from bot.core.mute import UntilResolved, UntilWorse
from bot.core.subscription import Wish
from bot.feishu.action_error import ActionError
from bot.feishu.commands.limits import LONGEST, LONGEST_TEXT, SHORTEST
from bot.feishu.commands.local_time import tomorrow_at
from bot.feishu.rule_wishes import RulePart, read_fields, read_line
from bot.feishu.texts.base import Texts
from bot.feishu.wishes import read_wish

MORNING_HOUR = 9
_MAX_ID = 2**53


class Until(StrEnum):
    """Named ends of a mute; the morning is the reader's."""

    MORNING = "morning"
    RESOLVED = "resolved"
    WORSE = "worse"


Span = timedelta | Until


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeAlert:
    """Take an alert on."""

    alert_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveAlert:
    """End an alert."""

    alert_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteAlert:
    """Hide one alert for a while; whole minutes, 1 minute to 30 days."""

    alert_id: int
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmuteAlert:
    """Lift what hides one alert."""

    alert_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmuteMute:
    """Lift one mute, from the list of mutes."""

    mute_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSubscriptionForm:
    """Ask for the form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitSubscription:
    """The form was sent; the wish comes from its fields, not from the button.

    Attributes:
        subscription_id: The one to change, None for a new one.
    """

    wish: Wish
    subscription_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveSubscription:
    """End one subscription of the chat, from its list."""

    subscription_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCommand:
    """As if the text had been written.

    Attributes:
        in_place: The answer takes the place of the card, e.g. another page of a list.
        alert_id: The alert on whose card it stands, which is drawn anew; None for other cards.
    """

    text: str
    in_place: bool = False
    alert_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitRule:
    """A form about a rule made in a chat was sent.

    Attributes:
        fields: As they were written, by name.
    """

    rule_id: int
    part: RulePart
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TryLine:
    """See what a rule makes of a line."""

    rule: str
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideErrand:
    """Approve or decline what the severity of an alert asks for."""

    run_id: int
    alert_id: int
    approved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProveRoundTrip:
    """Show that the click was here; changes nothing."""


Action = (
    AcknowledgeAlert
    | ResolveAlert
    | MuteAlert
    | UnmuteAlert
    | UnmuteMute
    | OpenSubscriptionForm
    | SubmitSubscription
    | RemoveSubscription
    | SubmitRule
    | TryLine
    | RunCommand
    | DecideErrand
    | ProveRoundTrip
)


def encode(  # noqa: C901, PLR0911, PLR0912 - one for each action
    action: Action,
) -> dict[str, Any]:
    """The value a button carries; always an object, since a bare text breaks the official SDK."""
    match action:
        case AcknowledgeAlert(alert_id=number):
            return {"do": "ack", "alert": number}
        case ResolveAlert(alert_id=number):
            return {"do": "resolve", "alert": number}
        case MuteAlert(alert_id=number, span=span):
            return {"do": "mute", "alert": number, "for": encode_span(span)}
        case UnmuteAlert(alert_id=number):
            return {"do": "unmute", "alert": number}
        case UnmuteMute(mute_id=number):
            return {"do": "unmute", "mute": number}
        case OpenSubscriptionForm():
            return {"do": "form"}
        case SubmitSubscription(subscription_id=number):
            return {"do": "subscribe"} | ({"subscription": number} if number else {})
        case RemoveSubscription(subscription_id=number):
            return {"do": "unsubscribe", "subscription": number}
        case SubmitRule(rule_id=number, part=part):
            return {"do": "rule", "rule": number, "part": part.value}
        case TryLine(rule=name):
            return {"do": "try", "rule": name}
        case RunCommand(text=text, in_place=in_place, alert_id=on):
            marks = ({"in_place": True} if in_place else {}) | ({"alert": on} if on else {})
            return {"do": "run", "text": text, **marks}
        case DecideErrand(run_id=number, alert_id=on, approved=approved):
            return {"do": "errand", "errand": number, "alert": on, "approve": approved}
        case ProveRoundTrip():
            return {"do": "prove"}
        case _:
            assert_never(action)


def mute_choice(alert_id: int) -> dict[str, Any]:
    """The value of a menu whose chosen option is the span."""
    return {"do": "mute", "alert": alert_id}


def command_choice(alert_id: int) -> dict[str, Any]:
    """The value of a menu on an alert's card whose chosen option is a command."""
    return {"do": "run", "alert": alert_id}


def encode_span(span: Span) -> str:
    """``60m``, or the name of an end."""
    return span.value if isinstance(span, Until) else f"{span // timedelta(minutes=1)}m"


def ends_at(span: Span, now: datetime, zone: ZoneInfo) -> datetime | UntilResolved | UntilWorse:
    """The end of a mute that begins now; aware, UTC."""
    match span:
        case timedelta():
            return now + span
        case Until.MORNING:
            return tomorrow_at(MORNING_HOUR, now, zone)
        case Until.RESOLVED:
            return UntilResolved()
        case Until.WORSE:
            return UntilWorse()
        case _:
            assert_never(span)


def decode(
    value: object,
    *,
    option: str | None = None,
    options: Sequence[str] | None = None,
    form_value: Mapping[str, Any] | None = None,
) -> Action:
    """Read what a click sent back; nothing in it is trusted.

    Args:
        value: The button's or menu's value.
        option: The chosen entry of a single-choice menu outside a form.
        options: The chosen entries of a multiple-choice menu outside a form; no card of ours
            has one, so any is refused.
        form_value: The fields of a sent form by name.

    Raises:
        ActionError: If the verb is unknown, or an argument is missing, of another type or out of
            range.
    """
    if options:
        raise ActionError(list(options), _known_choice)
    if not isinstance(value, Mapping):
        raise ActionError(value, _known_button)
    verb = value.get("do")
    if isinstance(verb, str) and (read := _READERS.get(verb)) is not None:
        return read(value, option, form_value or {})
    raise ActionError(verb, _known_button)


def _acknowledge(value: Mapping[str, Any], _option: str | None, _form: object) -> Action:
    return AcknowledgeAlert(alert_id=_id(value, "alert"))


def _resolve(value: Mapping[str, Any], _option: str | None, _form: object) -> Action:
    return ResolveAlert(alert_id=_id(value, "alert"))


def _mute(value: Mapping[str, Any], option: str | None, _form: object) -> Action:
    return MuteAlert(alert_id=_id(value, "alert"), span=_span(value.get("for", option)))


def _unmute(value: Mapping[str, Any], _option: str | None, _form: object) -> Action:
    if "mute" in value:
        return UnmuteMute(mute_id=_id(value, "mute"))
    return UnmuteAlert(alert_id=_id(value, "alert"))


def _form(_value: Mapping[str, Any], _option: str | None, _fields: object) -> Action:
    return OpenSubscriptionForm()


def _submit(value: Mapping[str, Any], _option: str | None, form: Mapping[str, Any]) -> Action:
    number = _id(value, "subscription") if "subscription" in value else None
    return SubmitSubscription(wish=read_wish(form), subscription_id=number)


def _remove(value: Mapping[str, Any], _option: str | None, _form: object) -> Action:
    return RemoveSubscription(subscription_id=_id(value, "subscription"))


def _rule(value: Mapping[str, Any], _option: str | None, form: Mapping[str, Any]) -> Action:
    part = value.get("part")
    if part not in set(RulePart):
        raise ActionError(part, _known_button)
    return SubmitRule(
        rule_id=_id(value, "rule"), part=RulePart(str(part)), fields=read_fields(form)
    )


def _try(value: Mapping[str, Any], _option: str | None, form: Mapping[str, Any]) -> Action:
    name = value.get("rule")
    if not isinstance(name, str) or not name or len(name) > LONGEST_TEXT:
        raise ActionError(name, _known_button)
    return TryLine(rule=name, line=read_line(form))


def _run(value: Mapping[str, Any], option: str | None, _form: object) -> Action:
    text, in_place = value.get("text", option), value.get("in_place", False)
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_TEXT:
        raise ActionError(text, _known_button)
    if not isinstance(in_place, bool):
        raise ActionError(in_place, _known_button)
    alert_id = _id(value, "alert") if "alert" in value else None
    return RunCommand(text=text, in_place=in_place, alert_id=alert_id)


def _decide(value: Mapping[str, Any], _option: str | None, _form: object) -> Action:
    approved = value.get("approve")
    if not isinstance(approved, bool):
        raise ActionError(approved, _known_button)
    return DecideErrand(
        run_id=_id(value, "errand"), alert_id=_id(value, "alert"), approved=approved
    )


_READERS: Mapping[str, Callable[[Mapping[str, Any], str | None, Mapping[str, Any]], Action]] = {
    "ack": _acknowledge,
    "resolve": _resolve,
    "mute": _mute,
    "unmute": _unmute,
    "form": _form,
    "subscribe": _submit,
    "unsubscribe": _remove,
    "rule": _rule,
    "try": _try,
    "run": _run,
    "errand": _decide,
    "prove": lambda _value, _option, _form: ProveRoundTrip(),
}


def _id(value: Mapping[str, Any], key: str) -> int:
    number = value.get(key)
    # JSON numbers may come back as 42.0; a bool is an int to Python and no id.
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number < _MAX_ID:
        raise ActionError(number, _known_button)
    return number


_NAMED_ENDS = {end.value: end for end in Until}


def _span(text: object) -> Span:
    if text in _NAMED_ENDS:
        return _NAMED_ENDS[str(text)]
    if isinstance(text, str) and (found := re.fullmatch(r"([0-9]{1,6})m", text)):
        span = timedelta(minutes=int(found[1]))
        if SHORTEST <= span <= LONGEST:
            return span
    raise ActionError(text, _known_choice)


def _known_button(texts: Texts) -> str:
    return texts.wanted.known_button


def _known_choice(texts: Texts) -> str:
    return texts.wanted.known_choice
