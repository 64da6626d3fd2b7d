"""What is looked for in what was said already, and what was found of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from watchers.streams.entry import Entry
from watchers.streams.paging import SECOND, Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which entries are looked for.

    Attributes:
        words: What each must hold, whatever its case, as far as its keeper can tell; "" for any.
        since_s: Not before this, in seconds since 1970.
        until_s: And before this.
        most: The newest so many.
        within_s: It must not take longer.
    """

    words: str
    since_s: float
    until_s: float
    most: int
    within_s: float

    @property
    def span(self) -> tuple[int, int]:
        """From when to when, in nanoseconds since 1970."""
        return round(self.since_s * SECOND), round(self.until_s * SECOND)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was found.

    Attributes:
        entries: Newest first.
        bound: Whether there may be more: it took too long, or there are too many.
    """

    entries: tuple[Entry, ...]
    bound: bool


def seen(found: Iterable[Found], wanted: Wanted) -> Seen:
    """What a server answered."""
    newest = sorted(found, key=lambda one: one.at, reverse=True)
    return Seen(
        entries=tuple(
            Entry(
                mark="",
                stream=one.stream,
                id=one.id,
                text=one.text,
                at_s=one.at / SECOND,
                dated=True,
            )
            for one in newest[: wanted.most]
        ),
        bound=len(newest) >= wanted.most,
    )
