"""Who is on call: people who take turns, exceptions, and shifts read from a calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.alert import Person

_ALL_TURNS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Somebody's turn.

    Attributes:
        starts_at: First instant; aware.
        ends_at: First instant after it; aware.
    """

    person: Person
    starts_at: datetime
    ends_at: datetime

    def covers(self, now: datetime) -> bool:
        """Whether it is this turn at that instant."""
        return self.starts_at <= now < self.ends_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """People who take turns of whole days, at a fixed hour of a named zone.

    Attributes:
        people: In the order of their turns; at least one.
        first_day: A day on which the first of them took over.
        handover: Local time of day at which turns change.
        days: Length of a turn; 7 for a week.
        zone: Where that hour is; turns stay at it over a change of clocks.
    """

    people: tuple[Person, ...]
    first_day: date
    handover: time
    days: int
    zone: ZoneInfo

    def at(self, now: datetime) -> Shift:
        """The turn at an instant; days before the first count back in the same order."""
        local = now.astimezone(self.zone)
        number = (local.date() - self.first_day).days // self.days
        if now < self._starts(number):
            number -= 1
        return Shift(
            person=self.people[number % len(self.people)],
            starts_at=self._starts(number),
            ends_at=self._starts(number + 1),
        )

    def _starts(self, number: int) -> datetime:
        """A local hour that a change of clocks leaves out is the instant it would have been."""
        day = self.first_day + timedelta(days=number * self.days)
        return datetime.combine(day, self.handover, self.zone).astimezone(ZoneInfo("UTC"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rota:
    """A named answer to "who is on call".

    Attributes:
        turns: The regular order, None for a rota that only a calendar fills.
        shifts: Shifts that go before it: exceptions, and what a calendar says; of several that
            cover an instant the one that began last holds.
    """

    name: str
    turns: Turns | None = None
    shifts: tuple[Shift, ...] = ()

    def on_call(self, now: datetime) -> Shift | None:
        """Whose turn it is, with its real bounds; None when nobody's."""
        special = _covering(self.shifts, now)
        if special is not None:
            return special
        if self.turns is None:
            return None
        turn = self.turns.at(now)
        return Shift(
            person=turn.person,
            starts_at=max(
                [turn.starts_at, *(one.ends_at for one in self.shifts if one.ends_at <= now)]
            ),
            ends_at=min(
                [turn.ends_at, *(one.starts_at for one in self.shifts if one.starts_at > now)]
            ),
        )

    def next_after(self, now: datetime) -> Shift | None:
        """The next turn of somebody else, None when none is known."""
        current = self.on_call(now)
        at = now
        for _ in range(_ALL_TURNS):
            moments = [one.starts_at for one in self.shifts if one.starts_at > at]
            ending = self.on_call(at)
            if ending is not None:
                moments.append(ending.ends_at)
            if not moments:
                return None
            at = min(moments)
            following = self.on_call(at)
            if following is not None and (current is None or following.person != current.person):
                return following
        return None


def _covering(shifts: Iterable[Shift], now: datetime) -> Shift | None:
    covering = [shift for shift in shifts if shift.covers(now)]
    return max(covering, key=lambda shift: shift.starts_at, default=None)
