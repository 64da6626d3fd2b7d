"""Kinds of lines that are out of the ordinary by now, though none of them enough to fire."""

from collections.abc import Mapping

from watchers.incidents.activity import Activity, Key, enough_together
from watchers.incidents.ages import SHORT_S


class Unusual:
    """The keys of late, of no incident yet."""

    def __init__(self, activities: Mapping[Key, Activity]) -> None:
        """`activities` is read anew every time."""
        self._activities = activities
        self._seen: dict[Key, float] = {}

    def note(self, key: Key, now_s: float) -> None:
        """A line of it came just now."""
        self._seen.pop(key, None)
        self._seen[key] = now_s  # the newest last

    def drop(self, key: Key) -> None:
        """It is of an incident now."""
        self._seen.pop(key, None)

    def of_late(self, now_s: float) -> list[tuple[Key, Activity]]:
        """Those of the last minute, but for warnings, oldest first."""
        while self._seen and (oldest := next(iter(self._seen.items())))[1] < now_s - SHORT_S:
            del self._seen[oldest[0]]
        return [
            (key, activity)
            for key in self._seen
            if not key[2] and (activity := self._activities.get(key)) is not None
        ]

    def breaks_out(self, service: str, singles: float, now_s: float) -> bool:
        """Whether several kinds that a service never wrote before are more than chance."""
        fresh = [
            (activity.first_minute, activity.unseen_s)
            for key, activity in self.of_late(now_s)
            if key[0] == service and activity.first_minute
        ]
        if len(fresh) < 2:  # noqa: PLR2004 - of one kind, it decides itself
            return False
        lines, unseen_s = sum(one for one, _ in fresh), min(since_s for _, since_s in fresh)
        return enough_together(lines, len(fresh), unseen_s, singles)
