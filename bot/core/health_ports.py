"""What the health of hosts needs to keep, as a role; called inside `Store.transaction`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.health import HostPoint, Step
from watchers.health import HostSample


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRecord:
    """What was last heard of a host.

    Attributes:
        heard_at: By this side's clock.
        due_at: It counts as silent from then on.
    """

    agent: str
    host: str
    heard_at: datetime
    due_at: datetime
    sample: HostSample


@dataclass(frozen=True, slots=True, kw_only=True)
class HostTally:
    """How many hosts there are, and of these how many are silent, and how many have trouble."""

    total: int = 0
    silent: int = 0
    down: int = 0


class HealthStore(Protocol):
    """Hosts, their figures over time, and how often they are to be sampled."""

    def heard(self, agent: str, sample: HostSample, due_at: datetime, now: datetime) -> bool:
        """Keep a sample and its figures; whether the host's silence was told before."""
        ...

    def late(self, now: datetime, told_before: datetime, limit: int) -> tuple[HostRecord, ...]:
        """Hosts that are silent, and of which that was not told since then."""
        ...

    def tell(self, agent: str, now: datetime) -> None:
        """The silence of an agent's host is told now."""
        ...

    def page(self, now: datetime, offset: int, limit: int) -> tuple[HostRecord, ...]:
        """Some of the hosts: silent ones first, then the worst."""
        ...

    def tally(self, now: datetime) -> HostTally:
        """How many stand how."""
        ...

    def find(self, name: str) -> HostRecord | None:
        """A host by its name or its agent's, the one heard last."""
        ...

    def names_like(self, name: str, limit: int) -> tuple[str, ...]:
        """Names of hosts that contain this, whatever the case."""
        ...

    def points(self, host: str, step: Step, since: datetime) -> Sequence[HostPoint]:
        """A host's figures, oldest first."""
        ...

    def every(self) -> timedelta | None:
        """How often hosts are to be sampled, None for as each is configured."""
        ...

    def set_every(self, every: timedelta | None) -> None:
        """Let them be sampled that often."""
        ...

    def forget(self, host: str) -> tuple[str, ...]:
        """Forget a host and its figures; the agents that reported of it."""
        ...

    def prune(self, now: datetime, before: datetime) -> int:
        """Forget some figures that are too old, and hosts not heard since `before`."""
        ...
