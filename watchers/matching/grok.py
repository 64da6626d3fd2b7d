"""Grok: patterns with names, made of each other, whose parts are named and typed fields."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import re2

from watchers.errors import PatternError
from watchers.matching.grok_patterns import WELL_KNOWN

LONGEST = 16 * 1024
"""Bytes of a line that a pattern is held against."""
MOST_FIELDS = 64
LONGEST_VALUE = 1024
_LARGEST = 64 * 1024
"""Characters of a pattern with all that it refers to."""
_MAX_MEMORY = 16 << 20
_REFERENCE = re.compile(r"%\{(\w+)(?::([^}:]+))?(?::(\w+))?\}")
_GROUP = re.compile(r"\\.|\(\?>|\(\?P?<([A-Za-z_@][\w.@-]*)>", re.DOTALL)
_NAMED_LINE = re.compile(r"([A-Za-z]\w*)\s+(\S.*)")
_FIELD = re.compile(r"[A-Za-z_@][\w.@-]{0,63}|(?:\[[A-Za-z_@][\w@-]{0,63}\])+")

Value = str | int | float | bool
"""What a field may hold."""
_TRUE = frozenset({"true", "yes", "on", "1"})


def _number(text: str) -> int | str:
    try:
        return int(text, 16) if text.lower().startswith("0x") else int(text)
    except ValueError:
        return text


def _decimal(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


TYPES: Mapping[str, Callable[[str], Value]] = {
    "string": str,
    "int": _number,
    "integer": _number,
    "long": _number,
    "float": _decimal,
    "double": _decimal,
    "bool": lambda text: text.lower() in _TRUE,
    "boolean": lambda text: text.lower() in _TRUE,
}
"""What a field can be made into; a text that is no number stays text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A pattern without references: each part's field and type, by number of its group."""

    pattern: str
    parts: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Expansion:
    library: Mapping[str, str]
    whole: str
    parts: list[tuple[str, str]] = field(default_factory=list)
    size: int = 0

    def of(self, pattern: str, within: tuple[str, ...] = ()) -> str:
        text = _GROUP.sub(self._named, pattern)
        text = _REFERENCE.sub(lambda found: self._reference(found, within), text)
        self.size += len(text)
        if self.size > _LARGEST:
            raise PatternError(self.whole, "it is too large with all that it refers to")
        return text

    def _named(self, found: re.Match[str]) -> str:
        name = found.group(1)
        if name is not None:
            return f"(?P<{self._part(name, '')}>"
        # What is atomic for the sake of time may be an ordinary group here.
        return "(?:" if found.group() == "(?>" else found.group()

    def _reference(self, found: re.Match[str], within: tuple[str, ...]) -> str:
        name, field_name, kind = found.groups()
        if name in within:
            circle = " → ".join((*within[within.index(name) :], name))
            raise PatternError(self.whole, f"%{{{name}}} refers to itself: {circle}")
        pattern = self.library.get(name)
        if pattern is None:
            raise PatternError(self.whole, f"there is no pattern {name!r}{_nearest(name, self)}")
        if kind is not None and kind not in TYPES:
            raise PatternError(
                self.whole, f"there is no type {kind!r}; write one of int, float, bool or string"
            )
        inner = (*within, name)
        if not field_name:
            return f"(?:{self.of(pattern, inner)})"
        if not _FIELD.fullmatch(field_name):
            raise PatternError(
                self.whole, f"a field cannot be called {field_name!r}; write letters and digits"
            )
        group = self._part(field_name, kind or "")
        return f"(?P<{group}>{self.of(pattern, inner)})"

    def _part(self, name: str, kind: str) -> str:
        if len(self.parts) >= MOST_FIELDS:
            raise PatternError(self.whole, f"it has more than {MOST_FIELDS} fields")
        flat = name.strip("[]").replace("][", ".")
        self.parts.append((flat, kind))
        return f"g{len(self.parts) - 1}"


def _nearest(name: str, expansion: _Expansion) -> str:
    import difflib  # noqa: PLC0415 - only for a mistake

    near = difflib.get_close_matches(name, expansion.library, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


class Grok:
    """One pattern, run in linear time; immutable.

    Attributes:
        fields: Names of the fields that it may give, in the order of the pattern.
    """

    def __init__(
        self, pattern: str, own: Mapping[str, str] | None = None, *, whole: bool = True
    ) -> None:
        """Compile it.

        Args:
            pattern: With references ``%{NAME}``, ``%{NAME:field}`` or ``%{NAME:field:type}``
                and named groups ``(?<field>…)``.
            own: Patterns that go before the well-known ones of the same name.
            whole: Whether it must take a line from its beginning to its end.

        Raises:
            PatternError: If it cannot be used, with the reason.
        """
        expansion = _Expansion(library={**WELL_KNOWN, **(own or {})}, whole=pattern)
        text = expansion.of(pattern)
        try:
            regexp = re2.compile(rf"^(?:{text})$" if whole else text, _options())
        except re2.error as error:
            said = error.args[0] if error.args else error
            why = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
            raise PatternError(pattern, f"it has a mistake: {why}{_unsupported(text)}") from None
        # The groups are numbered in the order of the text, which is not that of their names.
        by_number = sorted((number, name) for name, number in regexp.groupindex.items())
        self._parts = tuple((n, *expansion.parts[int(name[1:])]) for n, name in by_number)
        self._search = regexp.search
        self.fields = tuple(dict.fromkeys(name for _, name, _ in self._parts))

    def read(self, line: bytes) -> dict[str, Value] | None:
        """The fields of a line, None when the pattern does not take it.

        A field that several parts have is the first of them that there is; one that there is
        nothing of is left out.
        """
        match = self._search(line[:LONGEST])
        if match is None:
            return None
        fields: dict[str, Value] = {}
        texts = match.groups()
        for number, name, kind in self._parts:
            text = texts[number - 1]
            if text is None or name in fields:
                continue
            value = text.decode("utf-8", "replace")
            fields[name] = TYPES[kind](value[:LONGEST_VALUE]) if kind else value
        return fields


class Groks:
    """Many patterns at once: which takes a line is found in one pass over it; immutable."""

    def __init__(self, patterns: Iterable[tuple[str, str]], own: Mapping[str, str]) -> None:
        """Prepare them; each is compiled with its fields when it first takes a line.

        Args:
            patterns: A name and a pattern; several may have one name.
            own: As for `Grok`.

        Raises:
            PatternError: If one of them cannot be used.
        """
        self._own = own
        self._patterns = tuple(patterns)
        self._groks: dict[int, Grok] = {}
        chosen = _options()
        chosen.never_capture = True
        self._set = re2.Set.SearchSet(chosen)
        for _, pattern in self._patterns:
            expansion = _Expansion(library={**WELL_KNOWN, **own}, whole=pattern)
            self._set.Add(f"^(?:{expansion.of(pattern)})$")
        self._set.Compile()

    def read(self, line: bytes) -> tuple[str, dict[str, Value]] | None:
        """The name of the first pattern that takes a line, and the fields; None when none does."""
        line = line[:LONGEST]
        for at in sorted(self._set.Match(line) or ()):
            name, pattern = self._patterns[at]
            grok = self._groks.get(at)
            if grok is None:
                grok = self._groks[at] = Grok(pattern, self._own)
            fields = grok.read(line)
            if fields is not None:
                return name, fields
        return None


def patterns_in(text: str) -> dict[str, str]:
    """The patterns of a file as Logstash has them: a name and a pattern on each line.

    Raises:
        ValueError: If a line is neither that nor a comment.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _NAMED_LINE.fullmatch(line.strip())
        if match is None:
            raise ValueError(f"line {number} is no pattern: wanted NAME and a pattern")
        found[match[1]] = match[2]
    return found


def check_all(own: Mapping[str, str]) -> Iterable[tuple[str, PatternError]]:
    """What is wrong with each pattern of a library, by its name."""
    for name, pattern in own.items():
        try:
            Grok(pattern, own, whole=False)
        except PatternError as error:
            yield name, error


def _options() -> Any:
    chosen = re2.Options()
    chosen.never_nl = True
    chosen.log_errors = False
    chosen.max_mem = _MAX_MEMORY
    return chosen


def _unsupported(text: str) -> str:
    if re.search(r"\(\?<?[=!]", text):
        return "; look-around has no place in linear time: match what is there instead"
    if re.search(r"[*+?}]\+", text):
        return "; write an ordinary quantifier: matching takes linear time anyway"
    return ""
