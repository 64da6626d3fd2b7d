"""Reads a pattern into a tree that tells what each of its parts may match, byte for byte.

The tree stands for at least the texts that the pattern matches within a line of valid UTF-8, never
for fewer: what cannot be said exactly is said more broadly, and what is not known is refused.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_DIGITS = frozenset(b"0123456789")
_WORD = _DIGITS | frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
_RETURN, _TAB = 0x0D, 0x0B
_SPACE = frozenset(b"\t\x0c\r ")
_ASCII = frozenset(range(0x80))
_NEWLINE = 0x0A
_POSIX = {
    "alpha": _WORD - _DIGITS - {0x5F},
    "digit": _DIGITS,
    "alnum": _WORD - {0x5F},
    "word": _WORD,
    "upper": frozenset(range(0x41, 0x5B)),
    "lower": frozenset(range(0x61, 0x7B)),
    "space": _SPACE | {_NEWLINE, _TAB},
    "blank": frozenset(b"\t "),
    "punct": frozenset(b"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
    "xdigit": _DIGITS | frozenset(b"abcdefABCDEF"),
    "cntrl": frozenset(range(0x20)) | {0x7F},
    "print": frozenset(range(0x20, 0x7F)),
    "graph": frozenset(range(0x21, 0x7F)),
    "ascii": _ASCII,
}
_CONTROLS = {"t": 0x09, "f": 0x0C, "r": 0x0D, "v": 0x0B, "a": 0x07, "n": _NEWLINE}
_COUNT = re.compile(r"\{(\d+)(,(\d*))?\}")
_GROUP = re.compile(r"\(\?(?:P?<[A-Za-z_]\w*>|P?'\w+'|([imsU]*)(-[imsU]+)?(:|\)))")
_LOOK = re.compile(r"\(\?<?[=!]")
_PROPERTY = re.compile(r"[pP](?:\{\^?\w+\}|\w)")
_REFERENCE = re.compile(r"\(\?P=\w+\)")
_NUMBER = re.compile(r"[1-9]\d*")
_HEX = re.compile(r"x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})")
_DEEPEST = 60
_LONGEST_RUN = 64
"""Longer repetitions are taken for endless ones: counting costs an automaton much."""


class UnknownSyntaxError(Exception):
    """A pattern has a part of which it is not known what it matches."""


@dataclass(frozen=True, slots=True)
class Char:
    """One character; `fold` when its case does not matter."""

    byte: bytes
    fold: bool


@dataclass(frozen=True, slots=True)
class Among:
    """One of some ASCII characters, and when `wide` perhaps one of any others."""

    ascii: frozenset[int]
    wide: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """A place between characters: the engine's own sign for it."""

    sign: bytes


@dataclass(frozen=True, slots=True)
class Repeat:
    """Something `least` to `most` times; None for any number."""

    inner: "Node"
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """One thing after the other."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of several things."""

    choices: tuple["Node", ...]


Node = Char | Among | Edge | Repeat | Row | Either

END = rb"\x0d?$"
"""A carriage return before the newline is no text."""
ANY = Among(_ASCII - {_NEWLINE}, wide=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A pattern's tree.

    Attributes:
        exact: Whether it stands for exactly what the pattern matches, seen as characters.
        odd: Whether letters count whose other case is none of ASCII's: ``k`` and ``s``.
    """

    tree: Node
    exact: bool
    odd: bool


def told_by_bytes(node: Node) -> bool:
    """Whether what the engine finds in bytes is what is there in characters, line ends aside."""
    match node:
        case Char(byte):
            return byte != b"\r"
        case Among(members, wide):
            return not wide and _RETURN not in members
        case Edge(sign):
            return sign != END
        case Repeat(inner):
            return told_by_bytes(inner)
        case Row(parts) | Either(parts):
            return all(map(told_by_bytes, parts))


def parsed(pattern: str, *, perl: bool = False) -> Shape:
    """The tree of a pattern whose syntax is known to be right.

    Args:
        pattern: In RE2's syntax.
        perl: It is in Perl's, whose groups may look around and whose class for space takes in more.

    Raises:
        UnknownSyntaxError: If it has a part that is not known here.
    """
    reader = _Reader(pattern, perl=perl)
    tree = reader.either(0)
    if reader.at != len(pattern):
        raise UnknownSyntaxError(pattern)
    return Shape(tree=tree, exact=reader.exact, odd=reader.odd)


class _Reader:
    def __init__(self, pattern: str, *, perl: bool) -> None:
        space = _SPACE | {_NEWLINE, _TAB} if perl else _SPACE | {_NEWLINE}
        self._classes = {"d": _DIGITS, "w": _WORD, "s": space}
        self.at = 0
        self.exact = True
        self.odd = False
        self._text = pattern
        self._fold = False

    def either(self, depth: int) -> Node:
        if depth > _DEEPEST:
            raise UnknownSyntaxError(self._text)
        fold = self._fold
        choices = [self._row(depth)]
        while self._text.startswith("|", self.at):
            self.at += 1
            choices.append(self._row(depth))
        self._fold = fold
        return choices[0] if len(choices) == 1 else Either(tuple(choices))

    def _row(self, depth: int) -> Node:
        parts: list[Node] = []
        while self.at < len(self._text) and self._text[self.at] not in "|)":
            parts += self._repeated(self._atom(depth))
        return parts[0] if len(parts) == 1 else Row(tuple(parts))

    def _repeated(self, atom: Node | None) -> Iterable[Node]:
        while (count := self._count()) is not None:
            if atom is None:
                raise UnknownSyntaxError(self._text)
            least, most = count
            if isinstance(atom, Edge) or max(least, most or 0) > _LONGEST_RUN:
                self.exact = False
                atom = Row(()) if isinstance(atom, Edge) else atom
                least, most = min(least, _LONGEST_RUN), None
            atom = Repeat(atom, least, most)
            if self._text.startswith("?", self.at):
                self.at += 1
            elif self._text.startswith("+", self.at):
                self.exact = False  # possessive: takes less than this
                self.at += 1
        return () if atom is None else (atom,)

    def _count(self) -> tuple[int, int | None] | None:
        sign = self._text[self.at : self.at + 1]
        if sign in {"*", "+", "?"}:
            self.at += 1
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        if sign == "{" and (found := _COUNT.match(self._text, self.at)):
            self.at = found.end()
            least = int(found[1])
            if found[2] is None:
                return least, least
            return least, int(found[3]) if found[3] else None
        return None

    def _atom(self, depth: int) -> Node | None:
        """One thing; None for what only changes the flags."""
        sign = self._text[self.at]
        if sign == "(":
            return self._group(depth)
        self.at += 1
        match sign:
            case "." | "[":
                return ANY if sign == "." else self._class()
            case "^" | "$":
                return Edge(b"^" if sign == "^" else END)
            case "\\":
                return self._escaped()
            case _:
                return self._char(ord(sign))

    def _group(self, depth: int) -> Node | None:
        if (look := _LOOK.match(self._text, self.at)) or self._text.startswith("(?>", self.at):
            self.exact = False
            self.at = look.end() if look else self.at + 3
            inner = self._closed(depth)
            return Row(()) if look else inner
        if reference := _REFERENCE.match(self._text, self.at):
            self.at = reference.end()
            return self._anything()
        if not self._text.startswith("(?", self.at):
            self.at += 1
            return self._closed(depth)
        found = _GROUP.match(self._text, self.at)
        if found is None:
            raise UnknownSyntaxError(self._text)
        self.at = found.end()
        fold = self._fold
        if "i" in (found[1] or ""):
            self._fold = True
        if "i" in (found[2] or ""):
            self._fold = False
        if found[3] == ")":
            return None
        inner = self._closed(depth)
        self._fold = fold
        return inner

    def _closed(self, depth: int) -> Node:
        inner = self.either(depth + 1)
        if not self._text.startswith(")", self.at):
            raise UnknownSyntaxError(self._text)
        self.at += 1
        return inner

    def _anything(self) -> Node:
        self.exact = False
        return Repeat(ANY, 0, None)

    def _char(self, code: int) -> Node:
        if code == _NEWLINE:
            return Among(frozenset(), wide=False)
        letter = chr(code)
        if not self._fold or letter.lower() == letter.upper():
            return _bytes_of(letter)
        if code >= 0x80:  # noqa: PLR2004 - the end of ASCII
            raise UnknownSyntaxError(self._text)
        self.odd = self.odd or letter in "kKsS"
        return Char(letter.lower().encode(), fold=True)

    def _escaped(self) -> Node:
        rest = self._text[self.at : self.at + 1]
        if rest in {"b", "B"}:
            self.at += 1
            self.exact = self.exact and rest == "b"
            return Edge(rb"\b") if rest == "b" else Row(())
        if rest.lower() in self._classes:
            self.at += 1
            return self._among(self._classes[rest.lower()], negated=rest.isupper())
        if found := _PROPERTY.match(self._text, self.at) or _NUMBER.match(self._text, self.at):
            self.at = found.end()
            self.exact = False
            return self._anything() if rest.isdecimal() else ANY
        return self._char(self._code())

    def _code(self) -> int:
        """The character that an escape stands for."""
        rest = self._text[self.at : self.at + 1]
        if rest in _CONTROLS:
            self.at += 1
            return _CONTROLS[rest]
        if found := _HEX.match(self._text, self.at):
            self.at = found.end()
            return int(found[1] or found[2], 16)
        if rest and not rest.isalnum():
            self.at += 1
            return ord(rest)
        raise UnknownSyntaxError(self._text)

    def _among(self, members: frozenset[int], *, negated: bool, wide: bool = False) -> Among:
        if self._fold:
            letters = bytes(members)
            members |= frozenset(letters.lower()) | frozenset(letters.upper())
            wide = wide or not members.isdisjoint(b"ks")
        if negated:
            return Among(_ASCII - members - {_NEWLINE}, wide=True)
        return Among(members - {_NEWLINE}, wide=wide)

    def _class(self) -> Node:
        text = self._text
        negated = text.startswith("^", self.at)
        self.at += negated
        members: set[int] = set()
        wide, first = False, True
        while first or not text.startswith("]", self.at):
            if self.at >= len(text):
                raise UnknownSyntaxError(text)
            first = False
            found, beyond = self._member()
            members |= found
            wide = wide or beyond
        self.at += 1
        return self._among(frozenset(members), negated=negated, wide=wide)

    def _member(self) -> tuple[frozenset[int], bool]:
        """What one part of a class adds, and whether more than ASCII."""
        text = self._text
        if text.startswith("[:", self.at):
            name, end, _ = text[self.at + 2 :].partition(":]")
            known = _POSIX.get(name.removeprefix("^"))
            if known is None or not end:
                raise UnknownSyntaxError(text)
            self.at += len(name) + 4
            return (_ASCII - known, True) if name.startswith("^") else (known, False)
        if text.startswith("\\", self.at):
            sign = text[self.at + 1 : self.at + 2]
            if sign.lower() in self._classes:
                self.at += 2
                known = self._classes[sign.lower()]
                return (_ASCII - known, True) if sign.isupper() else (known, False)
            if found := _PROPERTY.match(text, self.at + 1):
                self.at = found.end()
                self.exact = False
                return _ASCII, True
        low = self._end_of_range()
        high = low
        if text.startswith("-", self.at) and not text.startswith("-]", self.at):
            self.at += 1
            high = self._end_of_range()
        return frozenset(range(low, min(high, 0x7F) + 1)), high > 0x7F  # noqa: PLR2004

    def _end_of_range(self) -> int:
        sign = self._text[self.at : self.at + 1]
        self.at += 1
        if sign == "\\":
            return self._code()
        if not sign or (sign == "[" and self._text.startswith((":", "=", "."), self.at)):
            raise UnknownSyntaxError(self._text)
        return ord(sign)


def _bytes_of(letter: str) -> Node:
    each = tuple(Char(bytes((byte,)), fold=False) for byte in letter.encode("utf-8", "replace"))
    return each[0] if len(each) == 1 else Row(each)
