"""What can happen to an alert: one small value for each kind of change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.alert import Person
from watchers.finding import Finding, Severity

GROWTH = 10
"""An acknowledgement ends when there are this many times the records there were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurred:
    """A finding of the alert's fingerprint came in.

    Attributes:
        growth: How many times the records of then end an acknowledgement, 0 for never.
        agent: Which agent found it.
        rule_text: How the rule is written now, empty when it is not of this configuration.
    """

    finding: Finding
    growth: int = GROWTH
    agent: str = ""
    rule_text: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """A line said that it is over."""

    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge:
    """Somebody takes it on.

    Attributes:
        expires_at: When that ends by itself, None for never.
        remind_at: When the person is reminded of it, None for not.
    """

    by: Person
    expires_at: datetime | None = None
    remind_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """Somebody wants it that another has."""

    by: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Unacknowledge:
    """Somebody lets it go."""

    by: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendAck:
    """Somebody says until when it is taken; None for as long as it lasts."""

    by: Person
    expires_at: datetime | None
    remind_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindOfAck:
    """The clock: the acknowledgement ends soon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireAck:
    """The clock: the acknowledgement has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve:
    """Somebody ends it."""

    by: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Quieten:
    """The clock: nothing was seen for long enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ripen:
    """The clock: it lasted for long enough to be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steady:
    """The clock: it returned no more for long enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoseSource:
    """Its source is gone; `since` is when it was last heard or read."""

    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RegainSource:
    """Its source is back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveRule:
    """Its rule is no longer configured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign:
    """Somebody names who is to see to it, None for nobody."""

    by: Person
    to: Person | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """Somebody says something about it; untrusted text."""

    by: Person
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSeverity:
    """Somebody says how bad it is."""

    by: Person
    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate:
    """The clock: nobody has it, the next step is taken.

    Attributes:
        note: Which, and whom it is meant to reach.
    """

    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FailEscalation:
    """A step reached nobody; the note says which, and why."""

    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveErrand:
    """Somebody lets an errand be done; the note says which."""

    by: Person
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineErrand:
    """Somebody wants an errand not done; the note says which."""

    by: Person
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunErrand:
    """An errand came to its end; the note says which, and what came of it."""

    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FailErrand:
    """An errand failed; the note says which, and why."""

    note: str


Change = (
    Occurred
    | Recovered
    | Acknowledge
    | Follow
    | Unacknowledge
    | ExtendAck
    | RemindOfAck
    | ExpireAck
    | Resolve
    | Quieten
    | Ripen
    | Steady
    | LoseSource
    | RegainSource
    | RemoveRule
    | Assign
    | Comment
    | SetSeverity
    | Escalate
    | FailEscalation
    | ApproveErrand
    | DeclineErrand
    | RunErrand
    | FailErrand
)
