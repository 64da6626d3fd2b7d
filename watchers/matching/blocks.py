"""Finds the places of a block that many patterns may match, and learns which slices pay."""

import math
import time
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

_ODD_CHARACTERS = b"\xe2\x84\xaa|\xc5\xbf"
"""KELVIN SIGN and LONG S, which are a k and an s when case does not matter."""
MAYBE = 1 << 20
"""Added to the number of a pattern where it only may end."""
_ODD = 1 << 22
_ENOUGH = 512
_WORTH = 4
_MOST_CHANGES = 4
_CLEARLY = 1.1
_TRIES = 4
"""Runs of each choice, the fastest of which counts: the first is cold, others meet a busy core."""
_DOUBT_S = 2e-6
_OFTEN_BYTES = 4096
"""A slice that is found more often than once in so many bytes is looked at by itself."""


class Places:
    """Of many patterns, those that an automaton takes; not thread-safe.

    They are looked for whole or by slices of them, whichever is faster on the first text. A
    pattern whose slice is found much more often than itself is looked for whole all the same.

    Attributes:
        sliced: Patterns that are looked for by a slice.
        left: Patterns that are not looked for here.
    """

    def __init__(self, shapes: Mapping[int, Shape]) -> None:
        """Prepare the patterns, by their numbers."""
        self._shapes = dict(shapes)
        self._whole: set[int] = set()
        self._undecided = True
        self._seen = Counter[int]()
        self._true = Counter[int]()
        self._changes = 0
        self.left: set[int] = set()
        self._prepare()
        self._undecided = bool(self.sliced)

    def ends(self, text: bytes | bytearray, start: int, size: int) -> list[tuple[int, int]] | None:
        """Offsets behind which a pattern ends, with its number, ascending; None for not now.

        Where it only may end, `MAYBE` is added to that.

        Args:
            text: Whole lines.
            start: Where to begin; the offsets found count from there.
            size: Where to end.
        """
        if self._undecided:
            self._decide(text, start, size)
        while self._automaton is not None:
            with memoryview(text) as all_of_it, all_of_it[start:size] as part:
                try:
                    found = self._automaton.ends(part)
                except FloodError as flood:
                    self.left.add(flood.number % MAYBE)
                else:
                    return None if self._odd and any(tag == _ODD for _, tag in found) else found
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

    def _decide(self, text: bytes | bytearray, start: int, size: int) -> None:
        """Look for patterns whole or by slices, whichever is faster here.

        A slice that is found very often costs more than the whole pattern, and hides that others
        are cheap: without such ones slices get a second chance.
        """
        self._undecided = False
        sliced, often = self._cost(text, start, size)
        choices = [(sliced, self._whole)]
        if often and often < self.sliced:
            self._whole = often
            self._prepare()
            choices.append((self._cost(text, start, size)[0], often))
        self._whole = set(self._shapes)
        self._prepare()
        whole, _ = self._cost(text, start, size)
        least, chosen = min(choices, key=lambda one: one[0])
        if least * _CLEARLY < whole:
            self._whole = chosen
            self._prepare()

    def _cost(self, text: bytes | bytearray, start: int, size: int) -> tuple[float, set[int]]:
        """What a text costs, and the patterns that may match very often by their slices.

        The cost is seconds of computing, with a look at what may match.
        """
        if self._automaton is None:
            return 0.0, set()
        costs: list[float] = []
        counts = Counter[int]()
        with memoryview(text) as all_of_it, all_of_it[start:size] as part:
            for _ in range(_TRIES):
                began = time.thread_time()
                try:
                    found = self._automaton.ends(part)
                except FloodError as flood:
                    return math.inf, {flood.number % MAYBE}
                took = time.thread_time() - began
                counts = Counter(number % MAYBE for _, number in found if number >= MAYBE)
                costs.append(took + counts.total() * _DOUBT_S)
        often = {number for number, count in counts.items() if count * _OFTEN_BYTES > size - start}
        return min(costs), often & self.sliced

    def _prepare(self) -> None:
        self.sliced: set[int] = set()
        expressions = [
            (number if exact else number + MAYBE, expression)
            for number, shape in self._shapes.items()
            if number not in self.left
            for expression, exact in self._expressions(number, shape).items()
        ]
        self._odd = any(self._shapes[number % MAYBE].odd for number, _ in expressions)
        if self._odd:
            expressions.append((_ODD, _ODD_CHARACTERS))
        self._automaton = self._built(expressions)
        self.sliced -= self.left

    def _expressions(self, number: int, shape: Shape) -> dict[bytes, bool]:
        """What to look for, and whether that is a match."""
        complete = whole(shape.tree)
        if not all(complete):
            self.left.add(number)
            return {}
        cheap = slices(shape.tree) if number not in self._whole else {}
        if not all(cheap.values()):
            self.sliced.add(number)
        found = cheap or complete
        return {expression: exact and shape.exact for expression, exact in found.items()}

    def _built(self, expressions: list[tuple[int, bytes]]) -> Automaton | None:
        while expressions:
            try:
                return build(expressions)
            except RefusedExpressionError as refused:
                bad = expressions[refused.at][0] % MAYBE
                self.left.add(bad)
                expressions = [one for one in expressions if one[0] not in (bad, bad + MAYBE)]
        return None
