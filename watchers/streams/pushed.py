"""Lines that others pushed, kept until a watch took them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class PushedLine:
    """One line, or one with what continues it.

    Attributes:
        path: What stands for the path of a file.
        labels: What its findings are labelled with, as pairs.
        text: Without the last line's end.
        at: When it was written, or else came; aware, UTC.
        dated: Whether it says when it was written.
    """

    path: str
    labels: tuple[tuple[str, str], ...]
    text: str
    at: datetime
    dated: bool


class Kept(NamedTuple):
    """A line with its number: lines that came later have higher ones."""

    number: int
    line: PushedLine


class Pushed(Protocol):
    """What was pushed for watches, wherever it came in."""

    def after(self, watch: str, number: int, limit: int) -> Sequence[Kept]:
        """The first lines of a watch behind a number."""
        ...

    def close(self) -> None:
        """This thread asks no more."""
        ...
