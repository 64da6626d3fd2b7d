"""Messages as the page reads them."""

import re
from collections.abc import Callable
from typing import Any

from bot.sandbox.records import Message
from bot.sandbox.wire import dumps

_LINE_ENDS = re.compile(r"[\r\n]")


def message_text(message: Message, name_of: Callable[[str], str]) -> str:
    """JSON in one line; the content stands in it as it came, and is not read for that."""
    shown = {
        "message_id": message.message_id,
        "chat_id": message.chat_id,
        "sender": {
            "id": message.sender_id,
            "type": message.sender_type,
            "name": "" if message.sender_type == "system" else name_of(message.sender_id),
        },
        "msg_type": message.msg_type,
        "create_time": message.created_at,
        "update_time": message.updated_at,
        "deleted": message.deleted,
        "parent_id": message.parent_id,
        "root_id": message.root_id,
        "thread_id": message.thread_id,
        "revision": message.revision,
        "edited": message.edits > 0,
        "visible_to": message.visible_to,
        "urgent": [{"open_id": who, "type": how} for who, how in message.urgent],
        "mentions": [
            {"key": one.key, "id": one.open_id, "name": one.name} for one in message.mentions
        ],
        "reactions": [
            {"reaction_id": one, "emoji_type": emoji, "operator_id": who}
            for one, emoji, who in message.reactions
        ],
    }
    content = _LINE_ENDS.sub(" ", message.content)  # in JSON they stand between the values only
    return f'{dumps(shown)[:-1]},"content":{content}}}'


def preview(message: Message) -> str:
    """The one line of a message that a chat list shows."""
    if message.deleted:
        return "消息已撤回"
    text = _first_words(message.msg_type, message.body)
    for one in message.mentions:
        text = text.replace(one.key, f"@{one.name}")
    return text


def _first_words(msg_type: str, body: Any) -> str:
    match msg_type:
        case "text" | "system":
            return str(body.get("text", ""))
        case "interactive":
            config, header = body.get("config") or {}, body.get("header") or {}
            for holder in (config.get("summary"), header.get("title")):
                if isinstance(holder, dict) and holder.get("content"):
                    return str(holder["content"])
            return "[卡片]"
        case "image":
            return "[图片]"
        case _:
            return "[消息]"
