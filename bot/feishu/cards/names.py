"""Names of people and of kinds of messages as plain text."""

from bot.core.alert import Person
from bot.core.kinds import MASKED
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line


def name_of(person: Person, reader: Reader) -> str:
    """A person's name as plain text; somebody without one is somebody."""
    return one_line(person.name, 40) or reader.texts.answer.somebody


def kind_name(template: str, limit: int) -> str:
    """A kind of message by its template, without the time that most begin with."""
    return one_line(template.removeprefix(f"{MASKED} "), limit)
