"""What `engine.tracing` and `engine.supposing` read back, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.alert import Alert, Transition
from bot.core.attempt import Attempt, Owed
from bot.core.ports import Found
from bot.core.trace import Step, Told
from watchers.finding import Finding, SourceProgress


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTrace:
    """Why one alert was told or not.

    Attributes:
        told: What came of it.
        steps: What was decided, from the line to the subscriptions.
        timeline: Its newest changes, oldest first.
        became: What became of its newest notifications, oldest first.
        attempts: The newest tries to deliver them, oldest first.
        chats: Names of the chats in all this, by address; untrusted text.
    """

    alert: Alert
    told: Told
    steps: tuple[Step, ...]
    timeline: tuple[Transition, ...]
    became: tuple[Owed, ...]
    attempts: tuple[Attempt, ...]
    chats: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """An alert, and what came of it."""

    alert: Alert
    told: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class WordTrace:
    """Why a service or a rule brings no alerts, or what became of those it brought.

    Attributes:
        word: What was asked for; untrusted text.
        alerts: The newest few of the last 24 hours, with what came of each.
        found: What rules found there in 24 hours, newest first.
        records_only: Names of rules that record and never alert.
        steps: Mutes and subscriptions, for an alert of that service or rule.
        troubled: Sources that cannot be read.
    """

    word: str
    alerts: tuple[Outcome, ...]
    found: tuple[Found, ...]
    records_only: frozenset[str]
    steps: tuple[Step, ...]
    troubled: tuple[SourceProgress, ...]
    chats: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingTrace:
    """What would come of a finding.

    Attributes:
        fingerprint: Under which it would be counted.
        open: The alert that it would be counted into or open again, None for a new one.
    """

    finding: Finding
    fingerprint: str
    open: Alert | None
    told: Told
    steps: tuple[Step, ...]
    chats: Mapping[str, str]
