"""Spans of time as the settings of sources write them."""

from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator

from watchers.delay import read_span


def _span(found: object) -> timedelta:
    if isinstance(found, timedelta):
        return found
    span = read_span(found) if isinstance(found, str) else None
    if not span:
        raise ValueError('a span such as "10s", "1m30s" or "2h"')
    return span


def _wait(found: object) -> timedelta:
    return timedelta() if found == "0s" else _span(found)


Span = Annotated[timedelta, BeforeValidator(_span)]
Wait = Annotated[timedelta, BeforeValidator(_wait)]
"""A span that may be nothing: ``0s``."""
