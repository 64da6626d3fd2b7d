"""Spans of time as people write them in the configuration: ``90s``, ``15m``, ``1h30m``, ``2d``."""

from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator

from watchers.delay import SPAN, Delay, parse_delay, read_span


def parse_span(found: object) -> timedelta:
    """Read a span.

    Raises:
        ValueError: If it is not text of that form, or not longer than nothing.
    """
    if isinstance(found, timedelta):
        return found
    if not isinstance(found, str) or not SPAN.fullmatch(found):
        raise ValueError('a span such as "90s", "15m", "1h30m" or "2d"')
    span = read_span(found)
    if not span:
        raise ValueError("a span from 1s to 366d")
    return span


def _waits(found: object) -> Delay:
    if isinstance(found, Delay):
        return found
    if not isinstance(found, str):
        raise ValueError('waits in text, e.g. "up 10s down 15m x2 max 1h"')  # noqa: TRY004
    return parse_delay(found)


Span = Annotated[timedelta, BeforeValidator(parse_span)]
Waits = Annotated[Delay, BeforeValidator(_waits)]
"""Waits as people write them: ``up 10s down 15m x2 max 1h``."""
