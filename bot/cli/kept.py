"""What a command reads back of the database that Larkwatch is at work on."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

from bot.cli.common import Failure, or_fail

if TYPE_CHECKING:
    from datetime import datetime

    from bot.store.store import Store


class _Numbered(Protocol):
    @property
    def id(self) -> int: ...


T = TypeVar("T", bound=_Numbered)


def since(
    file: str, span: str, read: "Callable[[Store, datetime, int], Sequence[T]]"
) -> Iterator[T]:
    """All that was kept since a span ago, oldest first, page by page.

    Args:
        file: The configuration.
        span: As it was typed, e.g. "7d".
        read: A page of what is newer than a moment and has higher numbers than the last; empty
            behind the end.

    Raises:
        Failure: If the span is none, the configuration is wrong or the database cannot be opened.
    """
    from bot.config.load import database_url, load
    from bot.config.span import parse_span
    from bot.store.database import migrate, open_database
    from bot.store.store import Store
    from watchers.clock import SystemClock

    try:
        back = parse_span(span)
    except ValueError as error:
        raise Failure(f"--since {span}: wanted {error}") from error
    config = or_fail(lambda: load(file))
    database = or_fail(lambda: open_database(database_url(config, file)))
    now = SystemClock().now()
    migrate(database, now)
    store, last = Store(database), 0
    while page := read(store, now - back, last):
        last = page[-1].id
        yield from page
