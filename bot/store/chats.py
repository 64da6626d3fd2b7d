"""Chats and people in the database."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.core.permission import Chat
from bot.core.ports import LookedUp
from bot.core.subscription import Language
from bot.store.database import Database
from bot.store.language_rows import PersonLanguageRow
from bot.store.models import ChatRow, ContactRow, PersonRow
from bot.store.written import Slot, Written

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_CHAT = Written(ChatRow.select().where(ChatRow.chat == Slot("chat")), ChatRow)
_PERSON = Written(PersonRow.select().where(PersonRow.person == Slot("person")), PersonRow)
_SPOKEN = Written(
    PersonLanguageRow.select().where(PersonLanguageRow.person == Slot("person")), PersonLanguageRow
)


class Chats:
    """`core.ports.ChatStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, chat_id: str) -> Chat | None:
        """One chat."""
        row = self._row(chat_id)
        if row is None or row.seen_at == _LONG_AGO:
            return None
        return Chat(
            id=row.chat,
            name=row.name,
            private=row.private,
            owner=row.owner,
            managers=frozenset(row.managers),
            seen_at=row.seen_at,
        )

    def save(self, chat: Chat, members: Mapping[str, str]) -> None:
        """Note a chat and the names of its members by open_id."""
        self._put(
            chat.id,
            name=chat.name,
            private=chat.private,
            owner=chat.owner,
            managers=sorted(chat.managers),
            seen_at=chat.seen_at,
        )
        people = [{"person": person, "name": name} for person, name in members.items()]
        if people:
            PersonRow.insert_many(people).on_conflict(
                conflict_target=[PersonRow.person], preserve=[PersonRow.name]
            ).execute(self._database)

    def forget(self, chat_id: str) -> None:
        """Ask Feishu again next time."""
        ChatRow.update(seen_at=_LONG_AGO).where(ChatRow.chat == chat_id).execute(self._database)

    def name(self, person_id: str) -> str:
        """A person's name, "" when unknown."""
        rows = _PERSON.rows(self._database, person=person_id)
        return next((str(row.name) for row in rows), "")

    def looked_up(self, contact: str) -> LookedUp | None:
        """What is known of an e-mail address or a mobile number, None when nobody asked."""
        query = ContactRow.select().where(ContactRow.contact == contact)
        for row in query.execute(self._database):
            return LookedUp(person_id=row.person, at=row.at)
        return None

    def note_contact(self, contact: str, found: LookedUp) -> None:
        """Remember whose it is."""
        columns = {"person": found.person_id, "at": found.at}
        ContactRow.insert(contact=contact, **columns).on_conflict(
            conflict_target=[ContactRow.contact], update=columns
        ).execute(self._database)

    def language(self, chat_id: str) -> Language | None:
        """The language a chat chose."""
        row = self._row(chat_id)
        return Language(row.language) if row is not None and row.language else None

    def set_language(self, chat_id: str, language: Language) -> None:
        """Remember a chat's language."""
        self._put(chat_id, language=language.value)

    def person_language(self, person_id: str) -> Language | None:
        """The language a person chose."""
        rows = _SPOKEN.rows(self._database, person=person_id)
        return next((Language(row.language) for row in rows), None)

    def set_person_language(self, person_id: str, language: Language | None) -> None:
        """Remember it, or forget it with None."""
        row = PersonLanguageRow
        if language is None:
            row.delete().where(row.person == person_id).execute(self._database)
            return
        row.insert(person=person_id, language=language.value).on_conflict(
            conflict_target=[row.person], update={"language": language.value}
        ).execute(self._database)

    def _row(self, chat_id: str) -> Any:
        return next(_CHAT.rows(self._database, chat=chat_id), None)

    def _put(self, chat_id: str, **columns: object) -> None:
        ChatRow.insert(**{"chat": chat_id, "seen_at": _LONG_AGO, **columns}).on_conflict(
            conflict_target=[ChatRow.chat], update=columns
        ).execute(self._database)
