"""Words that stand before messages of all kinds, as the name of a host or of a namespace does.

Two words at one place are values of a column if they stand there before the same rests, several
of them; what happened, in contrast, is told by words that go with one rest or two.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from watchers.detectors.templates.shaping import Words, has_letters, is_value
from watchers.detectors.templates.spans import VALUE

_ENOUGH = 4
"""Rests that two words have in common."""
_LEAST_REST = 3
"""Words with letters in a rest."""
_MOST_WORDS = 12
"""At a place, that are looked at in pairs."""
_MOST_PAIRS = 20_000
_MOST_VALUES = 2_000
_TELLS = re.compile(r"[A-Z][a-z]+|[A-Za-z]")
_VERB = re.compile(r"[a-z]+(?:ing|ed)")
_LEVELS: Final = frozenset(
    ("trace", "debug", "info", "notice", "warn", "warning", "error", "err", "crit", "alert")
)
_PUNCTUATION = "\"'`()[]{}<>,.:;!?"


class Columns:
    """Counts how often two words change places, and knows those that did so often."""

    def __init__(self) -> None:
        self._pairs: Counter[tuple[int, str, str]] = Counter()
        self._values: set[tuple[int, str]] = set()

    def met(self, words: Words, place: int, others: Iterable[str]) -> list[str]:
        """The words that are known to be values by now, when the one at a place joins `others`."""
        word = words[place]
        if not _may_stand(words, place) or len(self._values) >= _MOST_VALUES:
            return []
        if len(self._pairs) >= _MOST_PAIRS:
            self._pairs.clear()
        found = []
        for other in list(others)[:_MOST_WORDS]:
            if other != word and not _tells(other):
                pair = (place, min(word, other), max(word, other))
                self._pairs[pair] += 1
                if self._pairs[pair] >= _ENOUGH and self._trusts(pair):
                    found += [one for one in (word, other) if (place, one) not in self._values]
                    self._values.update(((place, word), (place, other)))
        return found

    def _trusts(self, pair: tuple[int, str, str]) -> bool:
        """Verbs change places too; what ends like one is a value beside known ones only."""
        place, one, other = pair
        verbs = [_VERB.fullmatch(word.strip(_PUNCTUATION)) is not None for word in (one, other)]
        return not any(verbs) or (place, other if verbs[0] else one) in self._values

    def general(self, words: Words) -> Words:
        """The words with a value for what is known to be one."""
        if not self._values:
            return words
        for place, word in enumerate(words):
            if (place, word) in self._values and _may_stand(words, place):
                return self.general((*words[:place], VALUE, *words[place + 1 :]))
            if not is_value(word):
                break
        return words


def _may_stand(words: Words, place: int) -> bool:
    if _tells(words[place]):
        return False
    rest = words[place + 1 :]
    return sum(VALUE not in word and has_letters(word) for word in rest) >= _LEAST_REST


def _tells(word: str) -> bool:
    bare = word.strip(_PUNCTUATION)
    return bare.lower() in _LEVELS or _TELLS.fullmatch(bare) is not None or not has_letters(bare)
