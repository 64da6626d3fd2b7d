"""The events the town sends when something happens in it."""

from bot.sandbox.application import Application
from bot.sandbox.delivery import Delivery
from bot.sandbox.scopes import (
    EMPLOYEE_ID,
    EVENTS,
    GROUP_MENTIONS,
    GROUP_MESSAGES,
    P2P_MESSAGES,
    allowed,
)
from bot.sandbox.state import Chat, Mention, Message, State
from bot.sandbox.wire import Json


class Events:
    """Draws each event's body and hands it to delivery."""

    def __init__(self, state: State, application: Application, delivery: Delivery) -> None:
        self._state = state
        self._application = application
        self._delivery = delivery

    def person(self, open_id: str) -> Json:
        """The ids of a person, as events carry them; user_id needs a scope of its own."""
        user = self._state.users.get(open_id)
        if user is None:  # the bot
            return {"open_id": open_id, "union_id": open_id.replace("ou_", "on_"), "user_id": ""}
        ids = dict(user.ids)
        if not allowed(self._application.live.scopes, EMPLOYEE_ID):
            del ids["user_id"]
        return ids

    def message_received(self, message: Message) -> None:
        """im.message.receive_v1, if the app's scopes let it hear this message."""
        chat = self._state.chat(message.chat_id)
        mentioned = any(one.is_bot for one in message.mentions)
        needed: tuple[str, ...]
        if chat.peer:
            needed = P2P_MESSAGES
        else:
            needed = (*GROUP_MESSAGES, *GROUP_MENTIONS) if mentioned else GROUP_MESSAGES
        if not chat.bot_in or not allowed(self._application.live.scopes, needed):
            return
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
        if message.thread_id:
            body["thread_id"] = message.thread_id
        if message.mentions:
            body["mentions"] = [self._mention(one) for one in message.mentions]
        sender = {
            "sender_id": self.person(message.sender_id),
            "sender_type": "user",
            "tenant_key": self._state.tenant_of(message.sender_id),
        }
        self._send("im.message.receive_v1", {"sender": sender, "message": body}, chat.chat_id)

    def message_recalled(self, message: Message, kind: str) -> None:
        """im.message.recalled_v1; `kind` is Feishu's recall_type."""
        self._send(
            "im.message.recalled_v1",
            {
                "message_id": message.message_id,
                "chat_id": message.chat_id,
                "recall_time": str(message.updated_at),
                "recall_type": kind,
            },
        )

    def reaction(self, message_id: str, emoji: str, by: str, *, created: bool) -> None:
        """im.message.reaction.created_v1 or deleted_v1, for a person's reaction."""
        self._send(
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

    def owner_changed(self, old: Chat, new: Chat, by: str) -> None:
        """im.chat.updated_v1."""
        before, after = (
            {"owner_id": self.person(one.owner_id)} if one.owner_id else {} for one in (old, new)
        )
        change = {"before_change": before, "after_change": after}
        self._chat_event("im.chat.updated_v1", new, by, change)

    def menu_chosen(self, key: str, by: str) -> None:
        """application.bot.menu_v6: an entry of the bot's menu whose action is an event."""
        self._send(
            "application.bot.menu_v6",
            {
                "operator": {"operator_id": self.person(by)},
                "event_key": key,
                "timestamp": self._state.now_ms() // 1000,
            },
        )

    def p2p_entered(self, chat: Chat, last: Message | None) -> None:
        """im.chat.access_event.bot_p2p_chat_entered_v1."""
        body: Json = {"chat_id": chat.chat_id, "operator_id": self.person(chat.members[0])}
        if last is not None:
            body |= {
                "last_message_id": last.message_id,
                "last_message_create_time": str(last.created_at),
            }
        self._send("im.chat.access_event.bot_p2p_chat_entered_v1", body)

    def _chat_event(self, event_type: str, chat: Chat, by: str, more: Json) -> None:
        body: Json = {
            "chat_id": chat.chat_id,
            "operator_id": self.person(by),
            "external": self._state.external(chat),
            "operator_tenant_key": self._state.tenant_of(by),
        }
        self._send(event_type, body | more)

    def _send(self, event_type: str, body: Json, line: str | None = None) -> None:
        if allowed(self._application.live.scopes, EVENTS[event_type]):
            self._delivery.event(event_type, body, self._state.tenant_key, line)

    def _names(self, chat: Chat) -> Json:
        return {"name": chat.name, "i18n_names": {"zh_cn": chat.name}}

    def _mention(self, mention: Mention) -> Json:
        return {
            "key": mention.key,
            # Some clients read user_id here and refuse null, so it is there in any case.
            "id": {"user_id": ""} | self.person(mention.open_id),
            "mentioned_type": "bot" if mention.is_bot else "user",
            "name": mention.name,
            "tenant_key": self._state.tenant_of(mention.open_id),
        }
