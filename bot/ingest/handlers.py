"""Who makes something of an event, by its name: built in, configured, or an installed package's."""

import fnmatch
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import entry_points
from typing import Any, Protocol

from bot.ingest.pushed import Pushed
from watchers.health import HostSample

_log = logging.getLogger(__name__)

ENTRY_POINTS = "larkwatch.event_handlers"
"""Group of entry points: each names a `Handler`, or something that is called and gives one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushedEvent:
    """An event that somebody pushed.

    Attributes:
        name: E.g. ``user.created``.
        at: When it happened, as the sender says; aware, UTC.
        data: What came with it; any JSON, untrusted.
        sender: Whose it is, by its name in the configuration.
        body: The whole of what was posted.
    """

    name: str
    at: datetime
    data: Any
    sender: str
    body: Mapping[str, Any]


class Handler(Protocol):
    """Makes something of events.

    Attributes:
        events: Names of those that it takes; ``*`` stands for anything, as in ``user.*``.
    """

    @property
    def events(self) -> Sequence[str]: ...  # noqa: D102 - the class says it

    def handle(self, event: PushedEvent, now: datetime) -> Iterable[Pushed | HostSample]:
        """The alerts that it means, and how hosts stand; may be nothing.

        Called in the thread of the request, for some events twice; it must be quick and change
        nothing.

        Raises:
            Exception: Any; the event is then kept with the reason, and listed.
        """
        ...


class Handlers:
    """A registry: the handler for an event is the one that names it most exactly."""

    def __init__(self, *origins: Iterable[Handler]) -> None:
        """Of two that name it alike, the one of the earlier origin is taken."""
        self._named = [
            (pattern, rank, handler)
            for rank, handlers in enumerate(origins)
            for handler in handlers
            for pattern in handler.events
        ]

    def of(self, name: str) -> Handler | None:
        """Who handles events of this name, None for nobody."""
        fits = [one for one in self._named if fnmatch.fnmatchcase(name, one[0])]
        best = max(fits, key=lambda one: (*_exactness(one[0]), -one[1]), default=None)
        return best[2] if best is not None else None


def installed() -> tuple[Handler, ...]:
    """Those of installed packages; one that cannot be used is left out, and said in the log."""
    found = []
    for point in entry_points(group=ENTRY_POINTS):
        try:
            loaded = point.load()
            handler = loaded() if isinstance(loaded, type) else loaded
            if isinstance(handler.events, str) or not callable(handler.handle):
                raise TypeError("events must be a list of names, and handle a method")  # noqa: TRY301
            found.append(handler)
        except Exception:  # noqa: BLE001 - somebody else's code
            _log.exception("a handler of events cannot be used", extra={"entry_point": point.name})
    return tuple(found)


def _exactness(pattern: str) -> tuple[bool, int]:
    """A plain name goes before any with wildcards, and of these the longer one."""
    return not any(mark in pattern for mark in "*?["), len(pattern)
