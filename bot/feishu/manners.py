"""How people are talked to: language, time zone, and who are admins."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.alert import Person
from bot.core.permission import Chat
from bot.core.subscription import Language
from bot.feishu.commands.base import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How people are talked to.

    Attributes:
        language: For chats that chose none.
        zone: Of the times on cards.
        admins: open_ids that may do everything.
    """

    language: Language
    zone: ZoneInfo
    admins: frozenset[str]

    def request(
        self, person: Person, chat: Chat, language: Language | None, now: datetime
    ) -> Request:
        """What somebody in a chat asks, `language` being the one the chat chose."""
        return Request(
            person=person,
            chat=chat,
            language=language or self.language,
            zone=self.zone,
            now=now,
            admins=self.admins,
        )
