"""Which templates are one: those that differ where a value stands, told from the words there."""

import re
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from typing import Final

from watchers.detectors.templates.chinese import says
from watchers.detectors.templates.columns import Columns
from watchers.detectors.templates.phrases import Phrases
from watchers.detectors.templates.shaping import (
    TRAILING,
    Words,
    has_letters,
    is_value,
    squeezed,
)
from watchers.detectors.templates.spans import VALUE
from watchers.detectors.templates.telling import tells

ENOUGH: Final = 3.0
"""Evidence that the words at one place are values."""
_NAME = 1.0
_WORD = 0.6
_MASKED = 2.0
"""What was a value in one line is likely one in the others."""
_PUNCTUATION = "\"'`()[]{}<>,.:;!?"
_BEHIND_BRACKET = ",.:;"
_PLAIN_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Za-z]")
_METHODS = frozenset(("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "CONNECT"))
_BEFORE_NAMES = frozenset(
    [
        "for",
        "user",
        "from",
        "by",
        "to",
        "on",
        "at",
        "as",
        "of",
        "in",
        "with",
        "into",
        "via",
        "using",
        "host",
        "group",
        "named",
        "called",
        "name",
        "account",
    ]
)
"""Behind these a word is rather a name than what happened."""
_MOST_MEMBERS = 200
_MOST_WORDS_KNOWN = 20_000
_SHORTEST_STEM = 3
_LEAST_OTHERS = 2
_LEAST_BEHIND_FIRST = 3
_LEAST_WORDS = 3

Numbered = Callable[[Words], int]
Joined = Callable[[int, int], None]


class _Place:
    """Templates that differ at one place only."""

    __slots__ = ("merged", "numbers")

    def __init__(self, word: str, number: int) -> None:
        self.numbers = {word: number}
        self.merged: int | None = None


class _Frame:
    """Templates that differ in nothing but names."""

    __slots__ = ("members", "values", "words")

    def __init__(self, places: Iterable[int]) -> None:
        self.words: dict[int, set[str]] = {place: set() for place in places}
        self.values: set[int] = set()
        self.members: list[int] = []


class Siblings:
    """Finds templates that are one with a new one.

    Every template is known by its number; the words of all are in a list that its owner grows.
    """

    def __init__(
        self, templates: list[Words], numbers: dict[Words, int], numbered: Numbered, joined: Joined
    ) -> None:
        """Begin without any.

        Args:
            templates: The words of each number.
            numbers: The number of each template.
            numbered: Gives the number of a template, which may be a new one.
            joined: Is told of a template and one that it takes in.
        """
        self._templates = templates
        self._numbers = numbers
        self._numbered = numbered
        self._joined = joined
        self._places: dict[int, int | _Place] = {}
        self._frames: dict[int, _Frame] = {}
        self._columns = Columns()
        self._phrases = Phrases(numbered, joined)

    def meet(self, number: int) -> None:
        """Merge a new template with what it is one with."""
        words = self._templates[number]
        self._settle(words, number)
        self._meet_in_column(words, number)
        self._meet_at_places(words, number)
        self._meet_in_frame(words, number)
        self._phrases.meet(words, number)

    def _settle(self, words: Words, number: int) -> None:
        shorter = squeezed(words)
        if shorter != words:
            self._joined(self._numbered(shorter), number)

    def _meet_at_places(self, words: Words, number: int) -> None:
        telling = [has_letters(word) for word in words]
        others = sum(telling)
        hashes = [hash((place, word)) for place, word in enumerate(words)]
        whole = hash(("place", len(words))) ^ _xor(hashes)
        leading = True
        for place, word in enumerate(words):
            leads = leading
            leading = leading and is_value(word)
            varies = _may_vary(words, place, others - telling[place])
            if not varies and not (place == 0 and others > _LEAST_BEHIND_FIRST):
                continue
            key = hash((whole ^ hashes[place], place))
            known = self._places.get(key)
            if known is None:
                self._places[key] = number
                continue
            if isinstance(known, int):
                known = self._places[key] = _Place(self._templates[known][place], known)
            if known.merged is not None:
                self._joined(known.merged, number)
                continue
            if leads and word not in known.numbers:
                for value in self._columns.met(words, place, known.numbers):
                    self._merge_column(value, place)
            known.numbers[word] = number
            least = (_LEAST_OTHERS, _LEAST_WORDS) if not _names(words, place) else (1, 2)
            if varies and others - telling[place] >= least[0] and len(words) >= least[1]:
                self._weigh(known, words, place)

    def _weigh(self, known: _Place, words: Words, place: int) -> None:
        # A value among the first words of lines that are the same otherwise: "[main]", "[pool-1]".
        named = _before_name(words, place) or (
            place == 0 and any(VALUE in one for one in known.numbers)
        )
        evidence = sum(_weight(word, named=named) for word in known.numbers)
        if all(VALUE in word for word in known.numbers) and self._stands_without(words, place):
            evidence += _MASKED
        if _one_covers_another(known.numbers):
            evidence += _MASKED
        if evidence >= ENOUGH:
            self._merge(known, words, place)

    def _merge_column(self, value: str, place: int) -> None:
        """Merge all that have a word at a place that is known to be a value since now."""
        for number, words in enumerate(list(self._templates)):
            if place < len(words) and words[place] == value:
                self._meet_in_column(words, number)

    def _meet_in_column(self, words: Words, number: int) -> None:
        general = self._columns.general(words)
        if general != words:
            self._joined(self._numbered(general), number)

    def _merge(self, known: _Place, words: Words, place: int) -> None:
        general = (*words[:place], _value_for(known.numbers), *words[place + 1 :])
        known.merged = self._numbered(general)
        for number in known.numbers.values():
            self._joined(known.merged, number)

    def _stands_without(self, words: Words, place: int) -> bool:
        """Whether the word stands beside a value, and the template is known without it."""
        before = place > 0 and words[place - 1] == VALUE
        behind = place + 1 < len(words) and words[place + 1].startswith(VALUE)
        return (before or behind) and words[:place] + words[place + 1 :] in self._numbers

    def _meet_in_frame(self, words: Words, number: int) -> None:
        names = [place for place in range(1, len(words)) if _is_name(words, place)]
        if len(names) < _LEAST_OTHERS or _constants(words, names) < len(names):
            return
        frame_words: list[str | None] = list(words)
        for place in names:
            frame_words[place] = None
        frame = self._frames.setdefault(hash(tuple(frame_words)), _Frame(names))
        if len(frame.members) >= _MOST_MEMBERS:
            frame.members.clear()
        frame.members.append(number)
        grown = False
        for place in names:
            known = frame.words[place]
            if place not in frame.values:
                known.add(words[place])
                if len(known) >= ENOUGH:
                    frame.values.add(place)
                    known.clear()
                    grown = True
        if frame.values:
            for member in list(frame.members) if grown else [number]:
                self._generalise(member, frame.values)

    def _generalise(self, number: int, values: set[int]) -> None:
        words = self._templates[number]
        general = tuple(
            _value_for((word,)) if place in values else word for place, word in enumerate(words)
        )
        if general != words:
            self._joined(self._numbered(general), number)


def _xor(hashes: list[int]) -> int:
    found = 0
    for one in hashes:
        found ^= one
    return found


def _may_vary(words: Words, place: int, others: int) -> bool:
    """Whether there can be a value at a place; the first word mostly says what it is about."""
    word = words[place]
    if word.strip(_PUNCTUATION) in _METHODS or not (VALUE in word or has_letters(word)):
        return False
    if tells(word) or says(word):
        return False
    if place > 0:
        return True
    if word[0] in "([" or is_value(word):
        return others >= _LEAST_OTHERS
    return _weight(word, named=False) >= _NAME and others >= _LEAST_BEHIND_FIRST


def _one_covers_another(words: Collection[str]) -> bool:
    """Whether one is another with more of it masked: ``node/<*>`` and ``node/worker-<*>``."""
    stems = [word.removesuffix(VALUE) for word in words if word.endswith(VALUE)]
    return any(
        len(one) >= _SHORTEST_STEM and one != other and other.startswith(one) and VALUE not in one
        for one in stems
        for other in stems
    )


def _value_for(words: Iterable[str]) -> str:
    """A value for words; what all of them end with stays."""
    ends = {word[-1] for word in words}
    return VALUE + (ends.pop() if len(ends) == 1 and ends <= TRAILING else "")


def _names(words: Words, place: int) -> bool:
    """Whether the word is a name even in the shortest of lines: ``KeyError: 'pay'``."""
    return place > 0 and words[place][0] in "\"'`" and words[place - 1].endswith(":")


def _before_name(words: Words, place: int) -> bool:
    if place == 0:
        return words[0][0] == "("
    if words[place - 1][0] == "[" and words[place].rstrip(_BEHIND_BRACKET)[-1:] == "]":
        return True  # "[pool www]"
    return words[place - 1].strip(_PUNCTUATION).lower() in _BEFORE_NAMES


@lru_cache(maxsize=_MOST_WORDS_KNOWN)
def _weight(word: str, *, named: bool) -> float:
    """How much a word at a place speaks for a value there."""
    if VALUE in word and not has_letters(word):
        return _MASKED
    bare = word.strip(_PUNCTUATION)
    if not bare or not has_letters(bare):
        return _WORD
    if named or word[0] in "\"'":
        return _NAME
    return _WORD if _PLAIN_WORD.fullmatch(bare) else _NAME


def _is_name(words: Words, place: int) -> bool:
    word = words[place]
    return (
        has_letters(word)
        and not says(word)
        and word.strip(_PUNCTUATION) not in _METHODS
        and _weight(word, named=_before_name(words, place)) == _NAME
    )


def _constants(words: Words, names: list[int]) -> int:
    """How many words are neither a name nor have a value; 0 when they are too few to tell."""
    places = set(names)
    count = sum(
        place not in places and VALUE not in word and has_letters(word)
        for place, word in enumerate(words)
    )
    return count if count >= _LEAST_OTHERS else 0
