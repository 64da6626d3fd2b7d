"""What to show when the platform refuses the content: redacted, shorter, plainer, nearly nothing.

A check that refuses does not say what it minds, so each rung leaves out more than the one above.
"""

from dataclasses import replace
from enum import IntEnum

from bot.core.notification import Notification


class Rung(IntEnum):
    """How much is shown, most first."""

    FULL = 0
    REDACTED = 1
    """Everything, with numbers, mail and addresses masked."""
    SHORTENED = 2
    """No log lines, labels or chart, and the rest masked."""
    PLAIN = 3
    """A few lines of literal text: no component that could be refused."""
    WITHHELD = 4
    """Only the number, how to ask for it, and where to look on the host."""


def plainer(notification: Notification) -> Notification | None:
    """The next rung down, None below the last."""
    if notification.plainness >= Rung.WITHHELD:
        return None
    return replace(notification, plainness=notification.plainness + 1)


def rung_of(notification: Notification) -> Rung:
    """How much to show; a rung that an older release stored and this one lacks is the last."""
    return Rung(min(notification.plainness, Rung.WITHHELD))
