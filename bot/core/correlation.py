"""Alerts that belong together: those that began at one time, and those that come of another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.matcher import Matcher, all_take

UPSTREAM = "upstream"
"""The label or annotation of an alert that names the service it depends on."""
SHARED = ("service", "host")
"""Alerts begin together only where they have one of these in common."""
MOST_TOGETHER = 10
"""Counted no further: for each that joins, the cards of the others are drawn anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """An open alert, as far as its beginning matters."""

    alert_id: int
    title: str
    labels: Mapping[str, str]
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Alerts that began together.

    Attributes:
        first: Number of the one that began first.
        title: Its title; untrusted text.
        alerts: All of them, up to `MOST_TOGETHER`, in the order in which they began.
        within: How far apart the first and the last may be.
    """

    first: int
    title: str
    alerts: tuple[int, ...]
    within: timedelta

    @property
    def full(self) -> bool:
        """Whether there may be more than are counted."""
        return len(self.alerts) >= MOST_TOGETHER


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """Alerts that these matchers take come of an open one that those take."""

    alert: tuple[Matcher, ...]
    upstream: tuple[Matcher, ...]


def began_together(
    newest: Beginning, others: Iterable[Beginning], within: timedelta
) -> Together | None:
    """The alerts that began shortly before this one, on the same service or host; None for none.

    All of them lie within one span, which ends with `newest`.
    """
    near = [
        one
        for one in others
        if timedelta(0) <= newest.opened_at - one.opened_at <= within
        and one.alert_id != newest.alert_id
        and any(_same(newest, one, name) for name in SHARED)
    ]
    if not near:
        return None
    near.sort(key=lambda one: (one.opened_at, one.alert_id))
    first = near[0]
    numbers = [one.alert_id for one in near[: MOST_TOGETHER - 1]]
    return Together(
        first=first.alert_id,
        title=first.title,
        alerts=(*numbers, newest.alert_id),
        within=within,
    )


def merged(found: Together, known: Iterable[Together]) -> Together:
    """What was found, with what its alerts are known to have begun together with.

    What is counted to the end stays as it is: of a storm, not every card is drawn anew each time.

    Args:
        found: The newest alert and those shortly before it.
        known: Of these alerts, where the first one lies in the same span.
    """
    eldest = min(known, key=lambda one: one.first, default=None)
    if eldest is None or eldest.full:
        return eldest or found
    newest = found.alerts[-1]
    before = dict.fromkeys((*eldest.alerts, *found.alerts[:-1]))
    alerts = (*tuple(before)[: MOST_TOGETHER - 1], newest)
    return replace(eldest, alerts=alerts)


def comes_of(
    seen: Mapping[str, str],
    annotations: Mapping[str, str],
    other: Mapping[str, str],
    dependencies: Iterable[Dependency],
) -> bool:
    """Whether an alert comes of another one.

    Args:
        seen: What matchers see of the alert.
        annotations: What it carries besides.
        other: What matchers see of the one that is upstream, perhaps.
        dependencies: As configured.
    """
    if seen.get("fingerprint") == other.get("fingerprint"):
        return False
    named = seen.get(UPSTREAM) or annotations.get(UPSTREAM)
    if named and named == other.get("service"):
        return True
    return any(all_take(one.alert, seen) and all_take(one.upstream, other) for one in dependencies)


def _same(one: Beginning, other: Beginning, label: str) -> bool:
    value = one.labels.get(label)
    return bool(value) and value == other.labels.get(label)
