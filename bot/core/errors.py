"""The errors of the deciding side."""

from datetime import datetime, timedelta
from enum import StrEnum


class LarkwatchError(Exception):
    """Root of what the deciding side raises."""


class InvalidTransitionError(LarkwatchError):
    """An alert cannot take this change.

    Attributes:
        reason: Why not; a closed list, so that a caller can say it in the reader's language.
        by: Who brought the alert into the state that stands in the way, "" for nobody.
        at: When that was; aware, UTC; None when it never was.
    """

    def __init__(self, reason: "Refusal", by: str = "", at: datetime | None = None) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.by = by
        self.at = at


class Refusal(StrEnum):
    """Why an action on an alert was refused."""

    ALREADY_ACKNOWLEDGED = "already_acknowledged"
    ALREADY_RESOLVED = "already_resolved"
    NOT_ACKNOWLEDGED = "not_acknowledged"
    NOT_MUTED = "not_muted"
    NOTHING_OPEN = "nothing_open"
    PROVISIONED = "provisioned"
    STALE_PREVIEW = "stale_preview"
    NOTHING_CHANGES = "nothing_changes"
    UNKNOWN_ALERT = "unknown_alert"
    UNKNOWN_MUTE = "unknown_mute"
    UNKNOWN_SUBSCRIPTION = "unknown_subscription"
    UNKNOWN_RULE = "unknown_rule"
    RULE_OF_FILE = "rule_of_file"
    NOT_PAUSED = "not_paused"
    TOO_MANY_RULES = "too_many_rules"
    NO_TEMPLATE = "no_template"
    UNKNOWN_TEMPLATE = "unknown_template"


class ConflictError(LarkwatchError):
    """Somebody else changed the same alert; read it again and decide anew."""


class BusyError(LarkwatchError):
    """The store cannot be written just now: locked for too long, or its disk is full."""


class MatcherError(LarkwatchError):
    """A matcher cannot be read.

    Attributes:
        text: What was found.
        wanted: What would be right.
    """

    def __init__(self, text: str, wanted: str) -> None:
        super().__init__(f"{text!r}: wanted {wanted}")
        self.text = text
        self.wanted = wanted


class DeliveryError(LarkwatchError):
    """A notifier could not deliver.

    Attributes:
        fault: What the caller should do about it.
        code: The other side's code, 0 without one.
        detail: The other side's words, free of secrets.
        retry_after: How long the other side asks to wait, None when it does not say.
    """

    def __init__(
        self,
        fault: "Fault",
        *,
        code: int = 0,
        detail: str = "",
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(f"{fault.value}: {code} {detail}".strip())
        self.fault = fault
        self.code = code
        self.detail = detail
        self.retry_after = retry_after


class Fault(StrEnum):
    """What a failed delivery means for its sender."""

    THROTTLED = "throttled"
    """Wait as told, then the same again."""
    PASSING = "passing"
    """A passing fault: back off, then the same again."""
    TOKEN = "token"  # noqa: S105 - a name, not a secret
    """Drop the cached token, fetch a new one, once."""
    REJECTED = "rejected"
    """The content was refused: draw something plainer."""
    MESSAGE_LOST = "message_lost"
    """The message is gone or too old to change: send a new one."""
    TARGET_LOST = "target_lost"
    """The receiver cannot be reached any more."""
    NO_REPLY = "no_reply"
    """The place takes no replies: send it as a message of its own."""
    APP_REFUSED = "app_refused"
    """The whole app is refused (secret, scope, quota, address list): pause everything."""
    MISCONFIGURED = "misconfigured"
    """This delivery can work only after an operator acted."""
