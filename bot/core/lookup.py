"""What somebody wants to see of log files, and what the hosts that have them said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.core.subscription import Language, Target
from watchers.finding import Sample, Severity
from watchers.questions import Answer, Question

WAITED = timedelta(seconds=20)
"""So long a host is waited for before that is said."""
ASKED_AGAIN = timedelta(seconds=8)
"""A question that was handed out and not answered is handed out again."""
FRESH = timedelta(minutes=10)
"""So long an answer may be shown again, for another page of it."""


class LookKind(StrEnum):
    """What is wanted."""

    CONTEXT = "context"
    RECORD = "record"
    LOGS = "logs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one host was asked.

    Attributes:
        id: The question's number.
        answer: None while it has not come.
    """

    id: int
    agent: str
    question: Question
    answer: Answer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """One wish, shown on one card.

    Attributes:
        id: 0 while not stored.
        subject: What it is about; the same words ask for the same.
        asked: What the card needs to be drawn again.
        alert_id: The alert it is about, None for a search.
        message: The card that shows it, "" while that is not sent.
        open_until: When hosts are not waited for any more, None when they are not.
        parts: What each host was asked.
    """

    id: int = 0
    kind: LookKind
    subject: str
    target: Target
    language: Language
    asked_at: datetime
    asked: Mapping[str, Any] = field(default_factory=dict)
    alert_id: int | None = None
    message: str = ""
    open_until: datetime | None = None
    parts: tuple[Part, ...] = ()

    @property
    def about(self) -> str:
        """How its notifications are known."""
        return f"lookup:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One record that a rule found, kept to be searched.

    Attributes:
        at: When it was found; aware, UTC.
        labels: Of its finding, its rule and severity apart.
    """

    at: datetime
    agent: str
    rule: str
    severity: Severity
    labels: Mapping[str, str]
    sample: Sample

    @property
    def identity(self) -> Mapping[str, str]:
        """What matchers look at."""
        return {**self.labels, "rule": self.rule, "severity": self.severity.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a field or label of a recorded line must at least be; whoever asks looks again.

    Attributes:
        op: ``=``, ``>``, ``>=``, ``<``, ``<=``, or "" for one that only has to be there.
        value: For ``=`` where it is no number.
        number: The value as a number where it is one.
    """

    field: str
    op: str = ""
    value: str = ""
    number: float | None = None


def number_about(about: str) -> int | None:
    """The number of the lookup that a notification is of, None for any other."""
    kind, _, number = about.partition(":")
    return int(number) if kind == "lookup" and number.isdigit() else None
