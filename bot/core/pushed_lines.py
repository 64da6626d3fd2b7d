"""Lines that were pushed and wait for the watch that reads them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from watchers.streams.pushed import Kept, PushedLine


class PushedLineStore(Protocol):
    """Lines in the order in which they came, for each watch."""

    def add(self, watch: str, lines: Sequence[PushedLine], now: datetime) -> None:
        """Keep lines."""
        ...

    def backlog(self, watch: str) -> int:
        """How many are kept of a watch."""
        ...

    def after(self, watch: str, number: int, limit: int) -> tuple[Kept, ...]:
        """The first of a watch behind a number."""
        ...

    def forget(self, watch: str, through: int) -> int:
        """Forget those up to a number; how many."""
        ...

    def forget_others(self, watches: Collection[str], before: datetime) -> int:
        """Forget some of watches that are no more, kept since before then; how many."""
        ...
