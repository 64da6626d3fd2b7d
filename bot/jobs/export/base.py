"""What every system for time series is to whoever writes to it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.core.points import Point


class Wire(Protocol):
    """How numbers are written there.

    Attributes:
        headers: Of every request.
        token: What stands before a token in the header that has it.
    """

    headers: Mapping[str, str]
    token: str

    def body(self, points: Sequence[Point]) -> bytes:
        """One request; of the same series in the order of time."""
        ...
