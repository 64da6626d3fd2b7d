"""What can come of a push: an answer, silence, or nobody there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The bot answered; `body` is the raw JSON text of its handler, empty for none."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreachable:
    """There was nobody to push to; `code` is what a client would show."""

    code: int
    why: str


@dataclass(frozen=True, slots=True)
class TimedOut:
    """No answer within the limit."""


Answer = Answered | Unreachable | TimedOut
