"""What others push in: who that was, what nobody could make anything of, and what is silenced."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from watchers.finding import Finding

PUSHED = "push:"
"""Begins the agent's name of what was pushed; the sender's name follows."""

LINK = "link:"
"""Begins the name of an annotation that is an address to open; what it leads to follows."""


def sender_of(agent: str) -> str:
    """Who pushed it, "" for what an agent found."""
    return agent.removeprefix(PUSHED) if agent.startswith(PUSHED) else ""


class Outcome(StrEnum):
    """Why something that was pushed is kept as it came."""

    UNKNOWN = "unknown"
    """No handler is registered for its name."""
    FAILED = "failed"
    """A handler or a mapping could not make anything of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEvent:
    """Something that was pushed and came to nothing.

    Attributes:
        id: 0 while not stored.
        event: Its name, as the sender gave it; untrusted.
        note: What was wrong, "" for an unknown one.
        data: What came with it, as JSON, cut.
        at: When it happened, as the sender says; aware, UTC.
        received_at: Aware, UTC.
    """

    id: int = 0
    sender: str
    event: str
    outcome: Outcome
    note: str
    data: str
    at: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTally:
    """Events of one name that came to nothing, and the newest of them."""

    newest: KeptEvent
    count: int


class EventStore(Protocol):
    """What was pushed and came to nothing; a bounded number of them."""

    def keep(self, events: Collection[KeptEvent]) -> None:
        """Keep some; the oldest of all go where there are too many."""
        ...

    def tallies(self, limit: int) -> tuple[EventTally, ...]:
        """By sender, name and outcome, newest first."""
        ...

    def since(self, moment: datetime, after_id: int, limit: int) -> tuple[KeptEvent, ...]:
        """Those received since then with higher numbers, oldest first."""
        ...

    def prune(self, before: datetime) -> int:
        """Forget some that were received before that."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """What keeps somebody else's alerting quiet about one alert.

    Attributes:
        sender: Whose it is.
        alert_id: What is muted here.
        silence_id: Its name there.
        ends_at: When it ends there by itself; aware, UTC.
    """

    sender: str
    alert_id: int
    silence_id: str
    ends_at: datetime


class SilenceStore(Protocol):
    """Silences that were set elsewhere and not lifted yet."""

    def of(self, sender: str) -> tuple[Silence, ...]:
        """Those of one sender, by alert."""
        ...

    def save(self, silence: Silence) -> None:
        """Keep one, in the place of another for the same alert."""
        ...

    def remove(self, silence: Silence) -> None:
        """It is lifted, or over."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """What one request came to.

    Attributes:
        sender: Whose request it is; its name in the configuration.
        keys: By which it is known again; one known key is enough.
        findings: What was found in it.
        kept: What came to nothing.
    """

    sender: str
    keys: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    kept: tuple[KeptEvent, ...] = ()

    @property
    def agent(self) -> str:
        """As whose its alerts are known."""
        return f"{PUSHED}{self.sender}"
