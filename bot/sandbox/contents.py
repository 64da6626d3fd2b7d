"""What may stand in a message: each type's content, the sizes, and the cards."""

import re
from typing import Any

from bot.sandbox.cards import CardError, Catalogue, check_card, is_schema_2
from bot.sandbox.errors import ApiError, invalid
from bot.sandbox.state import Mention, Message, State
from bot.sandbox.wire import Json, dumps, loads

CARD_BYTES = 30 * 1024
TEXT_BYTES = 150 * 1024
_AT = re.compile(r'<at user_id="([^"]*)">(?:([^<]*)</at>)?')

Checked = tuple[str, tuple[Mention, ...]]
"""The content as it is stored, and who is mentioned in it."""


class Contents:
    """Checks content against what the town has: images, files, people, chats."""

    def __init__(self, state: State) -> None:
        self._state = state

    def checked(self, msg_type: str, content: str) -> Checked:
        """The content of a message of this type.

        Raises:
            ApiError: 230001 if it is not good, 230099 if it is a card that is not.
        """
        if msg_type == "interactive":
            self.card(content)
            return content, ()
        value = _object(content)
        if msg_type == "text":
            return self._text(value)
        match msg_type:
            case "post":
                _check_post(value)
            case "image":
                self._check_key(value, "image_key", self._state.images)
            case "file" | "audio" | "media":
                self._check_key(value, "file_key", self._state.files)
            case "share_chat":
                self._check_key(value, "chat_id", {one.chat_id for one in self._state.chats()})
            case "share_user":
                self._check_key(value, "user_id", self._state.users)
            case _:
                raise invalid(f"msg_type {msg_type} is not supported by the sandbox")
        return content, ()

    def card(self, content: str) -> Json:
        """The card in `content`.

        Raises:
            ApiError: 230099 with the first rule it breaks.
        """
        try:
            return check_card(content, self._catalogue())
        except CardError as error:
            raise card_refused(error) from None

    def check_replaceable(self, message: Message, card: Json) -> None:
        """Whether this card may stand where that message's card stands.

        Raises:
            ApiError: 230099 with 200830 for 2.0 into 1.0; 230001 without update_multi.
        """
        body = message.body
        if is_schema_2(body) and not is_schema_2(card):
            msg = "cards of schema V2 can not change to schema V1"
            raise card_refused(CardError(200830, "ROOT", msg, ""))
        for one in (body, card):
            if (one.get("config") or {}).get("update_multi") is not True:
                raise invalid("config.update_multi must be true before and after the update")

    def _catalogue(self) -> Catalogue:
        return Catalogue(images=frozenset(self._state.images), people=self._state.known_ids)

    def _text(self, value: Json) -> Checked:
        text = value.get("text")
        if not isinstance(text, str) or not text:
            raise invalid("text content is empty")
        mentions: list[Mention] = []

        def name(found: re.Match[str]) -> str:
            open_id = found[1]
            if open_id == "all":
                return "@_all"
            if open_id not in self._state.users:
                return found[0]
            key = f"@_user_{len(mentions) + 1}"
            who = self._state.name_of(open_id)
            mentions.append(Mention(key=key, open_id=open_id, name=who, is_bot=False))
            return key

        return dumps({"text": _AT.sub(name, text)}), tuple(mentions)

    def _check_key(self, value: Json, key: str, known: Any) -> None:
        if value.get(key) not in known:
            raise invalid(f"{key} is unknown")


def check_size(size: int, msg_type: str) -> None:
    """Refuse a request body too large for this type of message.

    Raises:
        ApiError: 230025.
    """
    if size > (TEXT_BYTES if msg_type == "text" else CARD_BYTES):
        raise ApiError(230025, "The length of the message content reaches its limit.")


def card_refused(error: CardError) -> ApiError:
    """230099 with the text that says which rule broke where."""
    return ApiError(230099, f"Failed to create card content, ext={error.ext()}")


def _object(content: str) -> Json:
    try:
        value = loads(content)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise invalid("content is not a string in json format")
    return value


def _check_post(value: Json) -> None:
    for locale, post in value.items():
        if not isinstance(post, dict) or not isinstance(post.get("content"), list):
            raise invalid(f"post content of {locale} needs a list named content")
