"""What a command is: read from words, run for somebody in a chat, answered with a card."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.core.alert import Person
from bot.core.permission import Chat, Right, may_subscribe
from bot.core.subscription import Language, Target, TargetKind
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.reader import Reader
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.limits import LONGEST_TEXT
from bot.feishu.commands.words import Word
from bot.feishu.texts.base import Texts
from bot.feishu.texts.command import CommandText

_MAX_ID = 2**53


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Who asks, where, and for whom the answer is drawn.

    Attributes:
        now: Aware, UTC; the one instant of this decision.
        admins: open_ids of the configured admins.
        message_id: The card that was clicked and whose place the answer takes, "" for a written
            line.
        mentioned: open_ids of who is mentioned, by ``@name`` as it stands in the text.
        chat_language: Of what everybody in the chat sees, None where it is the same.
    """

    person: Person
    chat: Chat
    language: Language
    zone: ZoneInfo
    now: datetime
    admins: frozenset[str] = frozenset()
    message_id: str = ""
    mentioned: Mapping[str, str] = field(default_factory=dict)
    chat_language: Language | None = None

    @property
    def shared(self) -> Reader:
        """For whom it is drawn what is not an answer to this person alone."""
        language = self.chat_language or self.language
        return Reader(language=language, zone=self.zone, now=self.now)

    @property
    def reader(self) -> Reader:
        """For whom the answer is drawn."""
        return Reader(language=self.language, zone=self.zone, now=self.now)

    @property
    def target(self) -> Target:
        """The chat as a receiver of alerts."""
        return Target(kind=TargetKind.FEISHU_CHAT, address=self.chat.id)

    @property
    def may_subscribe(self) -> bool:
        """Whether this person may change what the chat is told."""
        return may_subscribe(self.person.id, self.chat, self.admins)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command says back: one card.

    Attributes:
        about: What later changes the card, "" for nothing.
        then: What is worked out afterwards, because it takes long; what comes of it takes the
            place of the card. "" for nothing.
    """

    card: dict[str, Any]
    about: str = ""
    then: str = ""


class Command(Protocol):
    """A chat line that was understood."""

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Do it and say so.

        Raises:
            InvalidTransitionError: If the engine refuses.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When and where a line was written; ends of mutes are counted from it."""

    now: datetime
    zone: ZoneInfo


Words = tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """How one command is called.

    Attributes:
        names: The first is the one shown; lower case, both languages.
        text: What it is for, for people.
        read: From the words behind the name; raises `CommandError`.
        takes: Whether words may stand behind the name.
        right: What it takes to run it.
        right_of: The same where it depends on the words behind the name; None where it does not.
        manages: First words with which it takes `Right.MANAGE`; the command sees to that itself.
        free: What stands behind the first word is taken as it is, as one word.
        longest: How many characters a line may have.
    """

    names: tuple[str, ...]
    text: Callable[[Texts], CommandText]
    read: Callable[[Words, Moment], Command]
    takes: bool = True
    right: Right = Right.ACT
    right_of: Callable[[str], Right] | None = None
    manages: frozenset[str] = frozenset()
    free: bool = False
    longest: int = LONGEST_TEXT

    def needs(self, rest: str) -> Right:
        """What it takes to run it with these words behind its name."""
        if self.right_of is not None:
            return self.right_of(rest)
        first = rest.lower().split(maxsplit=1)[:1]
        return Right.MANAGE if self.manages.intersection(first) else self.right


def alert_id(words: Words, example: str) -> int:
    """The one alert these words name, ``42`` or ``#42``.

    Raises:
        CommandError: If they name none, or more than that is said.
    """
    number = number_in(words[0].text.removeprefix("#")) if words else None
    if number is None:
        found = words[0].text if words else ""
        raise CommandError(found, lambda texts: texts.wanted.alert_id, example)
    nothing_more(words[1:], example)
    return number


def number_in(text: str) -> int | None:
    """A number that people use, None for anything else."""
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(_MAX_ID)):
        return None
    number = int(text)
    return number if 0 < number < _MAX_ID else None


def nothing_more(words: Words, example: str) -> None:
    """Refuse surplus words.

    Raises:
        CommandError: If there are any.
    """
    if words:
        surplus = " ".join(word.text for word in words)
        raise CommandError(surplus, lambda texts: texts.wanted.nothing_more, example)
