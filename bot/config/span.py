"""Spans of time as people write them in the configuration: ``90s``, ``15m``, ``1h30m``, ``2d``."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator

_PART = re.compile(r"(\d+)([smhd])")
_WHOLE = re.compile(r"(?:\d+[smhd])+")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def parse_span(found: object) -> timedelta:
    """Read a span.

    Raises:
        ValueError: If it is not text of that form, or not longer than nothing.
    """
    if isinstance(found, timedelta):
        return found
    if not isinstance(found, str) or not _WHOLE.fullmatch(found):
        raise ValueError('a span such as "90s", "15m", "1h30m" or "2d"')
    seconds = sum(int(count) * _SECONDS[unit] for count, unit in _PART.findall(found))
    if not 0 < seconds <= 366 * 86400:
        raise ValueError("a span from 1s to 366d")
    return timedelta(seconds=seconds)


Span = Annotated[timedelta, BeforeValidator(parse_span)]
