"""How much people are told: everything that keeps a chat readable, in one place."""

from dataclasses import dataclass, field
from datetime import timedelta

from bot.core.correlation import Dependency
from bot.core.digest import AwayTerms
from bot.core.grouping import GroupTerms
from bot.core.limits import LimitKind, Per
from watchers.finding import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class StormTerms:
    """When alerts stop getting cards of their own.

    Attributes:
        alerts: So many new alerts of a target within `within` are told singly, no more.
    """

    alerts: int = 10
    within: timedelta = timedelta(seconds=60)

    def begins(self, lately: int) -> bool:
        """Whether one more is a storm, after so many within the span."""
        return lately >= self.alerts

    def over(self, lately: int) -> bool:
        """Whether a storm is over: half of what begins one, so that it does not end and begin."""
        return 2 * lately < self.alerts


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most so many messages that ring.

    Attributes:
        rate: Messages per `span`.
        spare: Alerts at least this severe are never held back, None spares none.
    """

    kind: LimitKind
    per: Per
    rate: int
    span: timedelta
    spare: Severity | None = Severity.CRITICAL


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseTerms:
    """How much people are told.

    Attributes:
        together: Alerts that begin within this of each other are said to; None to say nothing.
    """

    grouping: GroupTerms = field(default_factory=GroupTerms)
    storm: StormTerms = field(default_factory=StormTerms)
    away: AwayTerms = field(default_factory=AwayTerms)
    limits: tuple[Limit, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    together: timedelta | None = timedelta(seconds=30)
