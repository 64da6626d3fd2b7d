"""Routing: alert and subscriptions to targets, with the reason for each no."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A target that an alert goes to, and the language it is told in."""

    target: Target
    language: Language
    subscription_id: int


def verdict(alert: Alert, subscription: Subscription) -> Verdict:
    """Whether this subscription takes the alert, and why not."""
    return verdict_on(alert.severity, identity(alert), subscription)


def verdict_on(severity: Severity, seen: Mapping[str, str], subscription: Subscription) -> Verdict:
    """The same from what matchers see of an alert."""
    if subscription.suspended:
        return Verdict.SUSPENDED
    if severity.rank < subscription.least_severity.rank:
        return Verdict.TOO_LOW
    if not all_take(subscription.matchers, seen):
        return Verdict.NO_MATCH
    return Verdict.TAKEN


def route(alert: Alert, subscriptions: Iterable[Subscription]) -> tuple[Route, ...]:
    """One route per target, however many subscriptions of it take the alert; oldest wins."""
    routes: dict[Target, Route] = {}
    for subscription in sorted(subscriptions, key=lambda one: one.id):
        if verdict(alert, subscription) is Verdict.TAKEN:
            routes.setdefault(
                subscription.target,
                Route(
                    target=subscription.target,
                    language=subscription.language,
                    subscription_id=subscription.id,
                ),
            )
    return tuple(routes.values())
