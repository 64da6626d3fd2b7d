"""``http``: which address is asked, and what a good answer is."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from watchers.streams.reach import Reach
from watchers.streams.span import Span


class HttpSettings(Reach):
    """What is asked, and when.

    Attributes:
        every: From one time to the next.
        status: Status codes of a good answer; all from 200 to 399 when empty.
        body: Whether the lines of the answer are read too.
    """

    every: Span = timedelta(minutes=1)
    status: tuple[Annotated[int, Field(ge=100, le=599)], ...] = ()
    body: bool = False
