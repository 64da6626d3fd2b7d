"""Attempts: each try to deliver what is owed of an alert, and what came of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.errors import Fault
from bot.core.notification import DeliveryState, Purpose
from bot.core.subscription import Target

KEPT_EACH = 12
"""Newest attempts that are kept of an alert, a target and a purpose."""
LONGEST_DETAIL = 300


class Result(StrEnum):
    """What came of an attempt."""

    SENT = "sent"
    NOTHING = "nothing"
    """The notifier found nothing to tell any more."""
    FAILED = "failed"


class Dropped(StrEnum):
    """Why a notification came to be owed no more without being sent."""

    NOTHING_TO_TELL = "nothing to tell"
    NO_LONGER_OWED = "no longer owed"
    SENT_ANEW = "sent anew"
    SUPERSEDED = "superseded"
    NO_LONGER_FOLLOWED = "no longer followed"
    IN_A_DIGEST = "in a digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try.

    Attributes:
        notification: Row of the outbox, which may be forgotten by now.
        at: When it ended; aware, UTC.
        ms: How long it took, in milliseconds.
        code: The platform's code, 0 without one.
        fault: What the failure meant, None without a failure.
        detail: The platform's words, shortened; untrusted text.
    """

    notification: int
    alert_id: int
    target: Target
    purpose: Purpose
    at: datetime
    ms: int
    result: Result
    code: int = 0
    fault: Fault | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What became of a notification.

    Attributes:
        id: Row of the outbox.
        due_at: When it is tried next, while it waits; aware, UTC.
        finished_at: None while it waits.
        reason: Why it was dropped, or what failed last; "" without either.
        claimed: Whether a worker has it just now.
    """

    id: int
    target: Target
    purpose: Purpose
    state: DeliveryState
    created_at: datetime
    due_at: datetime
    finished_at: datetime | None
    attempts: int = 0
    plainness: int = 0
    code: int = 0
    reason: str = ""
    claimed: bool = False
