"""What several servers share besides the database, where there is something for it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Protocol


class Rates(Protocol):
    """Even flows over all servers; thread-safe."""

    def admit(self, name: str, per_minute: int, count: int) -> float | None:
        """Seconds until so many may come, 0.0 if they may now; None when it cannot be told."""
        ...


class Seen(Protocol):
    """What was stored lately, as far as that can be told; thread-safe.

    The database knows it for certain: this only spares asking it.
    """

    def known(self, names: Collection[str]) -> frozenset[str]:
        """Those of them that were stored, or fewer."""
        ...

    def note(self, names: Mapping[str, timedelta]) -> None:
        """These are stored, each to be known for so long."""
        ...


class Shelf(Protocol):
    """Texts that may be gone at any time; thread-safe."""

    def get(self, keys: Sequence[str]) -> Mapping[str, str]:
        """Those that are there."""
        ...

    def put(self, key: str, text: str, keep: timedelta) -> None:
        """Keep one for so long, if that is possible."""
        ...
