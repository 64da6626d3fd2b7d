"""Notifications: messages owed to targets, why they are owed, and when the next edit is due."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.core.subscription import Language, Target

EDIT_AFTER = timedelta(milliseconds=400)
"""Least wait before an edit, so that findings of one moment share it."""
ANSWER_FIRST = timedelta(seconds=1)
"""Wait before the copies of a clicked card are edited: an edit that overtakes the answer to the
click is refused as locked, or flips back."""
RENEW_AFTER = timedelta(days=13, hours=12)
"""A card may be edited for 14 days; the last edit of an old one must be made before that."""
EDIT_SPACING_LEAST = timedelta(seconds=2)
EDIT_SPACING_MOST = timedelta(seconds=60)


class Purpose(StrEnum):
    """Why a notification is owed."""

    FIRST = "first"
    REFRESH = "refresh"
    REOPENED = "reopened"
    JOINED = "joined"
    REPEATED = "repeated"
    SEVERITY_RAISED = "severity_raised"
    WORSE = "worse"
    ACK_REMINDER = "ack_reminder"
    UNACKNOWLEDGED = "unacknowledged"
    FLAPPING = "flapping"
    STEADY = "steady"
    ANSWER = "answer"
    RECORD = "record"
    MUTE_ENDING = "mute_ending"
    """A mute is about to end; it can still be extended."""
    MUTE_ENDED = "mute_ended"
    """What a mute leaves behind in a chat."""
    MUTES_TODAY = "mutes_today"
    """The daily list of what is muted."""
    DAILY = "daily"
    """A day of a chat, at its hour."""
    FAREWELL = "farewell"
    """The last edit of a card in a chat that follows the alert no more."""
    AFTER_HOURS = "after_hours"
    """What came while the hours of a chat were over."""
    ADVICE = "advice"
    """What admins are told of."""
    CONTINUED = "continued"
    """A new card for one that will soon be too old to edit."""
    FROZEN = "frozen"
    """The last edit of such an old card."""
    DIGEST = "digest"
    """Many alerts at once: what came and went while nothing could be told."""
    CONCERN = "concern"
    """To admins: delivery suffers."""

    LOOKED_UP = "looked_up"
    """What a host answered: changes the card that said it was asked."""
    FILE = "file"
    """Something too long for a card, as a file."""
    ESCALATED = "escalated"
    """A step of an escalation: nobody has the alert."""
    RULE_TRAINED = "rule_trained"
    """A rule was in training for long enough: may it alert?"""
    STOOD_DOWN = "stood_down"
    """To those whom an escalation reached beside the chats: somebody has it, or it is over."""
    ERRAND = "errand"
    """What the table of a severity sends out: a message beside the chats, or something done."""

    @property
    def notice(self) -> bool:
        """Whether it is a short message beneath the alert's card, since an edit rings nowhere."""
        return self in _NOTICES


_NOTICES = frozenset(
    {
        Purpose.REOPENED,
        Purpose.JOINED,
        Purpose.REPEATED,
        Purpose.SEVERITY_RAISED,
        Purpose.WORSE,
        Purpose.ACK_REMINDER,
        Purpose.UNACKNOWLEDGED,
        Purpose.FLAPPING,
        Purpose.STEADY,
    }
)


class DeliveryState(StrEnum):
    """Where an owed notification stands."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One message owed to one target.

    Attributes:
        id: Row of the outbox; 0 while not stored.
        target: Who gets it.
        purpose: Why it is owed; what it shows is drawn when it is sent.
        alert_id: The alert it tells of, None for answers.
        language: Language it is told in.
        content: For answers, records and welcomes: what to say, JSON-ready.
        due_at: Not before; aware, UTC.
        attempts: How often it was tried before.
        plainness: 0 for the full card, more for plainer ones after the content was refused.
        group_id: The group whose card it is about, None when the alert's card is its own.
        code: The platform's code for the newest failure, 0 without one.
        again: How often it was given up and owed again before.
        about: What it is about, where that must not be told twice in a while; else "".
        created_at: When it came to be owed; aware, UTC.
        traceparent: Of the trace that led to it, "" for none, or while not stored.
    """

    id: int = 0
    target: Target
    purpose: Purpose
    due_at: datetime
    created_at: datetime
    alert_id: int | None = None
    language: Language = Language.ZH
    content: Mapping[str, Any] = field(default_factory=dict)
    attempts: int = 0
    plainness: int = 0
    group_id: int | None = None
    code: int = 0
    again: int = 0
    about: str = ""
    traceparent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a notifier got for a delivered notification.

    Attributes:
        message_id: The other side's name of the message, "" when it has none.
        digest: Hash of what was drawn; an equal one need not be sent again.
        version: Version of the alert that was drawn, 0 without one.
        plainness: How little was shown, as in `Notification`.
        follows: The message that it takes the place of, "" for none.
        beside: Other messages that were sent for it, and the address of each.
        outcome: Of an errand: what was told of the alert, or what came of what was done.
        failed: Whether that is not what was wanted.
    """

    message_id: str = ""
    digest: str = ""
    version: int = 0
    plainness: int = 0
    follows: str = ""
    beside: tuple[tuple[str, str], ...] = ()
    outcome: str = ""
    failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SentCard:
    """A card that stands in a chat.

    Attributes:
        alert_id: The alert it shows.
        target: Where it stands.
        message_id: Feishu's name of the message.
        digest: Hash of what was last drawn, "" when unknown.
        edits: Edits so far; spacing grows with them.
        edited_at: When it was last sent or edited; aware, UTC.
        plainness: How little it shows, 0 for everything.
        refused: The platform's code for refusing to show more, 0 when it was not refused.
        refused_at: When it was; None when it was not.
        follows: The message of the old card that it continues, "" for none.
    """

    alert_id: int
    target: Target
    language: Language
    message_id: str
    digest: str
    edits: int
    sent_at: datetime
    edited_at: datetime
    plainness: int = 0
    refused: int = 0
    refused_at: datetime | None = None
    follows: str = ""


def edit_due(card: SentCard, now: datetime) -> datetime:
    """When a card whose figures changed should be edited.

    The spacing doubles with each edit from 2 s to 60 s, so that a storm of repeats makes a
    handful of edits and a single repeat shows almost at once.
    """
    spacing = min(EDIT_SPACING_MOST, EDIT_SPACING_LEAST * (1 << min(card.edits, 6)))
    return max(now + EDIT_AFTER, card.edited_at + spacing)


def refreshed(alert_id: int, card: SentCard, now: datetime) -> Notification:
    """What draws an alert's card anew, in its time."""
    return Notification(
        target=card.target,
        purpose=Purpose.REFRESH,
        alert_id=alert_id,
        language=card.language,
        due_at=edit_due(card, now),
        created_at=now,
    )
