"""The only reader of the wall clock."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where the time comes from; a test moves its own."""

    def now(self) -> datetime:
        """The wall clock; aware, UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds for intervals; never goes back."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The wall clock; aware, UTC."""
        return datetime.now(UTC)  # noqa: TID251 - this is the one place

    def monotonic(self) -> float:
        """Seconds for intervals; never goes back."""
        return time.monotonic()
