"""Which scopes an app needs for what, as data, and those the sandbox grants by default."""

from typing import Final

SEND: Final = ("im:message", "im:message:send_as_bot", "im:message:send")
UPDATE: Final = ("im:message", "im:message:send_as_bot", "im:message:update")
RECALL: Final = ("im:message", "im:message:send_as_bot", "im:message:recall")
READ: Final = ("im:message", "im:message:readonly")
REACT: Final = ("im:message", "im:message.reactions:write_only")
URGENT_APP: Final = ("im:message.urgent", "im:message.urgent:app_send")
URGENT_SMS: Final = ("im:message.urgent:sms", "im:message.urgent:sms_send")
URGENT_PHONE: Final = ("im:message.urgent:phone", "im:message.urgent:phone_send")
UPLOAD: Final = ("im:resource", "im:resource:upload")
DOWNLOAD: Final = ("im:resource",)
CHAT: Final = ("im:chat", "im:chat:readonly", "im:chat:read")
CHAT_CREATE: Final = ("im:chat", "im:chat:create")
CHAT_MEMBERS: Final = (*CHAT, "im:chat.members:read")
CHAT_MANAGERS: Final = ("im:chat", "im:chat.managers:write_only")
USER: Final = ("contact:user.base:readonly", "contact:contact.base:readonly")
USER_ID: Final = ("contact:user.id:readonly",)
APPLICATION: Final = ("application:application:patch",)
APPLICATION_INFO: Final = ("application:application:self_manage", "admin:app.info:readonly")
APPLICATION_VERSION: Final = (
    "application:application:self_manage",
    "application:application.app_version:readonly",
)
FREE: Final = ()

P2P_MESSAGES: Final = ("im:message.p2p_msg:readonly", "im:message.p2p_msg")
GROUP_MENTIONS: Final = (
    "im:message.group_at_msg:readonly",
    "im:message.group_at_msg",
    "im:message.group_at_msg.include_bot:readonly",
)
GROUP_MESSAGES: Final = ("im:message.group_msg", "im:message.group_msg:readonly")
BOT_ACCESS: Final = ("im:chat.members:bot_access", "im:chat:readonly", "im:chat")
EMPLOYEE_ID: Final = ("contact:user.employee_id:readonly",)

EVENTS: Final = {
    "im.message.receive_v1": (*P2P_MESSAGES, *GROUP_MENTIONS, *GROUP_MESSAGES),
    "im.message.recalled_v1": READ,
    "im.message.reaction.created_v1": ("im:message.reactions:read", "im:message:readonly"),
    "im.message.reaction.deleted_v1": ("im:message.reactions:read", "im:message:readonly"),
    "im.chat.member.bot.added_v1": BOT_ACCESS,
    "im.chat.member.bot.deleted_v1": BOT_ACCESS,
    "im.chat.updated_v1": ("im:chat:read", "im:chat:readonly", "im:chat"),
    "im.chat.disbanded_v1": ("im:chat:read", "im:chat:readonly", "im:chat"),
    "im.chat.access_event.bot_p2p_chat_entered_v1": FREE,
    "application.bot.menu_v6": FREE,
}
"""For each event the scopes of which one is enough."""

GRANTED: Final = frozenset(
    {
        "im:message",
        "im:message:send_as_bot",
        "im:message:update",
        "im:message:readonly",
        "im:message:recall",
        "im:message.p2p_msg:readonly",
        "im:message.group_at_msg:readonly",
        "im:message.reactions:read",
        "im:message.reactions:write_only",
        "im:message.urgent",
        "im:message.urgent:sms",
        "im:message.urgent:phone",
        "im:resource",
        "im:chat",
        "im:chat:readonly",
        "im:chat:read",
        "im:chat.members:read",
        "im:chat.members:bot_access",
        "cardkit:card:write",
        "contact:user.base:readonly",
        "contact:user.id:readonly",
        "contact:user.employee_id:readonly",
        "application:application:self_manage",
    }
)
"""What a bot of this kind asks for. Not among them: ``im:message.group_msg``, which sends it every
word of a group, and the scope that lets an app change its own configuration: those are given on
purpose."""


def allowed(granted: frozenset[str], any_of: tuple[str, ...]) -> bool:
    """Whether one of the scopes is granted; an empty list needs none."""
    return not any_of or not granted.isdisjoint(any_of)
