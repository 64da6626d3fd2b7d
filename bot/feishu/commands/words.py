"""A chat line's words: quotes kept together, operators joined to their neighbours."""

import re
from dataclasses import dataclass

from bot.feishu.commands.errors import CommandError

_CLOSING = {'"': '"', "'": "'", "“": "”", "”": "”", "「": "」", "‘": "’", "’": "’"}
_OPERATOR = re.compile(r"(>=|≥|<=|≤|=~|!~|!=|=)$")
_LONE_OPERATOR = re.compile(r"(>=|≥|<=|≤|=~|!~|!=|=)")
_BEGINS_WITH_OPERATOR = re.compile(r"(>=|≥|<=|≤|=~|!~|!=|=)\S")


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word.

    Attributes:
        text: Without its quotes.
        quoted: Whether quotes opened it, so that it is content and no keyword.
    """

    text: str
    quoted: bool = False


def split(text: str) -> tuple[Word, ...]:
    """Split at white space and commas; ``a = b`` counts as ``a=b``.

    Raises:
        CommandError: If a quote is not closed.
    """
    words: list[Word] = []
    rest = text.strip(_SPACE)
    while rest:
        word, rest = _next(rest)
        words.append(word)
        rest = rest.lstrip(_SPACE)
    return _joined(words)


_SPACE = " \t\r\n\v\f,、;"


def _next(rest: str) -> tuple[Word, str]:
    """The first word of a text that begins with one."""
    collected, quoted, at = "", False, 0
    while at < len(rest) and rest[at] not in _SPACE:
        opens = collected == "" or _OPERATOR.search(collected) is not None
        if opens and rest[at] in _CLOSING:
            end = rest.find(_CLOSING[rest[at]], at + 1)
            if end < 0:
                raise CommandError(
                    rest[at:], lambda texts: texts.wanted.closing_quote, 'service="pay core"'
                )
            quoted = quoted or collected == ""
            collected += rest[at + 1 : end]
            at = end + 1
        else:
            collected += rest[at]
            at += 1
    return Word(text=collected, quoted=quoted), rest[at:]


def _joined(words: list[Word]) -> tuple[Word, ...]:
    joined: list[Word] = []
    for word in words:
        before = joined[-1] if joined else None
        if before is not None and not before.quoted and _belongs(before.text, word):
            joined[-1] = Word(text=before.text + word.text)
        else:
            joined.append(word)
    return tuple(joined)


def _belongs(before: str, word: Word) -> bool:
    if _OPERATOR.search(before):
        return True
    lone = _LONE_OPERATOR.fullmatch(word.text) or _BEGINS_WITH_OPERATOR.match(word.text)
    return not word.quoted and lone is not None and re.fullmatch(r"[\w.-]+", before) is not None
