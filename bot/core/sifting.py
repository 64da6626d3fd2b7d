"""Which alerts somebody wants to see: how they stand, since when, with which words, whose."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.core.alert import Alert, Person
from bot.core.matcher import Matcher
from watchers.finding import Severity


class Standing(StrEnum):
    """How an alert stands, as people ask for it."""

    OPEN = "open"
    FIRING = "firing"
    """Open, and nobody has it."""
    ACKED = "acked"
    RESOLVED = "resolved"
    MUTED = "muted"
    """Open, and hidden by a mute."""
    ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sift:
    """What is asked for.

    Attributes:
        matchers: Every one of them takes the alert.
        since: Occurred, or for `Standing.RESOLVED` was resolved, no earlier; None for whenever.
        text: Stands in the title, whatever its case; "" for any title.
        whose: Taken by or assigned to this person, None for anybody.
        by_number: The newest number first, an order in which nothing moves; else the worst first.
        below: Only of smaller numbers, None for all; of them all, the total is still told.
    """

    standing: Standing = Standing.OPEN
    matchers: tuple[Matcher, ...] = ()
    least_severity: Severity | None = None
    since: datetime | None = None
    text: str = ""
    whose: Person | None = None
    by_number: bool = False
    below: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """An alert that is perhaps asked for: `identity` is what matchers see."""

    id: int
    identity: Mapping[str, str]


class SiftedStore(Protocol):
    """Alerts by what is asked for, in its order; a mute is not looked at."""

    def page(self, sift: Sift, offset: int, limit: int) -> tuple[tuple[Alert, ...], int]:
        """Some of them, and how many there are; for a sift without matchers."""
        ...

    def briefly(self, sift: Sift, limit: int) -> tuple[Sifted, ...]:
        """At most so many that matchers may take, which are still to be asked; `below` or not."""
        ...
