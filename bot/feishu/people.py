"""What is known of chats and people: asked from Feishu when it is missing or old."""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from bot.core.errors import DeliveryError, Fault
from bot.core.permission import Chat
from bot.core.ports import Directory, LookedUp, Store
from bot.engine.mentioning import person_of

_log = logging.getLogger(__name__)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
KNOWN_FOR_S = 3600.0
ASK_AGAIN_S = 5.0
MOST_ASKED = 50
_PASSING = (Fault.PASSING, Fault.THROTTLED, Fault.TOKEN)


class Acquaintance:
    """Chats from the store, refreshed from Feishu; safe to use from several threads."""

    def __init__(
        self,
        store: Store,
        directory: Directory,
        changed: Callable[[str], None] = lambda _chat: None,
    ) -> None:
        """`changed` is told of chats that are not any more what they were."""
        self._store = store
        self._directory = directory
        self._changed = changed

    def forget(self, chat_id: str) -> None:
        """Something changed in a chat; inside a transaction."""
        self._store.chats.forget(chat_id)
        self._changed(chat_id)

    def known(self, chat_id: str) -> Chat:
        """What is known without asking; a chat nobody described has no owner and no managers."""
        return self._store.chats.get(chat_id) or Chat(
            id=chat_id, name="", private=False, owner="", managers=frozenset(), seen_at=_NEVER
        )

    def fresh(self, chat_id: str, now: datetime) -> Chat:
        """What Feishu says now, or said lately; goes over the network when that is too old.

        A chat that Feishu will not describe (no right, no longer there) is taken as known.

        Raises:
            DeliveryError: If Feishu cannot be reached just now; try again later.
        """
        known = self.known(chat_id)
        if known.fresh(now):
            return known
        try:
            chat = self._directory.chat(chat_id, now)
            members = {} if chat.private else self._directory.members(chat_id)
        except DeliveryError as error:
            if error.fault in _PASSING:
                raise
            _log.warning(
                "Feishu does not describe a chat", extra={"chat": chat_id, "code": error.code}
            )
            return known
        with self._store.transaction():
            self._store.chats.save(chat, members)
        return chat

    def left(self, chat_id: str) -> bool:
        """Whether the bot is out of a chat; taken as true where Feishu does not say.

        Raises:
            DeliveryError: If Feishu cannot be reached just now; try again later.
        """
        try:
            return not self._directory.in_chat(chat_id)
        except DeliveryError as error:
            if error.fault in _PASSING:
                raise
            return True


class Contacts:
    """Looks up whom cards mention; safe to use from several threads.

    A mention that is not good is left out: it must never keep a card from people.
    """

    def __init__(self, store: Store, directory: Directory) -> None:
        self._store = store
        self._directory = directory

    def look_up(self, entries: Sequence[str], now: datetime) -> None:
        """Ask Feishu for those of whom it was not asked lately; what it refuses is only logged."""
        unknown = [one for one in entries if person_of(self._store, one, now) is None]
        if unknown:
            self._ask(unknown[:MOST_ASKED], now)

    def refused(self, ids: Sequence[str], why: str, now: datetime) -> None:
        """Feishu took a card only without these: they are left out for a while."""
        bad = [one for one in ids if one in why] or list(ids)
        _log.warning("a mention is not good and is left out", extra={"people": bad})
        with self._store.transaction():
            for one in bad:
                self._store.chats.note_contact(one, LookedUp(person_id="", at=now))

    def _ask(self, entries: Sequence[str], now: datetime) -> None:
        emails = [one for one in entries if "@" in one]
        mobiles = [one for one in entries if "@" not in one]
        try:
            found = self._directory.open_ids(emails, mobiles)
        except DeliveryError as error:
            _log.warning("Feishu does not say whom to mention", extra={"code": error.code})
            return
        nobody = [one for one in entries if one not in found]
        if nobody:
            _log.warning("nobody has these addresses", extra={"people": nobody})
        with self._store.transaction():
            for one in entries:
                seen = LookedUp(person_id=found.get(one, ""), at=now)
                self._store.chats.note_contact(one, seen)


class Identity:
    """The bot's own open_id: learnt from Feishu, "" until then."""

    def __init__(self, ask: Callable[[], str]) -> None:
        """`ask` goes over the network and raises `DeliveryError`."""
        self._ask = ask
        self._open_id = ""

    def __call__(self) -> str:
        """What is known; never waits."""
        return self._open_id

    def step(self) -> float:
        """Ask, unless it is known; seconds until it is worth a look again."""
        if self._open_id:
            return KNOWN_FOR_S
        try:
            self._open_id = self._ask()
        except DeliveryError as error:
            _log.warning("the bot does not know itself yet", extra={"detail": error.detail})
        return ASK_AGAIN_S
