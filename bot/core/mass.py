"""Actions on many alerts: shown with their number first, done to exactly those that were shown."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.alert import AlertState, Person

FRESH_FOR = timedelta(minutes=15)


class MassAct(StrEnum):
    """What can be done to many alerts."""

    ACKNOWLEDGE = "ack"
    RESOLVE = "resolve"

    def applies(self, state: AlertState) -> bool:
        """Whether it does anything to an alert in this state."""
        taken = state is AlertState.ACKNOWLEDGED
        return state.open and not (self is MassAct.ACKNOWLEDGE and taken)


@dataclass(frozen=True, slots=True, kw_only=True)
class MassAction:
    """An action on many alerts, proposed or under way.

    Attributes:
        id: Number that its button carries; 0 while not stored.
        alerts: Those that were shown, by number.
        by: Who asked for it, and since it began, who said yes.
        chat: Where it was asked for.
        done: How many of the alerts, in their order, it was done to.
        failed: How many it was not done to, since they had changed meanwhile.
        due_at: When the engine goes on with it; None before it begins, and when it is done.
    """

    id: int = 0
    act: MassAct
    alerts: tuple[int, ...]
    by: Person
    chat: str
    made_at: datetime
    done: int = 0
    failed: int = 0
    due_at: datetime | None = None

    @property
    def left(self) -> tuple[int, ...]:
        """Alerts that it was not tried on yet."""
        return self.alerts[self.done + self.failed :]

    def fresh(self, now: datetime) -> bool:
        """Whether somebody can still say yes to it."""
        begun = self.due_at is not None or self.done + self.failed > 0
        return not begun and now - self.made_at < FRESH_FOR
