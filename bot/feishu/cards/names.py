"""People's names as plain text."""

from bot.core.alert import Person
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line


def name_of(person: Person, reader: Reader) -> str:
    """A person's name as plain text; somebody without one is somebody."""
    return one_line(person.name, 40) or reader.texts.answer.somebody
