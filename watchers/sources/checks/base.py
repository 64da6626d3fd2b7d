"""What every kind of check does."""

from dataclasses import dataclass
from typing import Protocol

from watchers.health import CheckStatus
from watchers.sources.checks.settings import CheckSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a check came to: `detail` is one line on what was seen, or what is wrong."""

    status: CheckStatus
    detail: str = ""


class Probe(Protocol):
    """A check of one kind; called from any thread."""

    def __call__(self, settings: CheckSettings) -> Outcome:
        """Look once, within the time-out of the settings.

        Raises:
            OSError: If nothing answers; its text is what is told.
        """
        ...


def down(detail: str) -> Outcome:
    """It does not work."""
    return Outcome(status=CheckStatus.DOWN, detail=detail)


def up(detail: str = "") -> Outcome:
    """It works."""
    return Outcome(status=CheckStatus.UP, detail=detail)


def warning(detail: str) -> Outcome:
    """It works, but somebody should look."""
    return Outcome(status=CheckStatus.WARNING, detail=detail)
