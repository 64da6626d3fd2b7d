"""Words back into a line that reads the same: for buttons that run a command again."""

from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.limits import LONGEST_TEXT
from bot.feishu.commands.selection import is_condition
from bot.feishu.commands.words import Word


def line_of(name: str, words: tuple[Word, ...], more: str = "") -> str:
    """The command of this name with these words and what is to follow them.

    Raises:
        CommandError: If that is longer than a command may be.
    """
    line = " ".join(["/" + name, *(_written(word) for word in words), *([more] if more else [])])
    if len(line) > LONGEST_TEXT:
        raise CommandError(line, lambda texts: texts.wanted.shorter, f"/{name}")
    return line


def quoted_condition(condition: str) -> str:
    """``service=pay core`` with quotes around its value."""
    place = condition.index("=") if "=" in condition else condition.index("~")
    end = place + (2 if condition[place : place + 2] in ("=~", "!~") else 1)
    return condition[:end] + _quoted(condition[end:])


def _written(word: Word) -> str:
    if word.quoted:
        return _quoted(word.text)
    if is_condition(word) and ">" not in word.text and "≥" not in word.text:
        return quoted_condition(word.text)
    return word.text


def _quoted(text: str) -> str:
    mark = "'" if '"' in text else '"'
    return f"{mark}{text}{mark}"
