"""Caps how many different findings one rule may make."""

from collections import defaultdict
from collections.abc import Hashable

DISTINCT_PER_MINUTE = 50
_WINDOW_S = 60.0


class DistinctCap:
    """At most so many different things per rule and minute; not thread-safe."""

    def __init__(self, limit: int = DISTINCT_PER_MINUTE) -> None:
        self._limit = limit
        self._since: dict[str, float] = {}
        self._seen: dict[str, set[Hashable]] = defaultdict(set)

    def admits(self, rule: str, thing: Hashable, now: float) -> bool:
        """Whether a thing may stand for itself.

        Args:
            rule: What is capped.
            thing: What is counted once, however often it comes.
            now: Monotonic seconds; a minute begins with the first thing after the last one.
        """
        seen = self._seen[rule]
        if now - self._since.get(rule, now - _WINDOW_S) >= _WINDOW_S:
            self._since[rule] = now
            seen.clear()
        if thing in seen:
            return True
        if len(seen) >= self._limit:
            return False
        seen.add(thing)
        return True
