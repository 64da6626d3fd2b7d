"""Notices lines whose times cannot be: from ahead, or wrong by a whole number of half hours."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from watchers.finding import Finding

_AHEAD = timedelta(minutes=5)
_HALF_HOUR = timedelta(minutes=30)
_NEAR = timedelta(seconds=20)
_FARTHEST = timedelta(hours=26)
_LASTS = timedelta(minutes=1)
_ENOUGH = 3


class Clocks:
    """What the newest lines of one watch that were found say of its clock; not thread-safe.

    A backlog is read late, too, but by another span from line to line.
    """

    def __init__(self) -> None:
        self._off: timedelta | None = None
        self._since: datetime | None = None
        self._times = 0

    def hear(self, findings: Iterable[Finding]) -> None:
        """Look at what was just read."""
        for one in findings:
            if one.written_at is None:
                continue
            off = _wrong(one.written_at - one.seen_at)
            if off is None or off != self._off:
                self._off, self._since, self._times = off, one.seen_at, 0
            if self._since is None or one.seen_at - self._since >= self._times * _LASTS / _ENOUGH:
                self._times += 1

    @property
    def off_s(self) -> float:
        """By how much they are wrong, 0.0 while nothing seems to be."""
        wrong = self._off if self._times > _ENOUGH else None
        return wrong.total_seconds() if wrong is not None else 0.0

    @property
    def note(self) -> str:
        """What is wrong and what to do, "" while nothing seems to be."""
        if not self.off_s:
            return ""
        hours = abs(self.off_s) / 3600
        side = "ahead of" if self.off_s > 0 else "behind"
        return (
            f"its lines say times {hours:g} h {side} this clock: "
            'set time_zone = "…" of this watch to where they are written'
        )


def _wrong(off: timedelta) -> timedelta | None:
    """The whole half hours by which a line is wrong, None when it may well be right."""
    halves = round(off / _HALF_HOUR)
    whole = halves * _HALF_HOUR
    if halves and abs(off) <= _FARTHEST and abs(off - whole) <= _NEAR:
        return whole
    return max(whole, _HALF_HOUR) if off > _AHEAD else None
