"""The kinds of lines that were seen, each with its activity."""

from collections.abc import Container

from watchers.incidents.activity import Activity, Key
from watchers.numbers.rates import Rate

MOST_KEYS = 20_000
_FADING_S = 86_400.0
SEEN_AGAIN = 2
"""What was seen so often is no longer seen just once."""


class Known:
    """Activities by key, as many as fit; those not seen for longest go first.

    Attributes:
        activities: All of them.
    """

    def __init__(self) -> None:
        self.activities: dict[Key, Activity] = {}
        self._singles = Rate(_FADING_S)

    @property
    def singles(self) -> float:
        """How many keys were seen just once, of late."""
        return self._singles.known

    def begin(self, key: Key, since_s: float, now_s: float, kept: Container[Key]) -> Activity:
        """The activity of a key that is seen for the first time.

        Args:
            key: Of the line.
            since_s: Since when it would have been seen.
            now_s: The time.
            kept: Keys that must not go to make room.
        """
        if len(self.activities) >= MOST_KEYS:
            self._forget(kept)
        activity = self.activities[key] = Activity()
        activity.start(since_s, now_s)
        return activity

    def note(self, activity: Activity, now_s: float) -> None:
        """Count a key that was seen for the first or the second time."""
        self._singles.fade(now_s)
        change = 1.0 if activity.seen < SEEN_AGAIN else -1.0
        self._singles.known = max(0.0, self._singles.known + change)

    def _forget(self, kept: Container[Key]) -> None:
        # What was begun just now has no line yet.
        idle = sorted(
            (a.last_s, key) for key, a in self.activities.items() if a.seen and key not in kept
        )
        for _, key in idle[: MOST_KEYS // 4]:
            del self.activities[key]
        for activity in self.activities.values():
            activity.wide = None
