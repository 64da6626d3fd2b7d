"""What the bot may do with its messages, and every reason why not."""

from collections import Counter

from bot.sandbox.cards import CardError
from bot.sandbox.contents import Contents, card_refused, check_size
from bot.sandbox.directory import Directory, require_member
from bot.sandbox.errors import ApiError, invalid, text_of
from bot.sandbox.limits import Limits
from bot.sandbox.state import Chat, Message, State
from bot.sandbox.wire import Json, dumps, new_id

UPDATABLE_MS = 14 * 24 * 3600 * 1000
_MOST_EDITS = 20
_UUID_LENGTH = 50


class Messages:
    """Send, reply, update, edit, recall; each method does one API call's work.

    `size` is the length of the request body in bytes: that is what the limits are about.
    """

    def __init__(
        self, state: State, directory: Directory, contents: Contents, limits: Limits
    ) -> None:
        self._state = state
        self._directory = directory
        self._contents = contents
        self._limits = limits
        self._locked: Counter[str] = Counter()

    def create(self, receive_id_type: str, body: Json, size: int) -> Message:
        """Send to a chat or a person; the same uuid gives the same message for an hour."""
        receive_id = text_of(body, "receive_id")
        msg_type, content = text_of(body, "msg_type"), text_of(body, "content")
        with self._state.lock:
            chat = self._directory.receiver(receive_id_type, receive_id)
            return self._send(chat, msg_type, content, body, size)

    def reply(self, message_id: str, body: Json, size: int) -> Message:
        """Send as an answer to another message."""
        msg_type, content = text_of(body, "msg_type"), text_of(body, "content")
        with self._state.lock:
            parent = self._directory.message(message_id)
            if parent.deleted:
                raise ApiError(230011, "The message was recalled.")
            chat = self._state.chat(parent.chat_id)
            return self._send(chat, msg_type, content, body, size, parent=parent)

    def ephemeral(self, body: Json, size: int) -> Message:
        """Send a card that one member of a group sees; it cannot be updated."""
        card = body.get("card")
        if not isinstance(card, dict) or body.get("msg_type") != "interactive":
            raise invalid("msg_type must be interactive, with the card as an object in card")
        with self._state.lock:
            chat = self._directory.receiver("chat_id", text_of(body, "chat_id"))
            if chat.peer:
                raise invalid("chat_id is not a group")
            kinds = ("open_id", "user_id", "union_id", "email")
            who = next(
                (
                    self._directory.find_person(one, str(body[one]))
                    for one in kinds
                    if body.get(one)
                ),
                None,
            )
            if who is None or who.open_id not in chat.members:
                raise invalid("open_id is not a member of the chat")
            return self._send(chat, "interactive", dumps(card), {}, size, visible_to=who.open_id)

    def delete_ephemeral(self, message_id: str) -> None:
        """Take an ephemeral card away again."""
        with self._state.lock:
            message = self._directory.own(message_id, not_own=230026)
            if message.visible_to is None:
                raise invalid("message_id is not an ephemeral message")
            self._state.change_message(message_id, deleted=True)

    def read(self, message_id: str) -> Message:
        """A message of a chat in which the bot is."""
        message = self._directory.message(message_id)
        require_member(self._state.chat(message.chat_id))
        return message

    def patch(self, message_id: str, body: Json, size: int) -> None:
        """Replace the card of a message."""
        content = text_of(body, "content")
        with self._state.lock:
            message = self._directory.own(message_id, not_own=230071)
            if message.msg_type != "interactive" or message.visible_to:
                raise invalid("This message is NOT a card that can be updated")
            if self._state.now_ms() - message.created_at > UPDATABLE_MS:
                raise ApiError(230031, "The message is sent more than 14 days ago.")
            self._limits.target(f"message {message_id}")
            check_size(size, message.msg_type)
            card = self._contents.card(content)
            if self._locked[message_id] > 0:
                raise card_refused(CardError(11310, "ROOT", "card action is lock", ""))
            self._contents.check_replaceable(message, card)
            self._state.change_message(message_id, content=content)

    def put(self, message_id: str, body: Json, size: int) -> Message:
        """Edit a text or post."""
        msg_type, content = text_of(body, "msg_type"), text_of(body, "content")
        with self._state.lock:
            message = self._directory.own(message_id, not_own=230071)
            if msg_type not in {"text", "post"} or message.msg_type != msg_type:
                raise invalid("only text and post can be edited, and not into one another")
            if message.edits >= _MOST_EDITS:
                raise ApiError(230072, "The message has reached the number of edits.")
            check_size(size, msg_type)
            content, mentions = self._contents.checked(msg_type, content)
            return self._state.change_message(
                message_id, content=content, mentions=mentions, edits=message.edits + 1
            )

    def delete(self, message_id: str) -> None:
        """Recall a message: the bot's own, or any where the bot is owner or manager."""
        with self._state.lock:
            message = self._directory.message(message_id)
            if self._state.chat(message.chat_id).led_by_bot:
                require_member(self._state.chat(message.chat_id))
                if message.deleted:
                    raise ApiError(230110, "The message is already deleted.")
            else:
                self._directory.own(message_id, not_own=230026)
            self._state.change_message(message_id, deleted=True)

    def lock(self, message_id: str) -> None:
        """From now until `unlock` the card cannot be updated: an action on it is pending."""
        with self._state.lock:
            self._locked[message_id] += 1

    def unlock(self, message_id: str) -> None:
        """The action was answered."""
        with self._state.lock:
            self._locked[message_id] -= 1
            if not self._locked[message_id]:
                del self._locked[message_id]

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
                "tenant_key": self._state.tenant_of(message.sender_id),
            },
            "body": {"content": message.content},
        }
        if message.parent_id:
            data |= {"parent_id": message.parent_id, "root_id": message.root_id}
        if message.thread_id:
            data["thread_id"] = message.thread_id
        if message.mentions:
            data["mentions"] = [
                {
                    "key": one.key,
                    "id": one.open_id,
                    "id_type": "open_id",
                    "name": one.name,
                    "tenant_key": self._state.tenant_of(one.open_id),
                }
                for one in message.mentions
            ]
        return data

    def _send(
        self,
        chat: Chat,
        msg_type: str,
        content: str,
        body: Json,
        size: int,
        *,
        parent: Message | None = None,
        visible_to: str | None = None,
    ) -> Message:
        uuid = body.get("uuid") or ""
        if not isinstance(uuid, str) or len(uuid) > _UUID_LENGTH:
            raise invalid(f"uuid has at most {_UUID_LENGTH} characters")
        if uuid and (known := self._limits.seen(uuid)):
            return self._directory.message(known)
        require_member(chat)
        if chat.moderation == "only_owner" and not chat.led_by_bot and chat.peer is None:
            raise ApiError(230018, "These operations are NOT allowed at current group settings.")
        check_size(size, msg_type)
        content, mentions = self._contents.checked(msg_type, content)
        self._limits.target(f"chat {chat.chat_id}")
        now = self._state.now_ms()
        thread_id = parent.thread_id if parent else None
        if parent and not thread_id and body.get("reply_in_thread") is True:
            thread_id = new_id("omt_")
            self._state.change_message(parent.message_id, thread_id=thread_id)
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
                thread_id=thread_id,
                visible_to=visible_to,
                mentions=mentions,
            )
        )
        if uuid:
            self._limits.remember(uuid, message.message_id)
        return message
