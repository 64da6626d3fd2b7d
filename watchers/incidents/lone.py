"""Errors of kinds that were never seen before: one of them is told, though it is no incident."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from watchers.finding import Finding, Response
from watchers.incidents.engine import Incidents

_DAY_S = 86_400.0
_MOST_A_DAY = 24.0
"""Where more new kinds than this are to be expected in a day, one more is nothing to tell."""
_MOST_WAITING = 100


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A finding that becomes part of an incident, or else is told."""

    finding: Finding
    due_s: float


class LoneErrors:
    """Holds what may become an incident for as long as that takes; not thread-safe."""

    def __init__(self, incidents: Incidents, hold_s: float) -> None:
        self._incidents = incidents
        self._hold_s = hold_s
        self._waiting: dict[str, _Waiting] = {}

    @property
    def holding(self) -> bool:
        """Whether something waits to be told."""
        return bool(self._waiting)

    def consider(self, template: str, finding: Finding, now_s: float) -> None:
        """Look at a kind of line, before the incidents are told of it."""
        if not self._incidents.never_seen(template) or self._incidents.burns(template):
            return
        if self._incidents.new_kinds(_DAY_S, now_s) > _MOST_A_DAY:
            return
        if len(self._waiting) < _MOST_WAITING:
            self._waiting[template] = _Waiting(finding, now_s + self._hold_s)

    def due(self, now_s: float) -> Iterator[Finding]:
        """What is of no incident by now; call it once incidents were told the time."""
        for template, one in list(self._waiting.items()):
            if self._incidents.burns(template):
                del self._waiting[template]
            elif now_s >= one.due_s:
                del self._waiting[template]
                yield _told(one.finding)


def _told(finding: Finding) -> Finding:
    """A finding that was recorded already, as an alert."""
    name = hashlib.blake2b(f"{finding.id} alone".encode(), digest_size=16).hexdigest()
    return replace(finding, id=name, responses=frozenset({Response.ALERT}))
