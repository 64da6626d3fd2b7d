"""What an alert is: all findings of one fingerprint from first firing to resolved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from watchers.finding import Sample, Severity

MAX_SAMPLES = 5


class AlertState(StrEnum):
    """Where an alert stands; a mute is an overlay and no state."""

    FIRING = "firing"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"

    @property
    def open(self) -> bool:
        """Whether the alert still asks for somebody."""
        return self is not AlertState.RESOLVED


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who acts.

    Attributes:
        id: Feishu's open_id; "" for Larkwatch itself.
        name: As known at that time; untrusted text.
    """

    id: str
    name: str


LARKWATCH = Person(id="", name="Larkwatch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """All findings of a fingerprint from first firing to resolved.

    Attributes:
        id: Number that people use (``#42``); 0 while not stored.
        fingerprint: Versioned hash of rule and labels.
        version: Grows by one with every stored change.
        count: Matching records so far, over all re-openings.
        held_back: Of these, records that a cap kept from being shown singly.
        opened_at: When it last went from nothing or resolved to firing.
        reopened: How often it fired again after it was resolved.
        samples: Newest few records, oldest first.
    """

    id: int = 0
    fingerprint: str
    rule: str
    severity: Severity
    labels: Mapping[str, str]
    title: str
    state: AlertState
    first_at: datetime
    seen_at: datetime
    opened_at: datetime
    changed_at: datetime
    version: int = 1
    count: int = 0
    held_back: int = 0
    reopened: int = 0
    annotations: Mapping[str, str] = field(default_factory=dict)
    samples: tuple[Sample, ...] = ()
    acknowledged_by: Person | None = None
    acknowledged_at: datetime | None = None
    resolved_by: Person | None = None
    resolved_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A recorded change.

    Attributes:
        alert_id: The alert that changed.
        source: State before; None for the first firing.
        target: State after.
        by: Who did it; `LARKWATCH` for the machine.
        why: Named rule of the state machine, e.g. ``first_seen``, ``quiet``.
        at: Aware, UTC.
    """

    alert_id: int
    source: AlertState | None
    target: AlertState
    by: Person
    why: str
    at: datetime
