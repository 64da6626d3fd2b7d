"""The sandbox's town: people, chats and messages, in memory, behind one lock."""

import json
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from bot.sandbox.archive import Archive
from bot.sandbox.bus import Bus
from bot.sandbox.drawing import message_text
from bot.sandbox.errors import NotThereError
from bot.sandbox.records import Chat, Hook, Mention, Message, User
from bot.sandbox.settings import APP_NAME, Settings
from bot.sandbox.wire import new_id, stable_id
from watchers.clock import Clock

__all__ = ["Chat", "Hook", "Mention", "Message", "State", "User"]

Announce = Callable[[], None]


class State:
    """Everything the town knows; thread-safe, records are never changed in place."""

    def __init__(self, settings: Settings, clock: Clock, bus: Bus) -> None:
        self.app_id = settings.app_id
        self.app_name = (settings.seed and settings.seed.bot_name) or APP_NAME
        self.bot_open_id = stable_id("ou_", f"bot {settings.app_id}")
        self.tenant_key = stable_id("", "tenant", 16)
        self.lock = threading.RLock()
        self.users: dict[str, User] = {}
        self.known_ids: frozenset[str] = frozenset({self.bot_open_id})
        self.images: dict[str, tuple[bytes, str]] = {}
        self.files: dict[str, tuple[bytes, str]] = {}
        self.hooks: dict[str, Hook] = {}
        self._clock = clock
        self._bus = bus
        self._chats: dict[str, Chat] = {}
        self._private: dict[str, str] = {}
        self._archive = Archive()
        self._last_ms = 0
        self._unread_urgent: Counter[str] = Counter()
        self.on_chats_changed: Announce = lambda: None

    def now_ms(self) -> int:
        """The wall clock in milliseconds, never the same twice, so that messages stay in order."""
        with self.lock:
            self._last_ms = max(self._last_ms + 1, int(self._clock.now().timestamp() * 1000))
            return self._last_ms

    def add_user(
        self,
        name: str,
        avatar_color: str,
        *,
        external: bool = False,
        email: str = "",
        mobile: str = "",
    ) -> User:
        """A new person; with the private chat with the bot unless of another tenant."""
        user = User(
            open_id=stable_id("ou_", name),
            union_id=stable_id("on_", name),
            user_id=stable_id("", name, 8),
            name=name,
            avatar_color=avatar_color,
            tenant_key=stable_id("", "other tenant", 16) if external else self.tenant_key,
            external=external,
            email=email,
            mobile=mobile,
        )
        with self.lock:
            self.users[user.open_id] = user
            self.known_ids |= {user.open_id, user.union_id, user.user_id}
            if external:
                return user
            self.put_chat(
                Chat(
                    chat_id=stable_id("oc_", f"p2p {name}"),
                    name=self.app_name,
                    members=(user.open_id,),
                    created_at=self.now_ms(),
                    bot_in=True,
                    peer=user.open_id,
                )
            )
        return user

    def user(self, open_id: str) -> User:
        """The person with this id.

        Raises:
            NotThereError: If there is nobody.
        """
        try:
            return self.users[open_id]
        except KeyError:
            raise NotThereError(f"no user {open_id}; GET /sandbox/state lists them") from None

    def put_chat(self, chat: Chat) -> Chat:
        """Add or replace a chat."""
        with self.lock:
            self._chats[chat.chat_id] = chat
            if chat.peer:
                self._private[chat.peer] = chat.chat_id
        self.on_chats_changed()
        return chat

    def change_chat(self, chat_id: str, **changes: Any) -> Chat:
        """Replace fields of a chat."""
        with self.lock:
            return self.put_chat(replace(self.chat(chat_id), **changes))

    def put_hook(self, hook: Hook) -> None:
        """Add or replace a custom bot."""
        self.hooks[hook.hook_id] = hook
        self.on_chats_changed()

    def find_chat(self, chat_id: str) -> Chat | None:
        """The chat, dissolved or not."""
        return self._chats.get(chat_id)

    def chat(self, chat_id: str) -> Chat:
        """The chat with this id.

        Raises:
            NotThereError: If there is none.
        """
        chat = self._chats.get(chat_id)
        if chat is None:
            raise NotThereError(f"no chat {chat_id}; GET /sandbox/state lists them")
        return chat

    def chats(self) -> list[Chat]:
        """The chats that still exist, in order of creation."""
        with self.lock:
            return [chat for chat in self._chats.values() if not chat.dissolved]

    def external(self, chat: Chat) -> bool:
        """Whether people of another tenant are in the chat."""
        return any(self.users[one].external for one in chat.members)

    def tenant_of(self, sender_id: str) -> str:
        """The tenant of a person, or the home tenant for the bot and the system."""
        user = self.users.get(sender_id)
        return user.tenant_key if user else self.tenant_key

    def active_at(self, chat: Chat) -> int:
        """When something was last said in a chat, or when it was opened; milliseconds."""
        with self.lock:
            last = next(self._archive.newest_first(chat.chat_id), None)
        return last.created_at if last else chat.created_at

    def unread_urgent(self, open_id: str) -> int:
        """How many urgent messages this person has not seen: those since the last deed."""
        return self._unread_urgent[open_id]

    def count_urgent(self, people: list[str]) -> None:
        """One more urgent message for each of them."""
        self._unread_urgent.update(people)

    def saw(self, open_id: str) -> None:
        """This person looks at the chats: no urgent message is unread any more."""
        del self._unread_urgent[open_id]

    def p2p_chat(self, open_id: str) -> Chat | None:
        """The private chat of this person with the bot."""
        chat_id = self._private.get(open_id)
        return self._chats[chat_id] if chat_id else None

    def add_message(self, message: Message) -> Message:
        """Put a new message at the end of its chat."""
        with self.lock:
            self._archive.put(message)
        self._show(message)
        self.on_chats_changed()
        return message

    def say(self, chat_id: str, text: str) -> None:
        """A grey line of the system, e.g. who added the bot."""
        now = self.now_ms()
        self.add_message(
            Message(
                message_id=new_id("om_"),
                chat_id=chat_id,
                sender_id="",
                sender_type="system",
                msg_type="system",
                content=json.dumps({"text": text}, ensure_ascii=False),
                created_at=now,
                updated_at=now,
            )
        )

    def change_message(self, message_id: str, **changes: Any) -> Message:
        """Replace fields of a message; its revision grows."""
        with self.lock:
            old = self.message(message_id)
            new = replace(old, **changes, revision=old.revision + 1, updated_at=self.now_ms())
            self._archive.put(new)
        self._show(new)
        return new

    def find_message(self, message_id: str) -> Message | None:
        """The message, recalled or not."""
        return self._archive.find(message_id)

    def is_gone(self, message_id: str) -> bool:
        """Whether there was such a message, and it had to make room for newer ones."""
        return self._archive.is_gone(message_id)

    def message(self, message_id: str) -> Message:
        """The message with this id.

        Raises:
            NotThereError: If there is none.
        """
        message = self._archive.find(message_id)
        if message is None:
            raise NotThereError(f"no message {message_id}")
        return message

    def messages(self, chat_id: str) -> list[Message]:
        """The messages of a chat, oldest first."""
        with self.lock:
            return self._archive.of(chat_id)

    def last_message(self, chat_id: str) -> Message | None:
        """The newest message that everybody sees."""
        with self.lock:
            newest_first = self._archive.newest_first(chat_id)
            return next((one for one in newest_first if not one.visible_to), None)

    def name_of(self, open_id: str) -> str:
        """The name of a person, a custom bot, or the bot."""
        known = self.users.get(open_id) or self.hooks.get(open_id)
        return known.name if known else self.app_name

    def _show(self, message: Message) -> None:
        self._bus.publish("message", partial(message_text, message, self.name_of))
