"""The miner: gives every message the number of its template, and templates ids that last."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from watchers.detectors.templates.chinese import seamless
from watchers.detectors.templates.masks import shape_of
from watchers.detectors.templates.merging import Siblings
from watchers.detectors.templates.shaping import MOST_CHARS, MOST_WORDS, Shaper, Words, normal
from watchers.detectors.templates.spans import JOINT, VALUE

MOST_TEMPLATES: Final = 20_000
"""Beyond these, messages with the same first word count as one."""
_MOST_FIRST_WORDS = 1_000
_MOST_CHARS_KNOWN = 20_000_000
_NOUGHTS = bytes.maketrans(b"123456789", b"000000000")


_Text = TypeVar("_Text", str, bytes)
Clean = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """The constant part of messages.

    Attributes:
        id: Made of the text alone: the same on every host and after every restart.
        text: The words with ``<*>`` where values stand.
    """

    id: str
    text: str


class _Known(dict[_Text, int]):
    """Numbers found before; forgets all when its texts are too many."""

    def __init__(self) -> None:
        super().__init__()
        self._chars = 0

    def keep(self, text: _Text, number: int) -> None:
        self._chars += len(text)
        if self._chars > _MOST_CHARS_KNOWN:
            self.clear()
            self._chars = len(text)
        self[text] = number


class TemplateMiner:
    """Learns templates from messages; not thread-safe.

    A number that `learn` gave stays usable for ever, also when its template is merged into a
    more general one later: `template` follows.

    Attributes:
        merges: How often two templates became one.
    """

    def __init__(self, most: int = MOST_TEMPLATES, clean: Clean = str) -> None:
        """Begin without any.

        Args:
            most: How many templates are told apart.
            clean: Takes out of a message what must not be kept.
        """
        self.merges = 0
        self._most = most
        self._clean = clean
        self._shaper = Shaper()
        self._digits = _Known[bytes]()
        self._lengths = _Known[bytes]()
        self._shapes = _Known[str]()
        self._masked = _Known[str]()
        self._numbers: dict[Words, int] = {}
        self._templates: list[Words] = []
        self._parents: list[int] = []
        self._absorbed: dict[int, list[int]] = {}
        self._stood: set[int] = set()
        self._made: list[Template] = []
        self._ids: dict[str, int] = {}
        self._siblings = Siblings(self._templates, self._numbers, self._number, self._join)

    def __len__(self) -> int:
        """How many templates there are, merged ones counted as one."""
        return len(self._templates) - sum(map(len, self._absorbed.values()))

    def learn(self, message: str) -> int:
        """The number of a message's template as known by now; without the line end."""
        # Most messages differ from an earlier one in digits only: one look-up tells it.
        encoded = message[:MOST_CHARS].encode("utf-8", "surrogatepass")
        digits = encoded.translate(_NOUGHTS)
        number = self._digits.get(digits)
        if number is None:
            shorter = digits.replace(b"0000", b"0").replace(b"00", b"0").replace(b"00", b"0")
            number = self._lengths.get(shorter)
            if number is None:
                number = self._by_shape(message[:MOST_CHARS])
                self._lengths.keep(shorter, number)
            self._digits.keep(digits, number)
        return number

    def current(self, number: int) -> int:
        """The number of the template that a number's template was merged into, or its own."""
        parents = self._parents
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    def template(self, number: int) -> Template:
        """The template of a number as known by now."""
        return self._made[self.current(number)]

    def number(self, template_id: str) -> int | None:
        """The number of a template, also of one that was merged; None for what is not known."""
        return self._ids.get(template_id)

    def absorbed(self, number: int) -> tuple[Template, ...]:
        """The templates that were merged into the template of a number, oldest first.

        Only those that stood for themselves before, so that a message may be known by them.
        """
        within = self._absorbed.get(self.current(number), ())
        return tuple(self._made[one] for one in sorted(self._stood.intersection(within)))

    def texts(self, first: int = 0) -> list[str]:
        """All that was learned, in order, from one number on; a restart needs nothing else."""
        return [" ".join(words) for words in self._templates[first:]]

    def restore(self, texts: Iterable[str]) -> None:
        """Learn what `texts` said; how templates are merged follows from them."""
        for text in texts:
            words = tuple(text[:MOST_CHARS].split(" ")[:MOST_WORDS]) if text else ()
            self._stood.add(self.current(self._number(words)))

    def _by_shape(self, message: str) -> int:
        shape = shape_of(message)
        number = self._shapes.get(shape)
        if number is None:
            number = self._by_words(message)
            self._shapes.keep(shape, number)
        return number

    def _by_words(self, message: str) -> int:
        tokens = self._shaper.masked(self._clean(message))
        key = " ".join(tokens)
        number = self._masked.get(key)
        if number is None:
            number = self._number(normal(tokens))
            self._stood.add(self.current(number))
            self._masked.keep(key, number)
        return number

    def _number(self, words: Words) -> int:
        number = self._numbers.get(words)
        if number is not None:
            return number
        if len(self._templates) < self._most:
            number = self._add(words)
            self._siblings.meet(number)
            return number
        few: Words = (words[0], VALUE) if words else ()
        if few not in self._numbers and len(self._templates) >= self._most + _MOST_FIRST_WORDS:
            few = (VALUE,)
        found = self._numbers.get(few)
        return self._add(few) if found is None else found

    def _add(self, words: Words) -> int:
        number = len(self._templates)
        self._templates.append(words)
        self._parents.append(number)
        self._made.append(_template(words))
        self._ids[self._made[number].id] = number
        self._numbers[words] = number
        return number

    def _join(self, general: int, special: int) -> None:
        general, special = self.current(general), self.current(special)
        if general != special:
            if self._constants(special) < self._constants(general):
                general, special = special, general  # it was merged further in the meantime
            self.merges += 1
            self._parents[special] = general
            absorbed = self._absorbed.setdefault(general, [])
            absorbed += [special, *self._absorbed.pop(special, ())]

    def _constants(self, number: int) -> int:
        return sum(VALUE not in word for word in self._templates[number])


def _template(words: Words) -> Template:
    text = " ".join(words)
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=5)
    return Template(id=f"t{digest.hexdigest()}", text=seamless(text.replace(JOINT, " ")))
