"""What was said, by chat, as long as there is room for it."""

import sys
from collections import deque
from collections.abc import Iterator

from bot.sandbox.records import Message

_MOST_BYTES = 8 * 1024 * 1024
_OWN_BYTES = 900  # what a message takes beside its content
_REMEMBERED = 4096  # ids of messages that are gone


class Archive:
    """Messages in order; not locked.

    When they take more than `most_bytes`, the fullest chat loses its oldest message, but never its
    last one.
    """

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._messages: dict[str, Message] = {}
        self._chats: dict[str, deque[str]] = {}
        self._bytes: dict[str, int] = {}
        self._gone: deque[str] = deque(maxlen=_REMEMBERED)

    def put(self, message: Message) -> None:
        """Add a message at the end of its chat, or replace the one with its id."""
        old = self._messages.get(message.message_id)
        self._messages[message.message_id] = message
        chat = self._chats.setdefault(message.chat_id, deque())
        if old is None:
            chat.append(message.message_id)
        grown = _size(message) - (_size(old) if old else 0)
        self._bytes[message.chat_id] = self._bytes.get(message.chat_id, 0) + grown
        while sum(self._bytes.values()) > self._most_bytes and self._drop():
            pass

    def find(self, message_id: str) -> Message | None:
        """The message, unless there is none or it is gone."""
        return self._messages.get(message_id)

    def is_gone(self, message_id: str) -> bool:
        """Whether there was such a message, and it had to make room."""
        return message_id in self._gone

    def of(self, chat_id: str) -> list[Message]:
        """The messages of a chat, oldest first."""
        return [self._messages[one] for one in self._chats.get(chat_id, ())]

    def newest_first(self, chat_id: str) -> Iterator[Message]:
        """The messages of a chat, without a list of them."""
        return (self._messages[one] for one in reversed(self._chats.get(chat_id, ())))

    def _drop(self) -> bool:
        fullest = max(
            (one for one in self._bytes if len(self._chats[one]) > 1),
            key=self._bytes.__getitem__,
            default=None,
        )
        if fullest is None:
            return False
        message = self._messages.pop(self._chats[fullest].popleft())
        self._bytes[fullest] -= _size(message)
        self._gone.append(message.message_id)
        return True


def _size(message: Message) -> int:
    return _OWN_BYTES + sys.getsizeof(message.content)
