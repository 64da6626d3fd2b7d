"""Mutes: matchers, span, effect, author, reason; they hide, they never change state."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import assert_never

from bot.core.alert import Alert, Person
from bot.core.matcher import Matcher, Operator, all_take
from bot.core.recurrence import Recurrence

OPEN_END = datetime(9999, 1, 1, tzinfo=UTC)
"""The end of a mute of which nobody knows yet when it ends."""
WORSE_WINDOW = timedelta(minutes=10)
_LEAST_AGE = timedelta(minutes=1)


class MuteEvent(StrEnum):
    """What happened to a mute; its history is made of these."""

    SET = "set"
    EXTENDED = "extended"
    LIFTED = "lifted"
    EXPIRED = "expired"
    RESOLVED = "resolved"
    WORSE = "worse"
    REMOVED = "removed"
    """Its entry in the configuration is gone, or another one."""


class Effect(StrEnum):
    """How much a mute hides."""

    NOTIFY_ONLY = "notify_only"
    """Cards come and live on; nothing rings beneath them."""
    FULL = "full"
    """Besides, an alert that has no card yet gets none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UntilResolved:
    """Ends when no alert that the mute takes is open any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UntilWorse:
    """Ends when what it hides has become this many times worse than it was when muted.

    Worse is measured as a rate: records counted in over `WORSE_WINDOW`, of all alerts together
    that the mute takes. When it is set, `base` is the records of the last `WORSE_WINDOW`; of
    alerts younger than that, as many as a whole window would have had at their pace so far
    (which is taken over a minute at least); and never less than 1. The mute ends with the record
    that brings the last ten minutes, counted from its beginning on, to ``times × base``.

    Attributes:
        times: At least 2.
        base: Records per `WORSE_WINDOW` before; set by `muted`.
    """

    times: int = 10
    base: int = 1

    def crossed(self, records: int) -> bool:
        """Whether this many records within the last `WORSE_WINDOW` are that much worse."""
        return records >= self.times * self.base


Until = datetime | UntilResolved | UntilWorse | Recurrence
"""What people ask for; an instant is aware, UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """A wish not to be told.

    Attributes:
        id: Number that people use; 0 while not stored.
        version: Grows by one with every change; what was planned for an older one is void.
        matchers: All must hold.
        starts_at: First instant, of the window at hand or else the next; aware, UTC.
        ends_at: First instant after it, `OPEN_END` while that is open; aware, UTC.
        until: What ends it; None when only the clock does, at `ends_at`.
        by: Who asked for it, or last changed it.
        reason: Free text, may be "".
        chat: Where it was asked for, "" when in no chat.
        name: Of a mute in the configuration, else "".
        suppressed: Records it hid so far, in the window at hand.
    """

    id: int = 0
    version: int = 1
    matchers: tuple[Matcher, ...]
    starts_at: datetime
    ends_at: datetime
    until: UntilResolved | UntilWorse | Recurrence | None = None
    effect: Effect = Effect.FULL
    by: Person
    reason: str = ""
    chat: str = ""
    name: str = ""
    suppressed: int = 0

    def active(self, now: datetime) -> bool:
        """Whether it hides at this instant."""
        return self.starts_at <= now < self.ends_at


def muted(matchers: tuple[Matcher, ...], until: Until, by: Person, now: datetime) -> Mute:
    """A mute that somebody sets now; not stored yet."""
    match until:
        case datetime():
            return Mute(matchers=matchers, starts_at=now, ends_at=until, by=by)
        case UntilResolved() | UntilWorse():
            return Mute(matchers=matchers, starts_at=now, ends_at=OPEN_END, until=until, by=by)
        case Recurrence():
            window = until.window(now)
            return Mute(
                matchers=matchers,
                starts_at=max(window.starts_at, now),
                ends_at=window.ends_at,
                until=until,
                by=by,
            )
        case _:
            assert_never(until)


def extended(mute: Mute, ends_at: datetime, by: Person) -> Mute:
    """The same mute with another end, by the clock from now on; a recurring one stays that."""
    until = mute.until if isinstance(mute.until, Recurrence) else None
    return replace(mute, version=mute.version + 1, ends_at=ends_at, until=until, by=by)


def ended(mute: Mute, event: MuteEvent, now: datetime) -> Mute:
    """The mute when it ends now; what the configuration says comes again in its next window."""
    again = mute.name and event is MuteEvent.LIFTED
    until = mute.until if again or not isinstance(mute.until, Recurrence) else None
    return replace(
        mute,
        version=mute.version + 1,
        starts_at=min(mute.starts_at, now),
        ends_at=now,
        until=until,
    )


def renewed(mute: Mute, now: datetime) -> Mute | None:
    """The mute for its next window, after one is over; None when none follows."""
    if not isinstance(mute.until, Recurrence):
        return None
    window = mute.until.window_after(mute.ends_at)
    if window.ends_at <= now:  # nobody looked for long
        window = mute.until.window(now)
    return replace(mute, starts_at=window.starts_at, ends_at=window.ends_at, suppressed=0)


def base_rate(records: int, age: timedelta) -> int:
    """What `UntilWorse.base` is, from the records of the last `WORSE_WINDOW` of alerts this old."""
    share = min(WORSE_WINDOW, max(_LEAST_AGE, age)) / WORSE_WINDOW
    return max(1, ceil(records / share))


def identity(alert: Alert) -> Mapping[str, str]:
    """What matchers see of an alert: its labels, and ``rule``, ``severity``, ``fingerprint``."""
    return {
        **alert.labels,
        "rule": alert.rule,
        "severity": alert.severity.value,
        "fingerprint": alert.fingerprint,
    }


def mute_of(alert: Alert, mutes: Iterable[Mute], now: datetime) -> Mute | None:
    """The mute that hides this alert longest, with the strongest effect of all that do."""
    return mute_over(identity(alert), mutes, now)


def mute_over(seen: Mapping[str, str], mutes: Iterable[Mute], now: datetime) -> Mute | None:
    """The same for an alert of which only the identity is known; None when none hides it."""
    hiding = [mute for mute in mutes if mute.active(now) and all_take(mute.matchers, seen)]
    longest = max(hiding, key=lambda mute: mute.ends_at, default=None)
    if longest is None or all(mute.effect is Effect.NOTIFY_ONLY for mute in hiding):
        return longest
    return replace(longest, effect=Effect.FULL)


def withholds(mute: Mute | None) -> bool:
    """Whether an alert that this hides gets no first card."""
    return mute is not None and mute.effect is Effect.FULL


def for_one(fingerprint: str) -> tuple[Matcher, ...]:
    """Matchers that mean one alert; bound to the fingerprint, so they outlive a resolve."""
    return (Matcher(label="fingerprint", operator=Operator.EQUAL, value=fingerprint),)


def fingerprints_of(mutes: Iterable[Mute]) -> frozenset[str] | None:
    """The only fingerprints that these mutes can hide; None if one of them is not bound to any.

    Most mutes are made on a card and mean one alert: then nobody need look at all open ones.
    """
    names = [next((one.value for one in mute.matchers if _binds(one)), None) for mute in mutes]
    bound = frozenset(name for name in names if name is not None)
    return None if None in names else bound


def _binds(matcher: Matcher) -> bool:
    return matcher.label == "fingerprint" and matcher.operator is Operator.EQUAL
