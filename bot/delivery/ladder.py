"""What to try when the platform refuses the content: plainer, then plainest, then nothing."""

from dataclasses import replace

from bot.core.notification import Notification

FULL = 0
WITHOUT_LINES = 1
"""No log lines, labels or chart: what usually trips a content check."""
WITHHELD = 2
"""Only that there is an alert, its number and its count."""


def plainer(notification: Notification) -> Notification | None:
    """The next rung down, None below the last."""
    if notification.plainness >= WITHHELD:
        return None
    return replace(notification, plainness=notification.plainness + 1)
