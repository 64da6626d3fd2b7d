"""What Feishu's error codes mean: for the sender a fault, for the operator what to do."""

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.core.errors import Fault, LarkwatchError

_SOON = timedelta(seconds=1)
_CARD_CODE = re.compile(r"ErrCode:\s*(\d+)")
_CARD_FAILED = 230099
_CARD_LIMIT = 11310
_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500


class EventFormatError(LarkwatchError):
    """What Feishu sent has not the documented shape.

    Attributes:
        path: Where in the envelope, e.g. ``event.message.chat_id``.
        wanted: What would be right.
    """

    def __init__(self, path: str, wanted: str) -> None:
        super().__init__(f"{path}: wanted {wanted}")
        self.path = path
        self.wanted = wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What an error code means.

    Attributes:
        fault: What the sender does about it.
        remedy: One English sentence for the log and the status: what happened, what to do.
        retry_after: A wait that suits this fault, None to back off as usual.
    """

    fault: Fault
    remedy: str
    retry_after: timedelta | None = None


def meaning(code: int, message: str = "", http_status: int = 200) -> Meaning:
    """Look a code up.

    Args:
        code: The code of the answer's body, 0 without one.
        message: The answer's ``msg``; a refused card names its reason only there.
        http_status: Decides where the code is unknown.
    """
    if code == _CARD_FAILED:
        return _card_meaning(message)
    if code in _MEANINGS:
        return _MEANINGS[code]
    if http_status == _TOO_MANY_REQUESTS:
        return _MEANINGS[99991400]
    if http_status >= _SERVER_ERROR:
        return Meaning(fault=Fault.PASSING, remedy="Feishu has trouble; it is tried again.")
    return Meaning(
        fault=Fault.REJECTED,
        remedy="Feishu refused the call with a code that Larkwatch does not know; look it up in "
        "Feishu's documentation by the code and the log id.",
    )


def connection_remedy(code: int, message: str) -> str:
    """What to do about a refused long connection, in one English sentence."""
    return _CONNECTION_REMEDIES.get(code, f"Feishu refused the long connection: {code} {message}")


def _card_meaning(message: str) -> Meaning:
    """230099: the reason stands in the message, as ``ErrCode: 11310; ErrPath: …; ErrMsg: …``."""
    found = _CARD_CODE.search(message)
    code = int(found.group(1)) if found else 0
    if code == _CARD_LIMIT and "card action is lock" in message:
        return Meaning(
            fault=Fault.PASSING,
            remedy="Somebody is clicking this card just now; it is tried again at once.",
            retry_after=_SOON,
        )
    return Meaning(
        fault=Fault.REJECTED,
        remedy=_CARD_REMEDIES.get(code, "Feishu could not draw the card; a plainer one is sent."),
    )


def _means(fault: Fault, remedy: str, retry_after: timedelta | None = None) -> Meaning:
    return Meaning(fault=fault, remedy=remedy, retry_after=retry_after)


_BAD_TOKEN = _means(Fault.TOKEN, "The access token was refused; a new one is fetched.")
_BAD_SECRET = _means(
    Fault.APP_REFUSED,
    "Wrong app id or app secret: compare both with the console, page 'Credentials & Basic Info'.",
)
_BOT_OFF = _means(
    Fault.APP_REFUSED,
    "The app's bot ability is off or not published: switch it on in the console, then publish a "
    "version.",
)
_MUTED = _means(Fault.TARGET_LOST, "The group does not let the bot speak; ask the group's owner.")
_GONE = _means(Fault.MESSAGE_LOST, "The message was recalled or deleted.")
_NO_RECEIVER = _means(
    Fault.TARGET_LOST, "Feishu knows no such receiver, or it belongs to another app."
)

_MEANINGS: dict[int, Meaning] = {
    # the gateway
    99991400: _means(Fault.THROTTLED, "Too many calls for this app; waiting as told."),
    99991401: _means(
        Fault.APP_REFUSED,
        "This machine's address is not in the app's IP allow list: add it in the console, page "
        "'Security Settings'.",
    ),
    99991403: _means(
        Fault.APP_REFUSED,
        "The tenant's monthly quota of API calls is used up: raise the plan or wait for the month "
        "to end.",
    ),
    99991661: _BAD_TOKEN,
    99991663: _BAD_TOKEN,
    99991664: _BAD_TOKEN,
    99991665: _BAD_TOKEN,
    99991671: _BAD_TOKEN,
    99991672: _means(
        Fault.APP_REFUSED,
        "The app lacks a scope (named in the message): add it in the console, page 'Permissions & "
        "Scopes', then publish a version.",
    ),
    99991543: _BAD_SECRET,
    10003: _BAD_SECRET,
    10014: _BAD_SECRET,
    99992351: _NO_RECEIVER,
    99992354: _means(Fault.MESSAGE_LOST, "Feishu knows no such message."),
    99992356: _NO_RECEIVER,
    99992361: _NO_RECEIVER,
    # messages
    11232: _means(Fault.THROTTLED, "Feishu is under pressure; backing off."),
    230001: _means(Fault.REJECTED, "Feishu found a parameter wrong; please report this."),
    230002: _means(Fault.TARGET_LOST, "The bot is not in the group: add it again."),
    230006: _BOT_OFF,
    230011: _GONE,
    230012: _means(Fault.REJECTED, "Only the sender of a message can push it."),
    230013: _means(
        Fault.TARGET_LOST,
        "The person is outside the app's availability range or has left: widen the range in the "
        "console, then publish a version.",
    ),
    230018: _MUTED,
    230019: _means(Fault.MESSAGE_LOST, "The topic that was answered is gone."),
    230020: _means(Fault.THROTTLED, "Too many messages for this group or person; backing off."),
    230022: _means(Fault.REJECTED, "Feishu's content check refused the text; it is redacted."),
    230023: _means(
        Fault.REJECTED, "The person has 200 unread urgent messages; nothing more is pushed."
    ),
    230024: _means(
        Fault.REJECTED,
        "The company's quota of urgent messages by SMS or phone is used up: buy more in the "
        "Feishu admin console, or leave the step out.",
    ),
    230025: _means(Fault.REJECTED, "The content is too large; it is shortened."),
    230027: _means(
        Fault.MISCONFIGURED,
        "The app lacks a permission here, or the group has outside members: check the scopes, or "
        "use an internal group.",
    ),
    230028: _means(
        Fault.REJECTED, "The company's data-loss protection refused the text; it is redacted."
    ),
    230031: _means(Fault.MESSAGE_LOST, "The card is older than 14 days; a new one is sent."),
    230034: _means(
        Fault.TARGET_LOST, "The receiver's id is not valid: correct it in the configuration."
    ),
    230035: _MUTED,
    230049: _means(Fault.PASSING, "The message is just being sent.", _SOON),
    230050: _means(Fault.MESSAGE_LOST, "The message is not visible to the bot any more."),
    230052: _means(
        Fault.REJECTED,
        "The group does not let the bot push urgent messages: allow it to all members in the "
        "group's settings, or make the bot a manager.",
    ),
    230053: _means(Fault.TARGET_LOST, "The person has stopped the bot's messages."),
    230071: _means(Fault.NO_REPLY, "The group takes no replies; it is sent as a message."),
    230072: _means(Fault.NO_REPLY, "Merged messages take no replies; it is sent as a message."),
    230075: _means(Fault.TARGET_LOST, "A secret chat takes no messages from bots."),
    230098: _means(Fault.REJECTED, "The message is folded and cannot be pushed."),
    230110: _GONE,
    230111: _means(Fault.MESSAGE_LOST, "The message destroyed itself."),
    200830: _means(Fault.REJECTED, "A card of version 2.0 cannot turn into 1.0."),
    # chats
    232006: _NO_RECEIVER,
    232009: _means(Fault.TARGET_LOST, "The group was dissolved."),
    232010: _means(Fault.TARGET_LOST, "The group belongs to another company."),
    232011: _means(Fault.TARGET_LOST, "The bot is not in the group: add it again."),
    232025: _BOT_OFF,
    232033: _means(Fault.TARGET_LOST, "The bot may not look into a group with outside members."),
    232034: _means(
        Fault.APP_REFUSED,
        "The app is not installed or switched off: publish a version and let an administrator "
        "approve it.",
    ),
}

_CARD_REMEDIES: dict[int, str] = {
    _CARD_LIMIT: "The card is over a limit of elements or tables; a plainer one is sent.",
    100290: "The card mentions a person that Feishu does not know; a plainer one is sent.",
    200550: "The card's chart is not valid; a plainer card is sent.",
    200570: "The card's image key is not valid; a plainer card is sent.",
    200621: "The card's JSON is not valid; a plainer card is sent.",
    200861: "The card has a component that version 2.0 does not know; a plainer one is sent.",
    200914: "A table on the card has bad rows; a plainer card is sent.",
    200915: "A table on the card has bad rows; a plainer card is sent.",
}

_CONNECTION_REMEDIES: dict[int, str] = {
    403: "Feishu forbids the long connection: switch the app's events and callbacks to 'long "
    "connection' in the console (self-built Feishu apps only), then publish a version.",
    514: _BAD_SECRET.remedy,
    10003: _BAD_SECRET.remedy,
    10014: _BAD_SECRET.remedy,
    99991543: _BAD_SECRET.remedy,
    1000040344: "The app id or the app secret is missing: set both.",
    1000040350: "The app has 50 long connections open already: stop programs that use the same app "
    "id; it is tried again.",
}
