"""Finds the places of a block that many patterns may match, and learns which slices pay."""

from collections import Counter
from collections.abc import Mapping

from watchers.matching.automaton import (
    Automaton,
    FloodError,
    RefusedExpressionError,
    build,
)
from watchers.matching.syntax import Shape
from watchers.matching.triggers import slices, whole

_ODD = ("\u212a".encode(), "\u017f".encode())
"""KELVIN SIGN and LONG S, which are a k and an s when case does not matter."""
_ENOUGH = 512
_WORTH = 4
_MOST_CHANGES = 4


class Places:
    """Of many patterns, those that an automaton takes; not thread-safe.

    A pattern is first looked for by a slice of it. Where that is found much more often than the
    pattern, the pattern is looked for whole.

    Attributes:
        exact: Patterns of which every place found is a match.
        sliced: Patterns that are looked for by a slice.
        left: Patterns that are not looked for here.
    """

    def __init__(self, shapes: Mapping[int, Shape]) -> None:
        """Prepare the patterns, by their numbers."""
        self._shapes = dict(shapes)
        self._whole: set[int] = set()
        self._seen = Counter[int]()
        self._true = Counter[int]()
        self._changes = 0
        self.left: set[int] = set()
        self._prepare()

    def ends(self, text: bytes | bytearray, start: int, size: int) -> list[tuple[int, int]] | None:
        """Offsets behind which a pattern may end, with its number, ascending; None for not now.

        Args:
            text: Whole lines.
            start: Where to begin; the offsets found count from there.
            size: Where to end.
        """
        if self._odd and any(odd in text for odd in _ODD):
            return None
        while self._automaton is not None:
            with memoryview(text) as all_of_it, all_of_it[start:size] as part:
                try:
                    return self._automaton.ends(part)
                except FloodError as flood:
                    self.left.add(flood.number)
            self._prepare()
        return []

    def learn(self, seen: Counter[int], true: Counter[int]) -> None:
        """Note in how many lines each pattern was found, and in how many it matched."""
        if self._changes >= _MOST_CHANGES:
            return
        self._seen += seen
        self._true += true
        poor = {
            number
            for number in self.sliced
            if self._seen[number] >= _ENOUGH and self._true[number] * _WORTH < self._seen[number]
        }
        if poor:
            self._whole |= poor
            self._changes += 1
            self._prepare()

    def _prepare(self) -> None:
        self.sliced: set[int] = set()
        self.exact: set[int] = set()
        expressions: list[tuple[int, bytes]] = []
        for number, shape in self._shapes.items():
            if number not in self.left:
                expressions += [(number, one) for one in self._expressions(number, shape)]
        self._odd = any(self._shapes[number].odd for number, _ in expressions)
        self._automaton = self._built(expressions)
        self.exact -= self.left
        self.sliced -= self.left

    def _expressions(self, number: int, shape: Shape) -> tuple[bytes, ...]:
        complete = whole(shape.tree)
        if not all(complete):
            self.left.add(number)
            return ()
        cheap = slices(shape.tree) if number not in self._whole else ()
        if cheap and cheap != complete:
            self.sliced.add(number)
            return cheap
        if shape.exact:
            self.exact.add(number)
        return complete

    def _built(self, expressions: list[tuple[int, bytes]]) -> Automaton | None:
        while expressions:
            try:
                return build(expressions)
            except RefusedExpressionError as refused:
                bad = expressions[refused.at][0]
                self.left.add(bad)
                expressions = [one for one in expressions if one[0] != bad]
        return None
