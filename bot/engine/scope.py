"""What a figure is of: everything, what a chat is told of, or what was asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.core.matcher import Matcher, all_take
from bot.core.subscription import Subscription
from watchers.finding import Severity


class ScopeKind(StrEnum):
    """Where a scope comes from."""

    EVERYTHING = "everything"
    CHAT = "chat"
    """What the chat subscribed to."""
    ASKED = "asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the conditions of a scope; all its matchers must hold."""

    matchers: tuple[Matcher, ...] = ()
    least: Severity = Severity.INFO


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a figure is of.

    Attributes:
        parts: One of them must hold.
    """

    kind: ScopeKind
    parts: tuple[Part, ...] = (Part(),)

    @property
    def whole(self) -> bool:
        """Whether it takes everything."""
        return Part() in self.parts

    @property
    def by_severity(self) -> Severity | None:
        """From which severity on it takes everything; None if it asks for more than that."""
        if any(part.matchers for part in self.parts):
            return None
        return min((part.least for part in self.parts), key=lambda one: one.rank)

    @property
    def labels(self) -> frozenset[str]:
        """Labels that it looks at."""
        return frozenset(one.label for part in self.parts for one in part.matchers)

    def takes(self, severity: Severity, identity: Mapping[str, str]) -> bool:
        """Whether something with this severity and identity belongs to it."""
        return any(
            severity.rank >= part.least.rank and all_take(part.matchers, identity)
            for part in self.parts
        )


EVERYTHING = Scope(kind=ScopeKind.EVERYTHING)


def scope_of_chat(subscriptions: Iterable[Subscription]) -> Scope:
    """What these subscriptions take, at whatever hour; everything when there are none."""
    parts = tuple(Part(matchers=one.matchers, least=one.least_severity) for one in subscriptions)
    return Scope(kind=ScopeKind.CHAT, parts=parts) if parts else EVERYTHING


def scope_asked(matchers: tuple[Matcher, ...], least: Severity | None) -> Scope:
    """What somebody asked for."""
    part = Part(matchers=matchers, least=least or Severity.INFO)
    return Scope(kind=ScopeKind.ASKED, parts=(part,))
