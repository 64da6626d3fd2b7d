"""What is kept of errands."""

from datetime import datetime
from typing import Protocol

from bot.core.errand import ErrandRun, ErrandState


class ErrandStore(Protocol):
    """Errands of alerts; each once for each round."""

    def of(self, alert_id: int) -> tuple[ErrandRun, ...]:
        """All of one alert, oldest first."""
        ...

    def get(self, run_id: int) -> ErrandRun | None:
        """One of them."""
        ...

    def add(self, run: ErrandRun) -> None:
        """Store one; another for the same round of the same alert changes nothing."""
        ...

    def save(self, run: ErrandRun, was: ErrandState) -> bool:
        """Store how it stands, unless it does not stand as it `was` any more; whether it did."""
        ...

    def cooling(self, key: str, since: datetime) -> bool:
        """Whether one of this name is to be done, or was, after that moment."""
        ...

    def prune(self, before: datetime) -> int:
        """Forget some that changed last before that."""
        ...
