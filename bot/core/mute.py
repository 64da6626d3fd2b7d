"""Mutes: matchers, span, author, reason; they hide, they never change state."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.core.alert import Alert, Person
from bot.core.matcher import Matcher, Operator, all_take


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """A wish not to be told.

    Attributes:
        id: Number that people use; 0 while not stored.
        matchers: All must hold.
        starts_at: First instant; aware, UTC.
        ends_at: First instant after it; aware, UTC.
        by: Who asked for it.
        reason: Free text, may be "".
    """

    id: int = 0
    matchers: tuple[Matcher, ...]
    starts_at: datetime
    ends_at: datetime
    by: Person
    reason: str = ""

    def active(self, now: datetime) -> bool:
        """Whether it hides at this instant."""
        return self.starts_at <= now < self.ends_at


def identity(alert: Alert) -> Mapping[str, str]:
    """What matchers see of an alert: its labels, and ``rule``, ``severity``, ``fingerprint``."""
    return {
        **alert.labels,
        "rule": alert.rule,
        "severity": alert.severity.value,
        "fingerprint": alert.fingerprint,
    }


def mute_of(alert: Alert, mutes: Iterable[Mute], now: datetime) -> Mute | None:
    """The mute that hides this alert longest, None when none does."""
    return mute_over(identity(alert), mutes, now)


def mute_over(seen: Mapping[str, str], mutes: Iterable[Mute], now: datetime) -> Mute | None:
    """The same for an alert of which only the identity is known."""
    hiding = [mute for mute in mutes if mute.active(now) and all_take(mute.matchers, seen)]
    return max(hiding, key=lambda mute: mute.ends_at, default=None)


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
