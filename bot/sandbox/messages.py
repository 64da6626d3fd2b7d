"""What the bot may do with messages, and every reason why not."""

import json
import re
from collections import Counter
from typing import Any

from bot.sandbox.cards import CardError, Catalogue, check_card, is_schema_2
from bot.sandbox.errors import ApiError, invalid, missing
from bot.sandbox.limits import Limits
from bot.sandbox.state import Chat, Mention, Message, State
from bot.sandbox.wire import Json, dumps, new_id

CARD_BYTES = 30 * 1024
TEXT_BYTES = 150 * 1024
UPDATABLE_MS = 14 * 24 * 3600 * 1000
_MOST_EDITS = 20
_MOST_URGENT = 200
_UUID_LENGTH = 50
_AT = re.compile(r'<at user_id="([^"]*)">(?:([^<]*)</at>)?')
_URGENT = {"urgent_app": "app", "urgent_sms": "sms", "urgent_phone": "phone"}


class Messages:
    """Send, reply, update, edit, recall, urge; each method does one API call's work.

    `size` is the length of the request body in bytes: that is what the limits are about.
    """

    def __init__(self, state: State, limits: Limits) -> None:
        self._state = state
        self._limits = limits
        self._locked: Counter[str] = Counter()

    def create(self, receive_id_type: str, body: Json, size: int) -> Message:
        """Send to a chat or a person; the same uuid gives the same message for an hour."""
        receive_id = _string(body, "receive_id")
        msg_type, content = _string(body, "msg_type"), _string(body, "content")
        with self._state.lock:
            chat = self._receiver(receive_id_type, receive_id)
            return self._send(chat, msg_type, content, body, size, parent=None)

    def reply(self, message_id: str, body: Json, size: int) -> Message:
        """Send as an answer to another message."""
        msg_type, content = _string(body, "msg_type"), _string(body, "content")
        with self._state.lock:
            parent = self.find(message_id)
            if parent.deleted:
                raise ApiError(230011, "The message was recalled.")
            chat = self._state.chat(parent.chat_id)
            return self._send(chat, msg_type, content, body, size, parent=parent)

    def ephemeral(self, body: Json, size: int) -> Message:
        """Send a card that one member of a group sees; it cannot be updated."""
        card = body.get("card")
        if not isinstance(card, dict):
            raise missing("card")
        with self._state.lock:
            chat = self._receiver("chat_id", _string(body, "chat_id"))
            who = _string(body, "open_id")
            if who not in chat.members:
                raise invalid("open_id is not a member of the chat")
            return self._send(
                chat, "interactive", dumps(card), {}, size, parent=None, visible_to=who
            )

    def patch(self, message_id: str, body: Json, size: int) -> None:
        """Replace the card of a message."""
        content = _string(body, "content")
        with self._state.lock:
            message = self._own(message_id, not_own=230071)
            if message.msg_type != "interactive" or message.visible_to:
                raise invalid("This message is NOT a card that can be updated")
            if self._state.now_ms() - message.created_at > UPDATABLE_MS:
                raise ApiError(230031, "The message is sent more than 14 days ago.")
            self._limits.target(f"message {message_id}")
            _check_size(size, CARD_BYTES)
            card = self.checked_card(content)
            if self._locked[message_id] > 0:
                raise card_refused(CardError(11310, "ROOT", "card action is lock", ""))
            self.check_replaceable(message, card)
            self._state.change_message(message_id, content=content)

    def put(self, message_id: str, body: Json, size: int) -> Message:
        """Edit a text or post."""
        msg_type, content = _string(body, "msg_type"), _string(body, "content")
        with self._state.lock:
            message = self._own(message_id, not_own=230071)
            if msg_type not in {"text", "post"} or message.msg_type != msg_type:
                raise invalid("only text and post can be edited, and not into one another")
            if message.edits >= _MOST_EDITS:
                raise ApiError(230072, "The message has reached the number of edits.")
            _check_size(size, TEXT_BYTES if msg_type == "text" else CARD_BYTES)
            content, mentions = self._checked(msg_type, content)
            return self._state.change_message(
                message_id, content=content, mentions=mentions, edits=message.edits + 1
            )

    def delete(self, message_id: str) -> None:
        """Recall one of the bot's messages."""
        with self._state.lock:
            self._own(message_id, not_own=230026)
            self._state.change_message(message_id, deleted=True)

    def urge(self, message_id: str, how: str, user_ids: object) -> list[str]:
        """Push a message to people; gives the ids that are nobody in the chat."""
        if not isinstance(user_ids, list) or not 0 < len(user_ids) <= _MOST_URGENT:
            raise invalid(f"user_id_list has 1 to {_MOST_URGENT} ids")
        with self._state.lock:
            message = self._own(message_id, not_own=230012)
            members = self._state.chat(message.chat_id).members
            good = [str(one) for one in user_ids if one in members]
            if not good:
                raise invalid("all user ids are invalid")
            fresh = tuple((one, _URGENT[how]) for one in good)
            known = tuple(one for one in message.urgent if one not in fresh)
            self._state.change_message(message_id, urgent=known + fresh)
        return [str(one) for one in user_ids if one not in good]

    def react(self, message_id: str, emoji: str, by: str) -> str:
        """Put an emoji on a message; gives the reaction's id."""
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{1,40}", emoji):
            raise ApiError(231001, "reaction type is invalid.")
        with self._state.lock:
            message = self.find(message_id)
            self._require_member(self._state.chat(message.chat_id))
            for reaction_id, known, who in message.reactions:
                if (known, who) == (emoji, by):
                    return reaction_id
            reaction_id = new_id("")
            fresh = (*message.reactions, (reaction_id, emoji, by))
            self._state.change_message(message_id, reactions=fresh)
        return reaction_id

    def unreact(self, message_id: str, reaction_id: str) -> tuple[str, str]:
        """Take a reaction away; gives its emoji and operator."""
        with self._state.lock:
            message = self.find(message_id)
            found = next((one for one in message.reactions if one[0] == reaction_id), None)
            if found is None:
                raise ApiError(231003, "The message reaction was not found.")
            left = tuple(one for one in message.reactions if one != found)
            self._state.change_message(message_id, reactions=left)
        return found[1], found[2]

    def lock(self, message_id: str) -> None:
        """From now until `unlock` the card cannot be updated: an action on it is pending."""
        with self._state.lock:
            self._locked[message_id] += 1

    def unlock(self, message_id: str) -> None:
        """The action was answered."""
        with self._state.lock:
            self._locked[message_id] -= 1

    def find(self, message_id: str) -> Message:
        """The message.

        Raises:
            ApiError: 99992354 if there is none.
        """
        message = self._state.find_message(message_id)
        if message is None:
            text = f"not a valid {{message_id}}, example value: om_…. Invalid ids: [{message_id}]"
            raise ApiError(99992354, f"The request you send is {text}")
        return message

    def data(self, message: Message) -> Json:
        """A message as the API shows it."""
        by_app = message.sender_type == "app"
        data: Json = {
            "message_id": message.message_id,
            "msg_type": message.msg_type,
            "create_time": str(message.created_at),
            "update_time": str(message.updated_at),
            "deleted": message.deleted,
            "updated": message.revision > 1,
            "chat_id": message.chat_id,
            "sender": {
                "id": self._state.app_id if by_app else message.sender_id,
                "id_type": "app_id" if by_app else "open_id",
                "sender_type": message.sender_type,
                "tenant_key": self._state.tenant_key,
            },
            "body": {"content": message.content},
        }
        if message.parent_id:
            data |= {"parent_id": message.parent_id, "root_id": message.root_id}
        if message.mentions:
            data["mentions"] = [
                {
                    "key": one.key,
                    "id": one.open_id,
                    "id_type": "open_id",
                    "name": one.name,
                    "tenant_key": self._state.tenant_key,
                }
                for one in message.mentions
            ]
        return data

    def checked_card(self, content: str) -> Json:
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
        if is_schema_2(message.body) and not is_schema_2(card):
            msg = "cards of schema V2 can not change to schema V1"
            raise card_refused(CardError(200830, "ROOT", msg, ""))
        for one in (message.body, card):
            if (one.get("config") or {}).get("update_multi") is not True:
                raise invalid("config.update_multi must be true before and after the update")

    def _catalogue(self) -> Catalogue:
        people = frozenset(self._state.users) | {self._state.bot_open_id}
        unions = frozenset(user.union_id for user in self._state.users.values())
        return Catalogue(images=frozenset(self._state.images), people=people | unions)

    def _send(
        self,
        chat: Chat,
        msg_type: str,
        content: str,
        body: Json,
        size: int,
        *,
        parent: Message | None,
        visible_to: str | None = None,
    ) -> Message:
        uuid = body.get("uuid") or ""
        if not isinstance(uuid, str) or len(uuid) > _UUID_LENGTH:
            raise invalid(f"uuid has at most {_UUID_LENGTH} characters")
        if uuid and (known := self._limits.seen(uuid)):
            return self._state.message(known)
        self._require_member(chat)
        _check_size(size, TEXT_BYTES if msg_type == "text" else CARD_BYTES)
        content, mentions = self._checked(msg_type, content)
        self._limits.target(f"chat {chat.chat_id}")
        now = self._state.now_ms()
        message = self._state.add_message(
            Message(
                message_id=new_id("om_"),
                chat_id=chat.chat_id,
                sender_id=self._state.bot_open_id,
                sender_type="app",
                msg_type=msg_type,
                content=content,
                created_at=now,
                updated_at=now,
                parent_id=parent.message_id if parent else None,
                root_id=(parent.root_id or parent.message_id) if parent else None,
                visible_to=visible_to,
                mentions=mentions,
            )
        )
        if uuid:
            self._limits.remember(uuid, message.message_id)
        return message

    def _checked(self, msg_type: str, content: str) -> tuple[str, tuple[Mention, ...]]:
        try:
            value = json.loads(content)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise invalid("content is not a string in json format")
        match msg_type:
            case "text":
                return self._text(value)
            case "post":
                _check_post(value)
            case "image":
                if value.get("image_key") not in self._state.images:
                    raise invalid("image_key is unknown")
            case "interactive":
                self.checked_card(content)
            case _:
                raise invalid(f"msg_type {msg_type} is not supported by the sandbox")
        return content, ()

    def _text(self, value: Json) -> tuple[str, tuple[Mention, ...]]:
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

    def _receiver(self, receive_id_type: str, receive_id: str) -> Chat:
        match receive_id_type:
            case "chat_id":
                chat = self._state.find_chat(receive_id)
                if chat is None:
                    raise ApiError(
                        230034, "The receive_id is invalid. Please check the receive_id."
                    )
                return chat
            case "open_id" | "union_id" | "user_id":
                for user in self._state.users.values():
                    if receive_id == user.ids[receive_id_type]:
                        chat = self._state.p2p_chat(user.open_id)
                        assert chat is not None  # noqa: S101 - every person has one
                        return chat
            case "email":
                pass
            case _:
                raise missing("receive_id_type")
        text = f"not a valid {{{receive_id_type}}} or not exists. Invalid ids: [{receive_id}]"
        raise ApiError(99992351, f"The request you send is {text}")

    def _own(self, message_id: str, *, not_own: int) -> Message:
        message = self.find(message_id)
        self._require_member(self._state.chat(message.chat_id))
        if message.sender_type != "app":
            raise ApiError(not_own, "The operator is not the sender of the message.")
        if message.deleted:
            raise ApiError(230110, "The message is already deleted.")
        return message

    def _require_member(self, chat: Chat) -> None:
        if chat.dissolved:
            raise ApiError(
                232009, "Your request specifies a chat which has already been dissolved."
            )
        if not chat.bot_in:
            raise ApiError(230002, "Bot/User can NOT be out of the chat.")


def card_refused(error: CardError) -> ApiError:
    """230099 with the text that says which rule broke where."""
    return ApiError(230099, f"Failed to create card content, ext={error.ext()}")


def _string(body: Json, field: str) -> str:
    value: Any = body.get(field)
    if not isinstance(value, str) or not value:
        raise missing(field)
    return value


def _check_size(size: int, limit: int) -> None:
    if size > limit:
        raise ApiError(230025, "The length of the message content reaches its limit.")


def _check_post(value: Json) -> None:
    for locale, post in value.items():
        if not isinstance(post, dict) or not isinstance(post.get("content"), list):
            raise invalid(f"post content of {locale} needs a list named content")
