"""What everybody works with who answers people: store, engine, views, acquaintances, manners."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.audit import Actor, Source
from bot.core.permission import Chat
from bot.core.ports import Store
from bot.core.subscription import Language
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.commands.base import Request
from bot.feishu.people import Acquaintance
from watchers.clock import Clock
from watchers.spans import UNTRACED, Tracer


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How people are talked to.

    Attributes:
        language: For chats that chose none.
        zone: Of the times on cards.
        admins: open_ids that may do everything.
        reactions: What an emoji on an alert's card stands for: the name of a command.
    """

    language: Language
    zone: ZoneInfo
    admins: frozenset[str]
    reactions: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Desk:
    """The listener's and the answering loop's tools; safe to use from several threads.

    Attributes:
        manners: Changes when the configuration is read anew.
        bot_open_id: What is known of the bot's own id, "" as long as Feishu has not said.
    """

    store: Store
    engine: Engine
    views: Views
    acquaintance: Acquaintance
    manners: Manners
    clock: Clock
    bot_open_id: Callable[[], str]
    tracer: Tracer = UNTRACED

    def language(self, chat_id: str) -> Language:
        """The language a chat chose, or the configured one."""
        return self.store.chats.language(chat_id) or self.manners.language

    def spoken(self, person_id: str, chat_id: str) -> Language:
        """The language in which a person is answered: their own, or that of the chat."""
        return self.store.chats.person_language(person_id) or self.language(chat_id)

    def request(self, person_id: str, chat: Chat, now: datetime, source: Source) -> Request:
        """What a person in a chat asks now, and how."""
        name = self.store.chats.name(person_id)
        return Request(
            person=Actor(id=person_id, name=name, source=source, chat=chat.id),
            chat=chat,
            language=self.spoken(person_id, chat.id),
            chat_language=self.language(chat.id),
            zone=self.manners.zone,
            now=now,
            admins=self.manners.admins,
        )
