"""What a message beside the chats tells of an alert: the one typed context of every template."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.core.alert import Alert
from bot.core.subscription import Language


class Event(StrEnum):
    """What is told of an alert."""

    FIRING = "firing"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    ESCALATED = "escalated"
    """Nobody acknowledges: a step of an escalation."""
    STOOD_DOWN = "stood_down"
    """To whom an escalation reached: somebody has it, or it is over."""


def event_of(alert: Alert) -> Event:
    """What is to be told of an alert as it stands."""
    if not alert.state.open:
        return Event.RESOLVED
    return Event.ACKNOWLEDGED if alert.taken else Event.FIRING


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertContext:
    """An alert as templates and notifiers of other packages see it.

    Everything from a log is untrusted text, on one line where it is no list.

    Attributes:
        event: Why it is told.
        headline: The same in a sentence, in the reader's language.
        id: Number that people use.
        title: What is wrong; `service` and `host` are its labels, "" without them.
        severity: ``critical``, ``high``, ``medium``, ``low`` or ``info``.
        severity_name: The same in the reader's language.
        state: ``firing``, ``acknowledged``, ``resolved`` or ``unknown``.
        count: Matching records so far.
        first_at: When it was first seen; aware, in the reader's time zone, as all times here.
        by: Who acknowledged or resolved it, "" for nobody.
        lines: Newest log lines, oldest first; at most 20.
    """

    event: Event
    headline: str
    id: int
    fingerprint: str
    rule: str
    title: str
    service: str
    host: str
    severity: str
    severity_name: str
    state: str
    count: int
    first_at: datetime
    last_at: datetime
    opened_at: datetime
    now: datetime
    language: Language
    by: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
