"""Circuit breakers: a target that fails again and again is left alone for a while, then probed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.subscription import Target

OPEN_AFTER = 5
"""Passing faults in a row, whichever notifications met them."""
OPEN_LEAST = timedelta(seconds=10)
OPEN_MOST = timedelta(minutes=1)
"""Also how late the first message may come after a long outage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """Passing faults of one target in a row; a target without any has none.

    Attributes:
        since: When the first of them was.
        open_until: Nothing is sent before; after it one message probes. Not after `since` while
            the breaker is closed.
        fault: The newest fault, in words.
    """

    target: Target
    faults: int
    since: datetime
    open_until: datetime
    fault: str

    @property
    def tripped(self) -> bool:
        """Whether it opened: until a probe gets through, it stays so."""
        return self.faults >= OPEN_AFTER

    def bars(self, now: datetime) -> bool:
        """Whether nothing may be sent now."""
        return self.open_until > now


def failed(before: Breaker | None, target: Target, fault: str, now: datetime) -> Breaker:
    """The breaker after one more fault; each failed probe doubles the wait."""
    faults = 1 if before is None else before.faults + 1
    over = faults - OPEN_AFTER
    wait = min(OPEN_MOST, OPEN_LEAST * (1 << min(over, 8))) if over >= 0 else timedelta(0)
    since = now if before is None else before.since
    return Breaker(target=target, faults=faults, since=since, open_until=now + wait, fault=fault)
