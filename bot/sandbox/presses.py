"""A person acts on a card: the callback, the wait, and what the answer does to the card."""

import secrets
import threading
from dataclasses import dataclass
from typing import Any, Literal

from bot.sandbox.answers import Answered, TimedOut, Unreachable
from bot.sandbox.application import CARD_CALLBACK
from bot.sandbox.cards import is_schema_2
from bot.sandbox.contents import CARD_BYTES, Contents
from bot.sandbox.delivery import Delivery
from bot.sandbox.errors import ApiError, BadRequestError
from bot.sandbox.events import Events
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.messages import Messages
from bot.sandbox.state import Message, State
from bot.sandbox.wire import Json, dumps, loads
from watchers.clock import Clock

_ACTION_KEYS = (
    "tag",
    "value",
    "name",
    "option",
    "options",
    "checked",
    "input_value",
    "form_value",
    "timezone",
)
_TOASTS = {"info", "success", "error", "warning"}
_TOKEN_LIFE_S = 1800
_TOKEN_USES = 2
_MOST_TOKENS = 1000  # older ones are unknown
_LATER_BYTES = 100_000


class _ClientError(Exception):
    """What the client shows when an action fails: a code and its text."""

    def __init__(self, code: int, msg: str) -> None:
        super().__init__(code, msg)
        self.code = code
        self.msg = msg


@dataclass(slots=True, kw_only=True)
class _Token:
    message_id: str
    expires_at: float
    answered: bool = False
    uses: int = 0


class Presses:
    """Carries card actions to the bot and its answers back; thread-safe."""

    def __init__(
        self,
        state: State,
        messages: Messages,
        contents: Contents,
        events: Events,
        delivery: Delivery,
        faults: Faults,
        clock: Clock,
    ) -> None:
        self._state = state
        self._messages = messages
        self._contents = contents
        self._events = events
        self._delivery = delivery
        self._faults = faults
        self._clock = clock
        self._lock = threading.Lock()
        self._tokens: dict[str, _Token] = {}

    def press(self, message_id: str, as_: str, keys: Json) -> Json:
        """Act on a card as this person and wait for the bot: the page's answer.

        Raises:
            NotThereError, BadRequestError: If there is no such card before this person.
        """
        message = self._pressable(message_id, as_)
        self._state.saw(as_)
        if message.sender_id != self._state.bot_open_id:
            return {"ok": False, "code": 200340, "msg": "a custom bot takes no callbacks"}
        name, token = self._new_token(message_id)
        self._messages.lock(message_id)
        try:
            toast, card = self._ask(message, as_, keys, name)
        except _ClientError as error:
            return {"ok": False, "code": error.code, "msg": error.msg}
        finally:
            self._messages.unlock(message_id)
            token.answered = True
        if card is not None:
            self._state.change_message(message_id, content=dumps(card))
        return {"ok": True, "toast": toast, "card_changed": card is not None}

    def update_later(self, body: Json, size: int) -> None:
        """The delayed update: replace the card with the token of an answered action.

        Raises:
            ApiError: If the token or the card is not good.
        """
        card = body.get("card")
        if not isinstance(card, dict):
            raise ApiError(11311, "card is not an object")
        if size > _LATER_BYTES:
            raise ApiError(100000, "the card is larger than 100 KB")
        with self._lock:
            token = self._tokens.get(str(body.get("token")))
            if token is None:
                raise ApiError(300020, "the token is invalid")
            if self._clock.monotonic() > token.expires_at:
                raise ApiError(300030, "the token has expired")
            if token.uses >= _TOKEN_USES:
                raise ApiError(300040, "the token was used too often")
            if not token.answered:
                raise ApiError(11311, "the callback has not been answered yet")
            message = self._state.message(token.message_id)
            if message.deleted:
                raise ApiError(200000, "the message was recalled")
            checked = self._contents.card(dumps(card))
            self._contents.check_replaceable(message, checked)
            token.uses += 1
        self._state.change_message(token.message_id, content=dumps(card))

    def _pressable(self, message_id: str, as_: str) -> Message:
        message = self._state.message(message_id)
        person = self._state.user(as_)
        if message.msg_type != "interactive" or message.sender_type != "app" or message.deleted:
            raise BadRequestError(f"message {message_id} is no card of the bot that still stands")
        if as_ not in self._state.chat(message.chat_id).members:
            raise BadRequestError(f"{person.name} is not in the chat of {message_id}")
        if message.visible_to not in {None, as_}:
            raise BadRequestError(f"{person.name} does not see {message_id}")
        return message

    def _new_token(self, message_id: str) -> tuple[str, _Token]:
        name = f"c-{secrets.token_hex(20)}"
        token = _Token(message_id=message_id, expires_at=self._clock.monotonic() + _TOKEN_LIFE_S)
        with self._lock:
            self._tokens[name] = token
            if len(self._tokens) > _MOST_TOKENS:
                del self._tokens[next(iter(self._tokens))]
        return name, token

    def _ask(
        self, message: Message, as_: str, keys: Json, token: str
    ) -> tuple[Json | None, Json | None]:
        action = {key: keys[key] for key in _ACTION_KEYS if keys.get(key) is not None}
        action.setdefault("tag", "button")
        if "value" in action and self._faults.hits(Fault.STRING_VALUE):
            action["value"] = dumps(action["value"])
        body = {
            "operator": self._events.person(as_) | {"tenant_key": self._state.tenant_of(as_)},
            "token": token,
            "action": action,
            "host": "im_message",
            "context": {"open_message_id": message.message_id, "open_chat_id": message.chat_id},
        }
        match self._delivery.callback(CARD_CALLBACK, body, self._state.tenant_key):
            case Answered(status=200, body=answer):
                return self._understood(message, answer)
            case Answered(status=status):
                raise _ClientError(200671, f"the callback answered {status}")
            case Unreachable(code=code, why=why):
                raise _ClientError(code, why)
            case TimedOut():
                raise _ClientError(200341, "the callback did not answer in time")

    def _understood(self, message: Message, answer: bytes) -> tuple[Json | None, Json | None]:
        if not answer:
            return None, None
        body = _object(_parsed(answer), "the answer")
        toast = body.get("toast")
        if toast is not None:
            toast = _object(toast, "toast")
            if toast.get("type", "info") not in _TOASTS or not _has_text(toast):
                raise _ClientError(200672, "toast needs content and a known type")
        if body.get("card") is None:
            return _shown(toast), None
        card = _object(body["card"], "card")
        if card.get("type") != "raw":
            raise _ClientError(200673, f"card type {card.get('type')!r}: the sandbox takes raw")
        return _shown(toast), self._checked(message, _object(card.get("data"), "card.data"))

    def _checked(self, message: Message, card: Json) -> Json:
        if is_schema_2(message.body) and not is_schema_2(card):
            raise _ClientError(200830, "a card of JSON 2.0 cannot become one of JSON 1.0")
        text = dumps(card)
        if len(text.encode()) > CARD_BYTES:
            raise _ClientError(200673, "the card is larger than 30 KB")
        try:
            return self._contents.card(text)
        except ApiError as error:
            raise _ClientError(200673, error.msg) from None


def _parsed(answer: bytes) -> Any:
    try:
        return loads(answer)
    except ValueError:
        raise _ClientError(200672, "the answer is no JSON") from None


def _object(value: object, what: str) -> Json:
    if not isinstance(value, dict):
        raise _ClientError(200672, f"{what} is not an object")
    return value


def _has_text(toast: Json) -> bool:
    return isinstance(toast.get("content"), str) or isinstance(toast.get("i18n"), dict)


def _shown(toast: Json | None) -> Json | None:
    kind: Literal["info"] = "info"
    return None if toast is None else {"type": kind, "content": ""} | toast
