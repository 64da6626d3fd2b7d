"""What the town is made of: people, chats, messages, custom bots; frozen records."""

import json
from dataclasses import dataclass
from typing import Any, Literal

SenderType = Literal["user", "app", "system"]


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person of the town, or one of another tenant (`external`)."""

    open_id: str
    union_id: str
    user_id: str
    name: str
    avatar_color: str
    tenant_key: str
    external: bool = False
    email: str = ""
    mobile: str = ""

    @property
    def ids(self) -> dict[str, str]:
        """The three ids by the names that the API gives their kinds."""
        return {"open_id": self.open_id, "union_id": self.union_id, "user_id": self.user_id}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A group, or the private chat of one person (`peer`) with the bot.

    Attributes:
        owner_id: None where the bot owns the group, and in private chats.
        moderation: Who may speak; managers and the owner always may.
    """

    chat_id: str
    name: str
    members: tuple[str, ...]
    created_at: int
    owner_id: str | None = None
    managers: tuple[str, ...] = ()
    bot_in: bool = False
    bot_is_manager: bool = False
    dissolved: bool = False
    peer: str | None = None
    description: str = ""
    urgent_setting: Literal["all_members", "only_owner"] = "all_members"
    moderation: Literal["all_members", "only_owner"] = "all_members"

    @property
    def mode(self) -> Literal["group", "p2p"]:
        """Feishu's chat_mode."""
        return "p2p" if self.peer else "group"

    @property
    def led_by_bot(self) -> bool:
        """Whether the bot is its owner or a manager."""
        return self.peer is None and (self.bot_is_manager or self.owner_id is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """The custom bot of one group; `ips` are addresses, ``a.b.c.*`` or networks."""

    hook_id: str
    chat_id: str
    name: str
    secret: str = ""
    keywords: tuple[str, ...] = ()
    ips: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Where one posts."""
        return f"/open-apis/bot/v2/hook/{self.hook_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Somebody named in a text; `key` stands in the text for the name."""

    key: str
    open_id: str
    name: str
    is_bot: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as it stands now; every change makes a new revision.

    Attributes:
        content: JSON text, as Feishu carries it.
        created_at: Milliseconds.
        visible_to: The only person who sees it, for an ephemeral card.
        reactions: (reaction_id, emoji, open_id or app_id).
    """

    message_id: str
    chat_id: str
    sender_id: str
    sender_type: SenderType
    msg_type: str
    content: str
    created_at: int
    updated_at: int
    parent_id: str | None = None
    root_id: str | None = None
    thread_id: str | None = None
    deleted: bool = False
    edits: int = 0
    revision: int = 1
    visible_to: str | None = None
    urgent: tuple[tuple[str, str], ...] = ()
    mentions: tuple[Mention, ...] = ()
    reactions: tuple[tuple[str, str, str], ...] = ()

    @property
    def body(self) -> Any:
        """The content, parsed."""
        return json.loads(self.content)
