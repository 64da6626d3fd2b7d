"""The decision trace: from a line to who is told of it, with a named reason for each yes and no."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.core.subscription import Target

Fact = str | int | datetime
"""What a reason needs to be said: untrusted text, a figure, or an instant (aware, UTC)."""


class Stage(StrEnum):
    """Where on its way from line to people something was decided, in that order."""

    LINE = "line"
    RULE = "rule"
    DEDUP = "dedup"
    STATE = "state"
    GROUP = "group"
    MUTE = "mute"
    SUBSCRIPTION = "subscription"
    ESCALATION = "escalation"


class Reason(StrEnum):
    """What was decided, and why; each has its words in every language."""

    LINE_FOUND = "line_found"
    PUSHED = "pushed"
    WATCHED = "watched"
    UNWATCHED = "unwatched"
    RULE_MATCHES = "rule_matches"
    RULE_EXCLUDES = "rule_excludes"
    RULE_UNFIT = "rule_unfit"
    RULE_COUNTS = "rule_counts"
    RULE_OUTRANKED = "rule_outranked"
    RULE_RECORDS = "rule_records"
    RULE_UNKNOWN = "rule_unknown"
    RULE_RECOVERS = "rule_recovers"
    RULE_NONE = "rule_none"
    COUNTED = "counted"
    NEW_ALERT = "new_alert"
    NEW_AGAIN = "new_again"
    REOPENS = "reopens"
    COUNTS_IN = "counts_in"
    COMES_LATE = "comes_late"
    RINGS_AGAIN = "rings_again"
    WAITS = "waits"
    TAKEN_ON = "taken_on"
    OVER = "over"
    SOURCE_LOST = "source_lost"
    FLAPS = "flaps"
    SHARES = "shares"
    WOULD_SHARE = "would_share"
    COMES_OF = "comes_of"
    STORM = "storm"
    RANG = "rang"
    HELD = "held"
    RECOVERS = "recovers"
    NOT_MUTED = "not_muted"
    MUTED = "muted"
    MUTED_RINGS = "muted_rings"
    MUTED_THEN = "muted_then"
    TAKES = "takes"
    SUSPENDED = "suspended"
    TOO_LOW = "too_low"
    NO_MATCH = "no_match"
    OUT_OF_HOURS = "out_of_hours"
    SINCE_THEN = "since_then"
    FALLBACK = "fallback"
    NOBODY = "nobody"
    WOULD_ESCALATE = "would_escalate"
    ESCALATES = "escalates"
    ESCALATED = "escalated"


class Told(StrEnum):
    """What came of it all, in one word; those that reach people come first."""

    TOLD = "told"
    WAITING = "waiting"
    """A message is owed and not out yet."""
    FAILED = "failed"
    """A message could not be delivered and was given up."""
    LATER = "later"
    """Only when the hours of the chats begin."""
    NOT_YET = "not_yet"
    """It must last for longer first."""
    MUTED = "muted"
    HELD = "held"
    """Its group, a storm or a limit keeps it back for now."""
    NOBODY = "nobody"
    SILENT = "silent"
    """It counts; a card that stands is edited, which rings nowhere."""
    RECORDED = "recorded"
    """Only into the local record."""
    NOTHING = "nothing"
    """No rule wants it."""
    UNTOLD = "untold"
    """It was over, or somebody had it, before anybody was told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that was decided.

    Attributes:
        passed: Whether it let the alert go on to people; None when it only says something.
        target: The receiver that it is about, None for all.
    """

    stage: Stage
    reason: Reason
    passed: bool | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    target: Target | None = None
