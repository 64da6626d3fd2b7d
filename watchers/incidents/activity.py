"""How often lines of one key come, and whether that is out of the ordinary."""

import math
from collections import deque
from dataclasses import dataclass, field
from enum import Enum

from watchers.incidents.entry import Entry
from watchers.numbers.rates import Rate, unlikely_count
from watchers.numbers.windows import Window

SHORT_S = 60.0
LONG_S = 300.0
SLOW_S = 1800.0
_FAST_FADING_S = 7200.0
_SLOW_FADING_S = 86_400.0
NEW_BELOW = 3.0
"""A key with fewer known lines than this is new."""
LEAST = 3
_FIRES = 1e-6
_ALIVE = 1e-3
_WORTH = 3.0
"""However sure it is that there are more: less than so many times as many is a busy day."""
_FALSE_NEW = 0.02
"""How many false alarms keys may make that are everyday, only not yet seen."""
_RECENT = 24
_HOPELESS = 60


class Level(Enum):
    """How out of the ordinary it is."""

    NORMAL = 0
    UNUSUAL = 1
    FIRING = 2


@dataclass(slots=True)
class Activity:
    """The lines of one key: counts of late, and what is known of its everyday rate.

    Lines become known when they leave the long window, unless the key burns by then: so what
    fires never takes itself for normal. Lines within a bucket of all windows only raise a number;
    windows and rates are brought up to date when they are asked.

    Attributes:
        fresh: Lines that no window has counted yet; all are of their newest buckets.
        same_until_s: Until then a line is of these, and nothing leaves a window.
    """

    short: Window = field(default_factory=lambda: Window(SHORT_S, 2.0))
    long: Window = field(default_factory=lambda: Window(LONG_S, 5.0))
    slow: Window = field(default_factory=lambda: Window(SLOW_S, 60.0))
    fast: Rate = field(default_factory=lambda: Rate(_FAST_FADING_S))
    lasting: Rate = field(default_factory=lambda: Rate(_SLOW_FADING_S))
    recent: deque[Entry] = field(default_factory=lambda: deque(maxlen=_RECENT))
    seen: int = 0
    began_s: float = 0.0
    last_s: float = -math.inf
    burning: bool = False
    fresh: int = 0
    same_until_s: float = -math.inf

    def start(self, known_since_s: float, now_s: float) -> None:
        """Nothing was seen of it between then and now."""
        for rate in (self.fast, self.lasting):
            rate.at_s = known_since_s
            rate.fade(now_s - LONG_S)

    def take(self, entry: Entry, now_s: float) -> None:
        """Count a line."""
        if now_s < self.same_until_s:
            self.fresh += 1
        else:
            self._turn(now_s)
        self.recent.append(entry)
        self.seen += 1
        self.last_s = now_s

    def burn(self, *, burning: bool) -> None:
        """Whether its lines are of an incident from now on, and no part of the everyday."""
        if burning is not self.burning:
            self.settle()
            self.burning = burning

    def settle(self) -> None:
        """Bring windows and rates up to its last line."""
        if self.fresh:
            self._count_fresh()
        if self.last_s > -math.inf:
            self._fade(self.last_s - LONG_S)

    def _count_fresh(self) -> None:
        for window in (self.short, self.long, self.slow):
            window.add_more(self.fresh)
        self.fresh = 0

    def _turn(self, now_s: float) -> None:
        """Count a line that begins a bucket, or before which something leaves a window."""
        if self.fresh:
            self._count_fresh()
        short, long, slow = self.short, self.long, self.slow
        short.add(now_s)
        slow.add(now_s)
        left = long.add(now_s)
        if left and not self.burning:
            self._fade(min(now_s - LONG_S, self.last_s))
            self.fast.known += left
            self.lasting.known += left
        if long.total == 1:
            self.began_s = now_s
        self.same_until_s = min(short.same_until_s, long.same_until_s, slow.same_until_s)

    def _fade(self, until_s: float) -> None:
        for rate in (self.fast, self.lasting):
            if self.burning:
                rate.skip(until_s)
            else:
                rate.fade(until_s)

    @property
    def new(self) -> bool:
        """Whether too little is known of it for a rate."""
        self.settle()
        return self.lasting.known < NEW_BELOW

    @property
    def of_late(self) -> int:
        """How many of its lines are in the long window."""
        return self.long.total + self.fresh

    @property
    def gap_s(self) -> float:
        """Seconds between its lines of late, as far as they tell."""
        count = min(self.of_late, len(self.recent))
        if count <= 1:
            return LONG_S
        return (self.recent[-1].at_s - self.recent[-count].at_s) / (count - 1)

    def judge(self, singles: float, *, careful: bool) -> Level:
        """How out of the ordinary its lines are now.

        Args:
            singles: How many keys were seen only once: so many more there are that never were.
            careful: It takes many lines, as for warnings.
        """
        new = self.new and not careful
        if new and self._fires_as_new(singles):
            return Level.FIRING
        alive, least = new, 10 if careful else LEAST
        for window in (self.short, self.long):
            count = window.total
            if count < least:
                continue
            fast, lasting = self.fast.expected(window.span_s), self.lasting.expected(window.span_s)
            if count < _WORTH * fast or count < _WORTH * lasting:
                continue
            # Of two that are equal, the one known from more lines is the surer one.
            mean, known = max((fast, self.fast.known), (lasting, self.lasting.known))
            if count >= unlikely_count(mean, known, _FIRES):
                return Level.FIRING
            alive = alive or count >= unlikely_count(mean, known, _ALIVE)
        return Level.UNUSUAL if alive else Level.NORMAL

    def _fires_as_new(self, singles: float) -> bool:
        """By the smallest window that holds all of its lines: before, it was not seen at all."""
        everything = self.slow.total
        if everything < LEAST or self.lasting.known + self.long.total > everything + 0.5:
            return False
        for window in (self.short, self.long, self.slow):
            if window.total == everything:
                unseen_s = max(self.lasting.exposure_s + LONG_S - window.span_s, 1.0)
                return everything >= enough(window.span_s, unseen_s, singles)
        return False


def enough(span_s: float, unseen_s: float, singles: float) -> int:
    """So many lines of a new key in a window are hardly everyday.

    By Good and Turing, keys that were not seen for a time E come at a rate of f/E, where f keys
    were seen once; the rate r of such a key is about Gamma(2, E), so that it logs c lines within w
    with chance c (w/E)^(c-1). Over another E that makes f c (w/E)^(c-1) false alarms.
    """
    share, count = span_s / unseen_s, LEAST
    while (singles + 1.0) * count * share ** (count - 1) > _FALSE_NEW and count < _HOPELESS:
        count += 1
    return count
