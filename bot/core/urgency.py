"""What goes first when more is owed than may be sent."""

from enum import IntEnum

from bot.core.notification import Purpose
from watchers.finding import Severity


class Urgency(IntEnum):
    """Lower goes first; stored with each notification."""

    ANSWER = 0
    """Somebody waits for it."""
    CRITICAL = 1
    """What rings for a critical alert, and every step of an escalation."""
    FIRST = 2
    """First cards, the local record, and what admins are told."""
    NOTICE = 3
    """What rings beneath a card, digests, and cards that take the place of old ones."""
    REFRESH = 4
    """Silent edits."""


def urgency_of(purpose: Purpose, severity: Severity | None) -> Urgency:
    """How urgent a notification is; `severity` is its alert's, None without one."""
    if severity is Severity.CRITICAL and (purpose is Purpose.FIRST or purpose.notice):
        return Urgency.CRITICAL
    return _USUAL.get(purpose, Urgency.NOTICE)


_USUAL = {
    Purpose.ANSWER: Urgency.ANSWER,
    Purpose.LOOKED_UP: Urgency.ANSWER,
    Purpose.FILE: Urgency.ANSWER,
    Purpose.ESCALATED: Urgency.CRITICAL,
    Purpose.ERRAND: Urgency.FIRST,
    Purpose.FIRST: Urgency.FIRST,
    Purpose.RECORD: Urgency.FIRST,
    Purpose.CONCERN: Urgency.FIRST,
    Purpose.ADVICE: Urgency.FIRST,
    Purpose.FAREWELL: Urgency.REFRESH,
    Purpose.REFRESH: Urgency.REFRESH,
    Purpose.FROZEN: Urgency.REFRESH,
}
