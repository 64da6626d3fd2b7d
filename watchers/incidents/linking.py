"""Which open incident a key belongs to that begins to fire."""

from collections.abc import Sequence

from watchers.incidents.activity import LEAST, Activity, Key
from watchers.incidents.entry import Why
from watchers.incidents.incident import Incident

_LATE_S = 10.0
_LATE_GAPS = 10.0
_LATEST_S = 300.0
_SPREADS_S = 300.0


class Links:
    """Looks through the open incidents, newest last."""

    def __init__(self, incidents: Sequence[Incident]) -> None:
        """`incidents` is read anew every time."""
        self._open = incidents

    def find(
        self, key: Key, activity: Activity, names: Sequence[str], now_s: float
    ) -> tuple[Incident | None, Why, list[Incident]]:
        """The incident that a key joins, why, and those nobody was told of that join with it.

        Of several, one that people were told of goes first, then the better reason.
        """
        linked = [
            (one, why)
            for one in self._open
            if (why := self._why(one, key, activity, names, now_s)) is not None
        ]
        if not linked:
            return None, Why.BEGAN, []
        best, why = min(linked, key=lambda pair: (not pair[0].sent, _RANKS[pair[1]]))
        return best, why, [one for one, _ in linked if one is not best and not one.sent]

    def sent_with(self, incident: Incident, now_s: float) -> Incident | None:
        """An incident that people were told of, and that one which they were not is part of."""
        names = tuple(incident.names)
        for key, activity in incident.keys.items():
            if activity.of_late < LEAST:
                continue  # gathered with the others: one line does not say when it began
            for one in self._open:
                if one.sent and self._why(one, key, activity, names, now_s) is not None:
                    return one
        return None

    @staticmethod
    def _why(
        one: Incident, key: Key, activity: Activity, names: Sequence[str], now_s: float
    ) -> Why | None:
        service, template, _ = key
        if service in one.joined and (template in one.templates or _began_with(one, activity)):
            return Why.SAME_LINES if template in one.templates else Why.BEGAN
        if now_s - one.last_s > _SPREADS_S:
            return None  # it is over, only not yet for sure
        if template in one.templates:
            return Why.SAME_LINES
        if any(name in one.joined for name in names if name != service):
            return Why.NAMES
        if service in one.names:
            return Why.NAMED
        return None


_RANKS = {Why.SAME_LINES: 0, Why.NAMES: 1, Why.BEGAN: 2, Why.NAMED: 3}


def _began_with(one: Incident, activity: Activity) -> bool:
    """Whether new lines of a service in an incident are of that incident.

    Once people were told of it, something else may break in the same service, as in a restart
    that does not come up: what begins later than its own pace explains is another incident.
    """
    if not one.sent or one.spread:
        return True
    late_s = activity.began_s - one.began_s
    return late_s <= min(_LATEST_S, _LATE_S + _LATE_GAPS * activity.gap_s)
