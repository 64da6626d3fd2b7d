"""What to show when the platform refuses the content: redacted, shorter, plainer, nearly nothing.

A check that refuses does not say what it minds, so each rung leaves out more than the one above.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import IntEnum

from bot.core.notification import Notification, SentCard

TRY_FULL_AFTER = timedelta(hours=1)
"""A card that shows less is drawn in full again after this, should the check relent."""


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


def rung_of(notification: Notification, card: SentCard | None, now: datetime) -> Rung:
    """What to try now: an edit of a card that shows less does not begin at the top each time."""
    rung = Rung(min(notification.plainness, Rung.WITHHELD))
    if card is None or card.refused_at is None or now - card.refused_at >= TRY_FULL_AFTER:
        return rung
    return max(rung, Rung(min(card.plainness, Rung.WITHHELD)))
