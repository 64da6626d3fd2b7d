"""Card value ↔ action: what a click means, as ids only and never state."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, assert_never
from zoneinfo import ZoneInfo

import re2

from bot.core.matcher import Matcher, Operator
from bot.core.subscription import Language, Wish
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.levels import severity_named
from bot.feishu.commands.limits import LONGEST, LONGEST_TEXT, SHORTEST
from bot.feishu.commands.local_time import tomorrow_at
from bot.feishu.commands.selection import read_selection
from bot.feishu.texts.base import Say, Texts
from watchers.finding import Severity

MORNING_HOUR = 9
MAX_CHOICES = 50
MAX_CHOICE_LENGTH = 100
_MAX_ID = 2**53

FIELD_RULES = "rules"
FIELD_SERVICES = "services"
FIELD_MATCHERS = "matchers"
FIELD_LEAST = "least"
FIELD_LANGUAGE = "language"


class ActionError(Exception):
    """A click cannot be read.

    Attributes:
        found: What came in, shortened; untrusted text.
        wanted: What would have been right.
    """

    def __init__(self, found: object, wanted: Say) -> None:
        self.found = found if isinstance(found, str) else repr(found)[:80]
        self.wanted = wanted
        super().__init__(f"cannot read the action {self.found!r}")


class Until(StrEnum):
    """Named ends of a mute, counted in the reader's time zone."""

    MORNING = "morning"


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
    """The form was sent; the wish comes from its fields, not from the button."""

    wish: Wish


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


Action = (
    AcknowledgeAlert
    | ResolveAlert
    | MuteAlert
    | UnmuteAlert
    | UnmuteMute
    | OpenSubscriptionForm
    | SubmitSubscription
    | RemoveSubscription
    | RunCommand
)


def encode(action: Action) -> dict[str, Any]:  # noqa: PLR0911 - one for each action
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
        case SubmitSubscription():
            return dict(SUBMIT)
        case RemoveSubscription(subscription_id=number):
            return {"do": "unsubscribe", "subscription": number}
        case RunCommand(text=text, in_place=in_place, alert_id=on):
            marks = ({"in_place": True} if in_place else {}) | ({"alert": on} if on else {})
            return {"do": "run", "text": text, **marks}
        case _:
            assert_never(action)


SUBMIT: Mapping[str, str] = {"do": "subscribe"}
"""The value of the form's submit button."""


def mute_choice(alert_id: int) -> dict[str, Any]:
    """The value of a menu whose chosen option is the span."""
    return {"do": "mute", "alert": alert_id}


def command_choice(alert_id: int) -> dict[str, Any]:
    """The value of a menu on an alert's card whose chosen option is a command."""
    return {"do": "run", "alert": alert_id}


def encode_span(span: Span) -> str:
    """``60m``, or the name of an end."""
    return span.value if isinstance(span, Until) else f"{span // timedelta(minutes=1)}m"


def ends_at(span: Span, now: datetime, zone: ZoneInfo) -> datetime:
    """The end of a mute that begins now; aware, UTC."""
    match span:
        case timedelta():
            return now + span
        case Until.MORNING:
            return tomorrow_at(MORNING_HOUR, now, zone)
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


def _submit(_value: Mapping[str, Any], _option: str | None, form: Mapping[str, Any]) -> Action:
    return SubmitSubscription(wish=_wish(form))


def _remove(value: Mapping[str, Any], _option: str | None, _form: object) -> Action:
    return RemoveSubscription(subscription_id=_id(value, "subscription"))


def _run(value: Mapping[str, Any], option: str | None, _form: object) -> Action:
    text, in_place = value.get("text", option), value.get("in_place", False)
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_TEXT:
        raise ActionError(text, _known_button)
    if not isinstance(in_place, bool):
        raise ActionError(in_place, _known_button)
    alert_id = _id(value, "alert") if "alert" in value else None
    return RunCommand(text=text, in_place=in_place, alert_id=alert_id)


_READERS: Mapping[str, Callable[[Mapping[str, Any], str | None, Mapping[str, Any]], Action]] = {
    "ack": _acknowledge,
    "resolve": _resolve,
    "mute": _mute,
    "unmute": _unmute,
    "form": _form,
    "subscribe": _submit,
    "unsubscribe": _remove,
    "run": _run,
}


def _id(value: Mapping[str, Any], key: str) -> int:
    number = value.get(key)
    # JSON numbers may come back as 42.0; a bool is an int to Python and no id.
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number < _MAX_ID:
        raise ActionError(number, _known_button)
    return number


def _span(text: object) -> Span:
    if text == Until.MORNING.value:
        return Until.MORNING
    if isinstance(text, str) and (found := re.fullmatch(r"([0-9]{1,6})m", text)):
        span = timedelta(minutes=int(found[1]))
        if SHORTEST <= span <= LONGEST:
            return span
    raise ActionError(text, _known_choice)


def _wish(form: Mapping[str, Any]) -> Wish:
    matchers = (
        *_any_of("rule", _chosen(form.get(FIELD_RULES))),
        *_any_of("service", _chosen(form.get(FIELD_SERVICES))),
        *_written(form.get(FIELD_MATCHERS)),
    )
    return Wish(
        matchers=matchers,
        least_severity=_severity(form.get(FIELD_LEAST)),
        language=_language(form.get(FIELD_LANGUAGE)),
    )


def _chosen(values: object) -> list[str]:
    if values is None or values == "":
        return []
    if not isinstance(values, list) or len(values) > MAX_CHOICES:
        raise ActionError(values, _known_choice)
    for value in values:
        if not isinstance(value, str) or not value or len(value) > MAX_CHOICE_LENGTH:
            raise ActionError(value, _known_choice)
    return list(dict.fromkeys(values))


def _any_of(label: str, values: list[str]) -> tuple[Matcher, ...]:
    match values:
        case []:
            return ()
        case [value]:
            return (Matcher(label=label, operator=Operator.EQUAL, value=value),)
        case _:
            pattern = "|".join(re2.escape(value) for value in values)
            return (Matcher(label=label, operator=Operator.MATCHES, value=pattern),)


def _written(text: object) -> tuple[Matcher, ...]:
    if text is None:
        return ()
    if not isinstance(text, str):
        raise ActionError(text, _matcher)
    try:
        selection = read_selection(text)
    except CommandError as error:
        raise ActionError(error.found, error.wanted) from error
    if selection.least_severity is not None:
        raise ActionError(text, _matcher)
    return selection.matchers


def _severity(name: object) -> Severity:
    if name is None or name == "":
        return Wish().least_severity
    severity = severity_named(name) if isinstance(name, str) else None
    if severity is None:
        raise ActionError(name, lambda texts: texts.wanted.severity)
    return severity


def _language(name: object) -> Language:
    if name is None or name == "":
        return Wish().language
    try:
        return Language(str(name))
    except ValueError:
        raise ActionError(name, lambda texts: texts.wanted.language) from None


def _known_button(texts: Texts) -> str:
    return texts.wanted.known_button


def _known_choice(texts: Texts) -> str:
    return texts.wanted.known_choice


def _matcher(texts: Texts) -> str:
    return texts.wanted.matcher
