"""The named groups of a rule's pattern, as fields of the lines that it matches."""

from typing import Any

import re2

from watchers.matching.patterns import in_lines, options

_LONGEST = 200


class Captures:
    """Reads the named groups of one pattern.

    Attributes:
        names: Of the groups.
    """

    def __init__(self, pattern: str) -> None:
        """Compile it; a pattern that linear time cannot run has no fields."""
        self._search: Any = None
        self.names: tuple[str, ...] = ()
        if "(?P<" not in pattern and "(?<" not in pattern:
            return
        chosen = options()
        chosen.never_capture = False
        try:
            compiled = re2.compile(in_lines(pattern), chosen)
        except re2.error:
            return
        if compiled.groupindex:
            self._search = compiled.search
            self.names = tuple(compiled.groupindex)

    def __bool__(self) -> bool:
        """Whether there are any."""
        return self._search is not None

    def of(self, lines: tuple[bytes, ...]) -> dict[str, str]:
        """Those of the first line that it matches; a group that took nothing is left out."""
        if self._search is None:
            return {}
        found = next(filter(None, map(self._search, lines)), None)
        if found is None:
            return {}
        return {
            name: text.decode("utf-8", "replace")[:_LONGEST]
            for name, text in found.groupdict().items()
            if text is not None
        }
