"""What lines are but for their digits: found once, and known again by one look-up."""

import re
from typing import Final

from watchers.parsers.multiline import at_a_glance

NOUGHTS: Final = bytes.maketrans(b"123456789", b"000000000")
"""What makes of a line the name of its look."""
_VALUES = re.compile(rb"\d[\da-f]*")
_SHAPED_BYTES = 500
_LONGEST_BYTES = 4096
_MOST_BYTES = 4 << 20
_EXCEPTIONS = re.compile(rb"Error|Exception|Throwable|Interrupt")


def kind_of(line: bytes) -> bytes:
    """What a line is but for its values."""
    return _VALUES.sub(b"0", line[:_SHAPED_BYTES])


class Look:
    """All that lines have in common which differ in digits only.

    Attributes:
        kind: What they are but for all of their values.
        anew: Whether it is seen at a glance that they continue no other line.
        alone: Whether, besides, each is a record by itself where the line behind it continues
            nothing either. Which exception a line names, is found by looking at all of its
            record.
        template: The number of their template, None until somebody asked for it.
    """

    __slots__ = ("alone", "anew", "kind", "template")

    def __init__(self, noughts: bytes) -> None:
        self.kind = kind_of(noughts)
        self.anew = at_a_glance(noughts) is not None
        self.alone = self.anew and _EXCEPTIONS.search(noughts) is None
        self.template: int | None = None


class Looks(dict[bytes, Look]):
    """The looks of lines by what they are with noughts for digits; forgets all when it is full.

    Nothing that makes up a look depends on which digit stands where.
    """

    def __init__(self) -> None:
        super().__init__()
        self._bytes = 0

    def __missing__(self, noughts: bytes) -> Look:
        found = Look(noughts)
        if len(noughts) <= _LONGEST_BYTES:
            self._bytes += len(noughts)
            if self._bytes > _MOST_BYTES:
                self.clear()
                self._bytes = len(noughts)
            self[noughts] = found
        return found
