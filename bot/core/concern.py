"""What admins are told in private: delivery suffers, and somebody should act."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

HOUR = timedelta(hours=1)


class ConcernKind(StrEnum):
    """What is wrong."""

    REFUSED = "refused"
    """The platform refused content; what was sent shows less."""
    GIVEN_UP = "given_up"
    """A message could not be delivered at all."""
    PAUSED = "paused"
    """The platform refuses the whole app; nothing is sent for now."""
    QUOTA = "quota"
    """The month's calls are running out."""
    STEP_FAILED = "step_failed"
    """A step of an escalation reached nobody."""
    NOBODY_ON_CALL = "nobody_on_call"
    """A step meant somebody on call, and nobody is."""
    UNHEARD = "unheard"
    """A critical alert that nobody was told of, and nobody will be."""
    CALENDAR = "calendar"
    """A rota's calendar cannot be read; the last good one holds."""
    RULES = "rules"
    """Rules made in chats cannot be used, and are left out."""
    RULE_GIVEN_UP = "rule_given_up"
    """A rule's pattern took too long on some line, and is not looked for any more."""
    WRONG_CLOCK = "wrong_clock"
    """The lines of a watch say times of another zone, or from ahead."""
    TEMPLATE = "template"
    """A template of the configuration breaks; the default stands in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """One thing that admins should know.

    Attributes:
        code: The platform's, 0 without one; for the quota the percentage that is used.
        detail: The platform's words; untrusted text.
        address: The chat that is hit, "" for none in particular.
        alert_id: The alert that shows it, 0 for none.
        month: For the quota: which month.
        subject: What it is about besides, e.g. a rota's name.
        every: Told at most once in this span.
    """

    kind: ConcernKind
    code: int = 0
    detail: str = ""
    address: str = ""
    alert_id: int = 0
    month: str = ""
    subject: str = ""
    every: timedelta = HOUR

    @property
    def about(self) -> str:
        """The same for what need not be told twice."""
        return f"{self.kind.value}:{self.code}:{self.month}:{self.subject}".rstrip(":")

    def to_json(self) -> dict[str, Any]:
        """For the outbox."""
        return {
            "kind": self.kind.value,
            "code": self.code,
            "detail": self.detail,
            "address": self.address,
            "alert_id": self.alert_id,
            "month": self.month,
            "subject": self.subject,
        }


def concern_from_json(found: Mapping[str, Any]) -> Concern:
    """From the outbox."""
    return Concern(**{**found, "kind": ConcernKind(found["kind"])})
