"""Finds the lines of a block that any of many patterns match."""

from collections.abc import Iterator, Sequence

import re2

from watchers.errors import PatternError
from watchers.matching.patterns import compiled, in_lines, options

_FEW = 3


class Scanner:
    """Many patterns at once; not thread-safe.

    One combined automaton runs over the whole block and lines are cut only around its hits, so
    that text without a match costs no step of Python.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        """Compile the patterns.

        Args:
            patterns: What to look for; indexes in results count from the first one.

        Raises:
            PatternError: If one of them cannot be used, or all together are too large.
        """
        self._each = [compiled(pattern) for pattern in patterns]
        joined = "|".join(in_lines(pattern) for pattern in patterns)
        self._set = None
        try:
            self._any = re2.compile(joined, options()) if patterns else None
            if len(patterns) > _FEW:
                self._set = re2.Set.SearchSet(options())
                for pattern in patterns:
                    self._set.Add(in_lines(pattern))
                self._set.Compile()
        except re2.error as error:
            raise PatternError(patterns[-1], "all patterns together are too large") from error

    def hits(self, text: bytes, start: int = 0) -> Iterator[tuple[int, int]]:
        """Start and end (before the newline) of each line with a match, in order.

        Args:
            text: Whole lines of UTF-8; the last one may lack its newline.
            start: Where a line begins; earlier ones are left out.
        """
        if self._any is None:
            return
        search = self._any.search
        size = len(text)
        while start < size and (match := search(text, start)) is not None:
            at = match.start()
            begin = text.rfind(b"\n", start, at) + 1 or start
            end = text.find(b"\n", at)
            end = size if end < 0 else end
            yield begin, end
            start = end + 1

    def matching(self, line: bytes) -> tuple[int, ...]:
        """Indexes of the patterns that match a line, ascending."""
        if self._set is not None and (found := self._set.Match(line)):
            return tuple(sorted(found))
        return tuple(i for i, regexp in enumerate(self._each) if regexp.search(line) is not None)
