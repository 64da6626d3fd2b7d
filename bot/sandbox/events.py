"""The events the town sends when something happens in it."""

from bot.sandbox.delivery import Delivery
from bot.sandbox.state import Chat, Mention, Message, State
from bot.sandbox.wire import Json


class Events:
    """Draws each event's body and hands it to delivery."""

    def __init__(self, state: State, delivery: Delivery) -> None:
        self._state = state
        self._delivery = delivery

    def person(self, open_id: str) -> Json:
        """A person's ids in an event; some clients take no event without all three."""
        user = self._state.users.get(open_id)
        if user is None:  # the bot
            return {"open_id": open_id, "union_id": open_id.replace("ou_", "on_"), "user_id": ""}
        return dict(user.ids)

    def message_received(self, message: Message) -> None:
        """im.message.receive_v1."""
        chat = self._state.chat(message.chat_id)
        body: Json = {
            "message_id": message.message_id,
            "create_time": str(message.created_at),
            "update_time": str(message.updated_at),
            "chat_id": message.chat_id,
            "chat_type": chat.mode,
            "message_type": message.msg_type,
            "content": message.content,
        }
        if message.parent_id:
            body |= {"parent_id": message.parent_id, "root_id": message.root_id}
        if message.mentions:
            body["mentions"] = [self._mention(one) for one in message.mentions]
        self._delivery.event(
            "im.message.receive_v1",
            {
                "sender": {
                    "sender_id": self.person(message.sender_id),
                    "sender_type": "user",
                    "tenant_key": self._state.tenant_key,
                },
                "message": body,
            },
        )

    def message_recalled(self, message: Message) -> None:
        """im.message.recalled_v1."""
        self._delivery.event(
            "im.message.recalled_v1",
            {
                "message_id": message.message_id,
                "chat_id": message.chat_id,
                "recall_time": str(message.updated_at),
                "recall_type": "message_owner",
            },
        )

    def reaction(self, message_id: str, emoji: str, by: str, *, created: bool) -> None:
        """im.message.reaction.created_v1 or deleted_v1, for a person's reaction."""
        self._delivery.event(
            f"im.message.reaction.{'created' if created else 'deleted'}_v1",
            {
                "message_id": message_id,
                "reaction_type": {"emoji_type": emoji},
                "operator_type": "user",
                "user_id": self.person(by),
                "action_time": str(self._state.now_ms()),
            },
        )

    def bot_added(self, chat: Chat, by: str) -> None:
        """im.chat.member.bot.added_v1."""
        self._chat_event("im.chat.member.bot.added_v1", chat, by, self._names(chat))

    def bot_deleted(self, chat: Chat, by: str) -> None:
        """im.chat.member.bot.deleted_v1."""
        self._chat_event("im.chat.member.bot.deleted_v1", chat, by, self._names(chat))

    def disbanded(self, chat: Chat, by: str) -> None:
        """im.chat.disbanded_v1."""
        self._chat_event("im.chat.disbanded_v1", chat, by, self._names(chat))

    def renamed(self, old: Chat, new: Chat, by: str) -> None:
        """im.chat.updated_v1."""
        change = {"before_change": {"name": old.name}, "after_change": {"name": new.name}}
        self._chat_event("im.chat.updated_v1", new, by, change)

    def p2p_entered(self, chat: Chat, last: Message | None) -> None:
        """im.chat.access_event.bot_p2p_chat_entered_v1."""
        body: Json = {"chat_id": chat.chat_id, "operator_id": self.person(chat.members[0])}
        if last is not None:
            body |= {
                "last_message_id": last.message_id,
                "last_message_create_time": str(last.created_at),
            }
        self._delivery.event("im.chat.access_event.bot_p2p_chat_entered_v1", body)

    def _chat_event(self, event_type: str, chat: Chat, by: str, more: Json) -> None:
        body: Json = {
            "chat_id": chat.chat_id,
            "operator_id": self.person(by),
            "external": False,
            "operator_tenant_key": self._state.tenant_key,
        }
        self._delivery.event(event_type, body | more)

    def _names(self, chat: Chat) -> Json:
        return {"name": chat.name, "i18n_names": {"zh_cn": chat.name}}

    def _mention(self, mention: Mention) -> Json:
        return {
            "key": mention.key,
            "id": self.person(mention.open_id),
            "mentioned_type": "bot" if mention.is_bot else "user",
            "name": mention.name,
            "tenant_key": self._state.tenant_key,
        }
