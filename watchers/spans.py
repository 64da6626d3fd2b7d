"""Steps on the way from a line to a card, as spans of a trace; what keeps them is elsewhere.

Whoever does a step names it here, and what comes of it later, in another thread or process, goes
on from the text that the span is known by: W3C's ``traceparent``.
"""

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from datetime import datetime
from typing import Protocol

CURRENT: ContextVar[str] = ContextVar("traceparent", default="")
"""The innermost span that this thread is in, "" for none."""
_KNOWN = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_NO_FACTS: Mapping[str, str | int] = {}


class Tracer(Protocol):
    """Keeps spans; safe between threads."""

    def span(
        self,
        name: str,
        *,
        parent: str = "",
        root: str = "",
        since: datetime | None = None,
        facts: Mapping[str, str | int] = _NO_FACTS,
    ) -> AbstractContextManager[str]:
        """A step, for as long as the block runs; what leaves it by an exception failed.

        Args:
            name: One of few: what stands in them is among the facts.
            parent: What led to it, else the span that this thread is in.
            root: Without a parent a trace begins; the same root begins the same one, so that a
                step that is done once more is seen once.
            since: When it began, if that was earlier; aware.
            facts: What is worth knowing of it; never what people wrote, nor secrets.

        Returns:
            What gives the span's traceparent, "" where nothing is kept.
        """
        ...

    def link(self, traceparent: str) -> str:
        """Where the trace can be looked at, "" for nowhere."""
        ...


class Untraced:
    """Keeps nothing, at no cost."""

    def span(
        self,
        name: str,
        *,
        parent: str = "",
        root: str = "",
        since: datetime | None = None,
        facts: Mapping[str, str | int] = _NO_FACTS,
    ) -> AbstractContextManager[str]:
        """Nothing."""
        return _NOTHING

    def link(self, traceparent: str) -> str:
        """Nowhere."""
        return ""

    def close(self) -> None:
        """Nothing waits."""


_NOTHING = nullcontext("")
UNTRACED = Untraced()


def known_traceparent(text: object) -> str:
    """A traceparent that another process says, "" for what is none."""
    return text if isinstance(text, str) and _KNOWN.fullmatch(text) else ""
