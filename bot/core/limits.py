"""Limits on messages that ring, as pure arithmetic: a state goes in, a verdict comes out.

A state is a list of seconds (of the time axis that the caller chose), so that it can be kept
anywhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

State = tuple[float, ...]


class LimitKind(StrEnum):
    """How messages are counted."""

    FIXED_WINDOW = "fixed_window"
    SLIDING_LOG = "sliding_log"
    TOKEN_BUCKET = "token_bucket"  # noqa: S105 - a name, not a secret


class Per(StrEnum):
    """What has a count of its own."""

    RULE = "rule"
    CHAT = "chat"
    APP = "app"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a limit says to one message.

    Attributes:
        free_at: When a message may go out; not after now if this one may.
        state: To be kept if this message goes out.
    """

    free_at: float
    state: State


class Limiter(Protocol):
    """At most so many messages in a span of seconds."""

    def take(self, state: State, now: float) -> Taken:
        """Ask for one message; the state of a limit that nobody asked before is empty."""
        ...


@dataclass(frozen=True, slots=True)
class FixedWindow:
    """Counts anew when a window ends: cheap, but lets twice as many through around an end.

    The state is the start of the window and the count in it.
    """

    most: int
    span_s: float

    def take(self, state: State, now: float) -> Taken:
        """Ask for one message."""
        start = now - now % self.span_s
        begun, count = state or (start, 0.0)
        if begun < start:
            begun, count = start, 0.0
        free_at = now if count < self.most else begun + self.span_s
        return Taken(free_at=free_at, state=(begun, count + 1))


@dataclass(frozen=True, slots=True)
class SlidingLog:
    """Never more than so many in any span, whenever it begins.

    The state is the times of the newest messages, oldest first.
    """

    most: int
    span_s: float

    def take(self, state: State, now: float) -> Taken:
        """Ask for one message."""
        log = tuple(at for at in state if at > now - self.span_s)
        free_at = now if len(log) < self.most else log[-self.most] + self.span_s
        return Taken(free_at=free_at, state=(*log, now)[-self.most :])


@dataclass(frozen=True, slots=True)
class TokenBucket:
    """An even flow of so many per span, and as many at once after a rest.

    The state is the tokens left and the time they were counted.
    """

    most: int
    span_s: float

    def take(self, state: State, now: float) -> Taken:
        """Ask for one message."""
        left, at = state or (float(self.most), now)
        tokens = min(float(self.most), left + max(0.0, now - at) * self.most / self.span_s)
        # A hair below a whole token is one: what was said to be free then must be free then.
        if tokens >= 1 - 1e-9:
            return Taken(free_at=now, state=(max(0.0, tokens - 1), now))
        return Taken(free_at=now + (1 - tokens) * self.span_s / self.most, state=(tokens, now))


def limiter(kind: LimitKind, most: int, span_s: float) -> Limiter:
    """The arithmetic of a kind; `most` and `span_s` are positive."""
    return _KINDS[kind](most, span_s)


_KINDS: Mapping[LimitKind, Callable[[int, float], Limiter]] = {
    LimitKind.FIXED_WINDOW: FixedWindow,
    LimitKind.SLIDING_LOG: SlidingLog,
    LimitKind.TOKEN_BUCKET: TokenBucket,
}
