"""Who may do what."""

from dataclasses import dataclass
from datetime import datetime, timedelta

CHAT_FRESH_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """What is known of a chat.

    Attributes:
        id: Feishu's chat_id.
        name: Untrusted text.
        private: A conversation of one person with the bot.
        owner: open_id, "" when the bot owns it or it is private.
        managers: open_ids.
        seen_at: When Feishu said so; aware, UTC.
    """

    id: str
    name: str
    private: bool
    owner: str
    managers: frozenset[str]
    seen_at: datetime

    def fresh(self, now: datetime) -> bool:
        """Whether it is recent enough to decide on."""
        return now - self.seen_at < CHAT_FRESH_FOR


def may_subscribe(person_id: str, chat: Chat, admins: frozenset[str]) -> bool:
    """Only the group's owner, its managers or configured admins; in private, the person."""
    return (
        chat.private or person_id in admins or person_id == chat.owner or person_id in chat.managers
    )
