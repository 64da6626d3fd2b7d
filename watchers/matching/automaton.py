"""Runs many expressions over a block of bytes at once: Hyperscan where it is, else RE2."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import chain, repeat
from typing import Any, Protocol

import re2

try:
    from pyperscan import BlockDatabase, Flag, Pattern, Scan
    from pyperscan._pyperscan import HyperscanCompileError
except ImportError:  # no wheel for this machine
    _FAST = False
else:
    _FAST = True

_KEPT = 8
_FLOOD = 1 << 18
_MAX_MEMORY = 64 << 20


class Automaton(Protocol):
    """Finds where expressions end in bytes."""

    def ends(self, data: Any) -> list[tuple[int, int]]:
        """Behind which byte an expression ends, and its number; of each line at least once.

        In ascending order.

        Raises:
            FloodError: If that would be more than memory should hold.
        """


class FloodError(Exception):
    """An expression ends almost everywhere.

    Attributes:
        number: Which one.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class RefusedExpressionError(Exception):
    """An engine does not take an expression.

    Attributes:
        at: Which one; -1 when they are too many together.
    """

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


def is_fast() -> bool:
    """Whether Hyperscan is there."""
    return _FAST


def build(expressions: Sequence[tuple[int, bytes]]) -> Automaton:
    """The fastest automaton there is for numbered expressions over bytes.

    Raises:
        RefusedExpressionError: If one of them is not taken.
    """
    return _Hyperscan(expressions) if _FAST else Re2Automaton(expressions)


@lru_cache(maxsize=_KEPT)
def _database(expressions: tuple[tuple[int, bytes], ...]) -> Any:
    patterns = [
        Pattern(expression, Flag.MULTILINE, tag=number) for number, expression in expressions
    ]
    return BlockDatabase(*patterns)


class _Hyperscan:
    """Compiled once for all watches; each has its own scratch space."""

    def __init__(self, expressions: Sequence[tuple[int, bytes]]) -> None:
        try:
            database = _database(tuple(expressions))
        except HyperscanCompileError as error:  # type: ignore[misc] # untrue in its stubs
            at = error.args[1] if len(error.args) > 1 else -1
            raise RefusedExpressionError(at if isinstance(at, int) else -1) from None
        self._found = _Found()
        self._scanner = database.build(None, self._found.keep)

    def ends(self, data: Any) -> list[tuple[int, int]]:
        found = self._found
        found.begin()
        self._scanner.scan(data)
        ends, numbers = found.ends, found.numbers
        if len(ends) >= _FLOOD:
            number = Counter(numbers).most_common(1)[0][0]
            found.begin()
            raise FloodError(number)
        pairs = zip(ends, numbers, strict=True)
        # They come in order, but for what an engine finds late.
        return list(pairs) if ends == sorted(ends) else sorted(pairs)


class _Found:
    """What a scan finds, up to a flood; `keep` is called for each, so nothing there is spared."""

    def __init__(self) -> None:
        self.ends: list[int] = []
        self.numbers: list[int] = []
        self.keep, self.begin = self._made()

    def _made(self) -> tuple[Callable[[Any, int, int, int], Any], Callable[[], None]]:
        ends, numbers = self.ends, self.numbers
        end_at, of = ends.append, numbers.append
        answer: Callable[[], Any]

        def keep(_context: Any, number: int, _start: int, end: int) -> Any:
            end_at(end)
            of(number)
            return answer()

        def begin() -> None:
            nonlocal answer
            ends.clear()
            numbers.clear()
            answer = chain(repeat(Scan.Continue, _FLOOD - 1), repeat(Scan.Terminate)).__next__

        begin()
        return keep, begin


class Re2Automaton:
    """The same with RE2, one line after the other where something is found."""

    def __init__(self, expressions: Sequence[tuple[int, bytes]]) -> None:
        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        options.never_nl = options.never_capture = True
        options.log_errors = False
        options.max_mem = _MAX_MEMORY
        self._each: list[tuple[int, Any]] = []
        for at, (number, expression) in enumerate(expressions):
            try:
                self._each.append((number, re2.compile(b"(?m:" + expression + b")", options)))
            except re2.error:
                raise RefusedExpressionError(at) from None
        try:
            joined = b"|".join(b"(?m:" + one + b")" for _, one in expressions)
            self._any = re2.compile(joined, options)
        except re2.error:
            raise RefusedExpressionError(-1) from None

    def ends(self, data: Any) -> list[tuple[int, int]]:
        """The ends of the lines in which an expression is found, with its number, ascending."""
        text = bytes(data)
        found: list[tuple[int, int]] = []
        at = 0
        while at < len(text) and (match := self._any.search(text, at)) is not None:
            begin = text.rfind(b"\n", at, match.start()) + 1 or at
            end = text.find(b"\n", match.start())
            end = len(text) if end < 0 else end
            line = text[begin:end]
            found += [(end, number) for number, one in self._each if one.search(line) is not None]
            at = end + 1
        return sorted(set(found))
