"""Names of several words, as in ``The Print Spooler service stopped.``, which differ in length."""

import re
from collections.abc import Callable, Collection
from typing import Final

from watchers.detectors.templates.shaping import Words, has_letters, is_value
from watchers.detectors.templates.spans import VALUE

_LONGEST = 7
"""Words of a name."""
_ENOUGH = 3
_ENOUGH_LONG = 2
_LEAST_OTHERS = 3
"""Words with letters around a name."""
_PART = re.compile(r"\(?[A-Z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*\)?")
_SHOUTED = re.compile(r"[A-Z]{2,}")
_BETWEEN: Final = frozenset(("and", "of", "for", "the", "to", "in", "on"))

Numbered = Callable[[Words], int]
Joined = Callable[[int, int], None]


class Phrases:
    """Finds templates that differ in one name only, however many words it has."""

    def __init__(self, numbered: Numbered, joined: Joined) -> None:
        """As of `Siblings`."""
        self._numbered = numbered
        self._joined = joined
        self._known: dict[int, dict[Words, int]] = {}
        self._general: dict[int, int] = {}

    def meet(self, words: Words, number: int) -> None:
        """Merge a new template with those that have another name at the same place."""
        for begin, end in _names(words):
            before, behind = words[:begin], words[end:]
            if sum(map(_constant, before)) + sum(map(_constant, behind)) < _LEAST_OTHERS:
                continue
            key = hash((before, None, behind))
            general = self._general.get(key)
            if general is not None:
                self._joined(general, number)
                continue
            known = self._known.setdefault(key, {})
            known[words[begin:end]] = number
            if _are_names(known):
                members = self._known.pop(key).values()
                general = self._general[key] = self._numbered((*before, VALUE, *behind))
                for one in members:
                    self._joined(general, one)


def _are_names(known: Collection[Words]) -> bool:
    """Whether these are several, of several lengths, with nothing in common at either end."""
    return (
        len(known) >= _ENOUGH
        and sum(len(one) > 1 for one in known) >= _ENOUGH_LONG
        and all(len({of(one) for one in known}) > 1 for of in (len, _first, _last))
    )


def _first(words: Words) -> str:
    return words[0]


def _last(words: Words) -> str:
    return words[-1]


def _constant(word: str) -> bool:
    return VALUE not in word and has_letters(word)


def _names(words: Words) -> list[tuple[int, int]]:
    """Where names begin and end; none is the first word, which begins with a capital anyway."""
    found = []
    at = 1
    while at < len(words):
        end = at
        while end < len(words) and end - at < _LONGEST and _is_part(words, at, end):
            end += 1
        while end > at and words[end - 1] in _BETWEEN:
            end -= 1
        if end > at and not (end == at + 1 and _SHOUTED.fullmatch(words[at])):
            found.append((at, end))
        at = max(end, at + 1)
    return found


def _is_part(words: Words, begin: int, at: int) -> bool:
    word = words[at]
    if word in _BETWEEN:
        return at > begin
    return is_value(word) if word == VALUE else _PART.fullmatch(word) is not None
