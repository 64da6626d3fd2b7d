"""Routing: alert and subscriptions to targets, with the reason for each no."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.alert import Alert
from bot.core.matcher import all_take
from bot.core.mute import identity
from bot.core.subscription import Language, Subscription, Target
from watchers.finding import Severity


class Verdict(StrEnum):
    """Why a subscription takes an alert or not."""

    TAKEN = "taken"
    SUSPENDED = "suspended"
    TOO_LOW = "too_low"
    NO_MATCH = "no_match"
    OUT_OF_HOURS = "out_of_hours"
    """It takes it, but tells it later: the hours of the chat are over and it is not urgent."""

    @property
    def takes(self) -> bool:
        """Whether the alert is told, now or later."""
        return self in (Verdict.TAKEN, Verdict.OUT_OF_HOURS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A target that an alert goes to, and the language it is told in.

    Attributes:
        subscription_id: The subscription that brings it there, 0 for the fallback.
        later: When it may be told, None for now; aware, UTC.
    """

    target: Target
    language: Language
    subscription_id: int
    later: datetime | None = None


def verdict(alert: Alert, subscription: Subscription, now: datetime) -> Verdict:
    """Whether this subscription takes the alert, and why not."""
    return verdict_on(alert.severity, identity(alert), subscription, now)


def verdict_on(
    severity: Severity, seen: Mapping[str, str], subscription: Subscription, now: datetime
) -> Verdict:
    """The same from what matchers see of an alert."""
    if subscription.suspended:
        return Verdict.SUSPENDED
    if severity.rank < subscription.least_severity.rank:
        return Verdict.TOO_LOW
    if not all_take(subscription.matchers, seen):
        return Verdict.NO_MATCH
    if not subscription.ways.rings(severity, now):
        return Verdict.OUT_OF_HOURS
    return Verdict.TAKEN


def route(alert: Alert, subscriptions: Iterable[Subscription], now: datetime) -> tuple[Route, ...]:
    """One route per target, however many subscriptions of it take the alert.

    Of a target's, one that rings now goes before one that would tell later; then the oldest.
    """
    return route_on(alert.severity, identity(alert), subscriptions, now)


def route_on(
    severity: Severity,
    seen: Mapping[str, str],
    subscriptions: Iterable[Subscription],
    now: datetime,
) -> tuple[Route, ...]:
    """The same from what matchers see of an alert."""
    taking = [(verdict_on(severity, seen, one, now), one) for one in subscriptions]
    taking = [(found, one) for found, one in taking if found.takes]
    taking.sort(key=lambda pair: (pair[0] is not Verdict.TAKEN, pair[1].id))
    routes: dict[Target, Route] = {}
    for found, subscription in taking:
        later = None
        if found is Verdict.OUT_OF_HOURS and subscription.ways.hours is not None:
            later = subscription.ways.hours.next_opening(now)
        routes.setdefault(
            subscription.target,
            Route(
                target=subscription.target,
                language=subscription.language,
                subscription_id=subscription.id,
                later=later,
            ),
        )
    return tuple(routes.values())


def follows(alert: Alert, target: Target, subscriptions: Iterable[Subscription]) -> bool:
    """Whether a target is told of the alert, at whatever hour, also when it is out of reach."""
    seen = identity(alert)
    return any(
        one.target == target
        and alert.severity.rank >= one.least_severity.rank
        and all_take(one.matchers, seen)
        for one in subscriptions
    )
