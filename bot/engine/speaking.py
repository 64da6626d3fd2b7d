"""Changes the language of a chat, or of one person."""

from dataclasses import replace
from datetime import datetime

from bot.core.alert import Person
from bot.core.ports import Store
from bot.core.subscription import Language, Target
from bot.engine.auditing import Auditing
from bot.engine.subscribing import Subscribing


class Speaking:
    """The engine's hand for languages; every method runs inside the engine's transaction."""

    def __init__(self, store: Store, subscribing: Subscribing, auditing: Auditing) -> None:
        self._store = store
        self._subscribing = subscribing
        self._auditing = auditing

    def in_chat(self, target: Target, language: Language, by: Person, now: datetime) -> None:
        """Let a chat be told in this language; its open cards are drawn anew."""
        before = self._store.chats.language(target.address)
        self._store.chats.set_language(target.address, language)
        for one in self._store.subscriptions.of(target):
            if one.language is not language:
                wish = replace(one.wish, language=language)
                self._subscribing.edit(target, one.id, wish, by, now)
        if before is not language:
            said = {"language": before.value} if before else {}
            after = {"language": language.value}
            self._auditing.note(by, "language", target.address, now, before=said, after=after)

    def to_person(self, person: Person, language: Language | None, now: datetime) -> None:
        """Let a person be answered in this language, with None in that of each chat."""
        self._store.chats.set_person_language(person.id, language)
        after = {"language": language.value if language else ""}
        self._auditing.note(person, "language", person.id, now, after=after)
