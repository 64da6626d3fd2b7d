"""The named rules by which an alert changes; every recorded change carries one."""

from enum import StrEnum


class Why(StrEnum):
    """Which rule of the state machine changed an alert."""

    FIRST_SEEN = "first_seen"
    RECURRED = "recurred"
    FLAPPING = "flapping"
    STEADY = "steady"
    SEVERITY_RAISED = "severity_raised"
    VOLUME_GREW = "volume_grew"
    LATE = "late"
    ACKNOWLEDGED = "acknowledged"
    FOLLOWED = "followed"
    UNACKNOWLEDGED = "unacknowledged"
    ACK_EXTENDED = "ack_extended"
    ACK_REMINDED = "ack_reminded"
    ACK_EXPIRED = "ack_expired"
    RESOLVED = "resolved"
    QUIET = "quiet"
    RECOVERED = "recovered"
    RULE_REMOVED = "rule_removed"
    SOURCE_LOST = "source_lost"
    SOURCE_BACK = "source_back"
    ASSIGNED = "assigned"
    COMMENTED = "commented"
    SEVERITY_SET = "severity_set"
    ESCALATED = "escalated"
    ESCALATION_FAILED = "escalation_failed"
