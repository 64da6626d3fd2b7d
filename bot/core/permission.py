"""Who may do what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.subscription import Acting, Ways

CHAT_FRESH_FOR = timedelta(minutes=10)


class Right(StrEnum):
    """What a command or a button needs."""

    READ = "read"
    """Anybody of the company."""
    ACT = "act"
    """Whoever may act on what the chat is told."""
    MANAGE = "manage"
    """The chat's owner and managers, and admins."""
    RULES = "rules"
    """Owners and managers of groups, and admins; in private only these, since rules are for all."""
    ADMINISTER = "administer"
    """Admins."""


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


def may_rule(person_id: str, chat: Chat, admins: frozenset[str]) -> bool:
    """Who may make and change rules: they find for all chats, not only for the one asked in."""
    if chat.private:
        return person_id in admins
    return may_subscribe(person_id, chat, admins)


def permits(ways: Ways, person_id: str, chat: Chat | None) -> bool:
    """Whether a subscription lets this person act.

    Args:
        ways: The subscription's.
        person_id: open_id of somebody of the company.
        chat: The chat it is for, None when nobody described it.
    """
    if ways.acting is Acting.LEADERS:
        return chat is not None and may_subscribe(person_id, chat, frozenset())
    if ways.acting is Acting.LISTED:
        return person_id in ways.actors
    return ways.acting is Acting.EVERYONE


def any_permits(several: Iterable[tuple[Ways, Chat | None]], person_id: str) -> bool:
    """Whether any of these subscriptions lets this person act; without any, everybody may."""
    closed = False
    for ways, chat in several:  # mostly the first one does: the others are not even looked up
        if permits(ways, person_id, chat):
            return True
        closed = True
    return not closed
