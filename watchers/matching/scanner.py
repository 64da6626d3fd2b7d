"""Finds the lines of a block that any of many patterns match."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import re2

from watchers.errors import PatternError
from watchers.matching.automaton import Re2Automaton, RefusedExpressionError, is_fast
from watchers.matching.blocks import MAYBE, Places
from watchers.matching.bounded import BoundedPattern
from watchers.matching.patterns import in_lines, matcher, options
from watchers.matching.syntax import Shape, UnknownSyntaxError, parsed
from watchers.matching.triggers import whole

_FEW = 3
_LARGE = 64 * 1024
"""From here on the automaton of `Places` pays; a machine that only idles never needs it."""
_REST = 1 << 21
_BEYOND = ((1 << 62, -1),)
"""Stands behind the last place, whatever the text."""


class Scanner:
    """Many patterns at once; not thread-safe.

    One automaton runs over the whole block and lines are cut only around what it finds, so that
    text without a match costs no step of Python.

    Attributes:
        given_up: Patterns that took too long on a line or a block and match nothing any more:
            the seconds they took, by index.
    """

    def __init__(
        self,
        patterns: Sequence[str],
        clean: Callable[[bytes], bytes] | None = None,
        large: int = _LARGE,
    ) -> None:
        """Compile the patterns.

        Args:
            patterns: What to look for; indexes in results count from the first one.
            clean: Makes UTF-8 of a line where texts may be damaged, or lines end in CR LF.
            large: Size in bytes from which on a text is worth building the block automaton.

        Raises:
            PatternError: If one of them cannot be used, or all together are too large.
        """
        self.given_up: dict[int, float] = {}
        self._patterns = tuple(patterns)
        self._clean = clean
        self._large = large
        self._each: list[Any] = [matcher(pattern) for pattern in patterns]
        self._singly = [(i,) for i in range(len(patterns))]
        self._bounded = {i for i, one in enumerate(self._each) if isinstance(one, BoundedPattern)}
        every = range(len(patterns))
        shapes = ((i, _shape(patterns[i], perl=i in self._bounded)) for i in every)
        self._shapes = {i: shape for i, shape in shapes if shape is not None}
        self._linear = self._together(i for i in every if i not in self._bounded)
        self._rough = self._rough_ones()
        self._places: Places | None = None
        self._left: frozenset[int] | None = None
        self._rest = self._together(())
        self._seen, self._true = Counter[int](), Counter[int]()

    def matching(self, line: bytes) -> tuple[int, ...]:
        """Indexes of the patterns that match a line, ascending."""
        found = self._linear.matching(line)
        if self._bounded:
            found += [index for index in self._bounded if self._matches(index, line)]
            found.sort()
        return tuple(found)

    def lines(
        self, text: bytes | bytearray, start: int = 0, size: int | None = None
    ) -> Iterator[tuple[int, int, tuple[int, ...]]]:
        """Each line with a match, in order: its start, its end before the newline, and indexes.

        The indexes are those of the patterns that match it, ascending.

        Args:
            text: Whole lines of UTF-8; the last one may lack its newline. A bytearray must not
                change before the last one.
            start: Where a line begins; earlier ones are left out.
            size: Where the text ends, all of it without.
        """
        size = len(text) if size is None else size
        for index in self._bounded:
            self._each[index].spent_s = 0.0
        found, rest = self._candidates(text, start, size)
        rfind, find, singly = text.rfind, text.find, self._singly
        last = number = -1
        begin = end = 0
        more: set[int] | None = None
        for place, following in chain(found, _BEYOND):
            if place <= last:
                if following != number:
                    more = {number} if more is None else more
                    more.add(following)
                continue
            if more is not None or number >= MAYBE:
                rules = self._told(text, begin, end, more or {number}, rest)
                more = None
                if rules:
                    yield begin, end, rules
            elif number >= 0:
                yield begin, end, singly[number]
            if following < 0:
                break
            begin = rfind(b"\n", start, start + place) + 1 or start
            end = find(b"\n", start + place, size)
            end = size if end < 0 else end
            last, number = end - start, following
        if self._places is not None and self._seen:
            self._places.learn(self._seen, self._true)
            self._seen.clear()
            self._true.clear()

    def _told(
        self,
        text: bytes | bytearray,
        begin: int,
        end: int,
        numbers: set[int],
        rest: "_Together",
    ) -> tuple[int, ...]:
        """Of all that was found in a line, the patterns that match it, ascending."""
        rules = {number for number in numbers if number < MAYBE}
        if len(rules) < len(numbers):
            doubted = {number % MAYBE if number < _REST else _REST for number in numbers} - rules
            rules |= self._confirmed(bytes(text[begin:end]), doubted, rest)
            if self._places is not None:
                for one in doubted & self._places.sliced:
                    self._seen[one] += 1
                    self._true[one] += one in rules
        return tuple(sorted(rules))

    def _candidates(
        self, text: bytes | bytearray, start: int, size: int
    ) -> tuple[list[tuple[int, int]], "_Together"]:
        """Where which pattern may match, ascending, and which ones `_REST` stands for."""
        if self._places is None and size - start >= self._large and is_fast():
            self._places = Places(self._shapes)
        found = self._places.ends(text, start, size) if self._places else None
        if found is None or self._places is None:
            found, rest, rough = [], self._linear, self._rough
        else:
            rest, rough = self._remaining(self._places.left)
        if rough or not rest.empty:
            part = bytes(memoryview(text)[start:size])
            found += [(end, _REST) for end in rest.ends(part)]
            found += [(end, i + MAYBE) for end, i in rough.ends(part)] if rough else ()
            found.sort()
        return found, rest

    def _remaining(self, left: set[int]) -> tuple["_Together", Re2Automaton | None]:
        """What looks for the patterns that the automaton did not take."""
        if self._left is None or self._left != left:
            self._left = frozenset(left)
            unknown = set(range(len(self._patterns))) - self._shapes.keys()
            self._rest = self._together((unknown | left) - self._bounded)
        return self._rest, self._rough if left & self._bounded else None

    def _confirmed(self, line: bytes, numbers: set[int], rest: "_Together") -> set[int]:
        """Which of the patterns that may match a line do."""
        if self._clean is not None:
            line = self._clean(line)
        found = {i for i in numbers if i < MAYBE and self._matches(i, line)}
        if _REST in numbers:
            found.update(rest.matching(line))
        return found

    def _matches(self, index: int, line: bytes) -> bool:
        pattern = self._each[index]
        if index not in self._bounded:
            return pattern.search(line) is not None
        if index in self.given_up:
            return False
        found = pattern.search(line) is not None
        if pattern.too_slow:
            self.given_up[index] = pattern.spent_s
        return found

    def _together(self, numbers: Any) -> "_Together":
        return _Together({i: self._patterns[i] for i in numbers}, self._each)

    def _rough_ones(self) -> Re2Automaton | None:
        """Finds where patterns may match that are not linear."""
        shapes = {i: self._shapes[i] for i in sorted(self._bounded)}
        found = [(i, one) for i, shape in shapes.items() for one in whole(shape.tree)]
        try:
            return Re2Automaton(found) if found else None
        except RefusedExpressionError as error:
            pattern = self._patterns[found[error.at][0]]
            raise PatternError(pattern, "it is too large") from error


def _shape(pattern: str, *, perl: bool) -> Shape | None:
    try:
        return parsed(pattern, perl=perl)
    except UnknownSyntaxError:
        return None


class _Together:
    """Linear patterns run by RE2 at once."""

    def __init__(self, patterns: Mapping[int, str], each: Sequence[Any]) -> None:
        self.empty = not patterns
        self._each = [(i, each[i]) for i in patterns]
        self._numbers = tuple(patterns)
        self._any = self._set = None
        if not patterns:
            return
        joined = "|".join(map(in_lines, patterns.values()))
        try:
            self._any = re2.compile(joined, options())
            if len(patterns) > _FEW:
                self._set = re2.Set.SearchSet(options())
                for pattern in patterns.values():
                    self._set.Add(in_lines(pattern))
                self._set.Compile()
        except re2.error as error:
            pattern = list(patterns.values())[-1]
            raise PatternError(pattern, "all patterns together are too large") from error

    def ends(self, text: bytes) -> Iterator[int]:
        """A place in each line with a match."""
        if self._any is None:
            return
        at = 0
        while at < len(text) and (match := self._any.search(text, at)) is not None:
            end = text.find(b"\n", match.start())
            end = len(text) if end < 0 else end
            yield end
            at = end + 1

    def matching(self, line: bytes) -> list[int]:
        """Numbers of the patterns that match a line."""
        if self._set is not None and (found := self._set.Match(line)):
            return sorted(self._numbers[index] for index in found)
        return [i for i, regexp in self._each if regexp.search(line) is not None]
