"""How often lines of one key come, and whether that is out of the ordinary."""

import math
from collections import deque
from dataclasses import dataclass, field
from enum import Enum

from watchers.incidents.ages import GRAIN_S, LONG_S, SHORT_S, SLOW_S, Ages
from watchers.incidents.entry import Entry
from watchers.numbers.rates import Rate, unlikely_count

_FAST_FADING_S = 7200.0
_SLOW_FADING_S = 86_400.0
NEW_BELOW = 3.0
"""A key with fewer known lines than this is new."""
LEAST = 3
_LEAST_SLOW = 12
_FIRES = 1e-6
_ALIVE = 1e-3
_WORTH = 3.0
"""However sure it is that there are more: less than so many times as many is a busy day."""
_WORTH_STAYING = 2.0
"""The same for what burns already."""
_FALSE = {SHORT_S: 0.02, LONG_S: 0.005, SLOW_S: 0.002}
"""How many false alarms keys may make that are everyday, only not yet seen, in each window.

Those that come slowly can wait for one line more.
"""
_RECENT = 24
_HOPELESS = 60
_LOOK_EVERY_S = 300.0
"""What is known fades so slowly that what a count must reach holds for as long."""
_LOOK_SOON_S = 2.0
_WORTH_WAITING = 2


Key = tuple[str, str, bool]
"""Service, template, and whether it is only a warning; "*" stands for any."""


class Level(Enum):
    """How out of the ordinary it is."""

    NORMAL = 0
    UNUSUAL = 1
    FIRING = 2


@dataclass(slots=True)
class Activity:
    """The lines of one key: counts of late, and what is known of its everyday rate.

    Lines become known when they leave the long window, unless the key burns by then: so what
    fires never takes itself for normal. A line only raises a number; windows and rates are brought
    up to date when they are looked at, and that is once as many lines came as it takes.

    Attributes:
        wide: Its service with any kind, and its kind in any service, where these are counted.
        slowly: It was noticed by the slow window only.
        names_read: In how many of its lines services were looked for, while it burns.
        known_late: How many of the known lines came shortly before it began to burn.
        fresh: Lines that are in no bucket yet.
        level: How out of the ordinary it was when it was last looked at.
        look_seen: So many lines it takes before that may change.
        look_s: Or so long.
    """

    ages: Ages = field(default_factory=Ages)
    fast: Rate = field(default_factory=lambda: Rate(_FAST_FADING_S))
    lasting: Rate = field(default_factory=lambda: Rate(_SLOW_FADING_S))
    recent: deque[Entry] = field(default_factory=lambda: deque(maxlen=_RECENT))
    wide: "tuple[tuple[Key, Activity], ...] | None" = None
    seen: int = 0
    began_s: float = 0.0
    last_s: float = -math.inf
    burning: bool = False
    slowly: bool = False
    names_read: int = 0
    known_late: int = 0
    fresh: int = 0
    level: Level = Level.NORMAL
    look_seen: int = 0
    look_s: float = -math.inf
    _same_until_s: float = -math.inf
    _settled_s: float = -math.inf

    def start(self, known_since_s: float, now_s: float) -> None:
        """Nothing was seen of it between then and now."""
        for rate in (self.fast, self.lasting):
            rate.at_s = known_since_s
            rate.fade(now_s - LONG_S)

    def take(self, entry: Entry, now_s: float) -> None:
        """Count a line."""
        if now_s >= self._same_until_s:
            self._turn(now_s)
        self.fresh += 1
        self.recent.append(entry)
        self.seen += 1
        self.last_s = now_s

    def add(self, count: int) -> None:
        """Count more lines of the moment of its last one."""
        if self._same_until_s > -math.inf:
            self.fresh += count
            self.seen += count

    def burn(self, *, burning: bool) -> None:
        """Whether its lines are of an incident from now on, and no part of the everyday."""
        if burning is not self.burning:
            self.settle()
            self.burning = burning
            self.known_late = self.ages.old
            self.look_seen = 0
            if not burning:
                self.slowly = False
                self.names_read = 0
                self.ages.forget()  # what burned is no reason to burn again

    def learn_anew(self) -> None:
        """What burned until now is the everyday from now on, and what was known is not."""
        self.burn(burning=False)
        for rate in (self.fast, self.lasting):
            rate.known = rate.exposure_s = 0.0

    def settle(self) -> None:
        """Bring windows and rates up to its last line."""
        if self.fresh:
            self.ages.add(self.fresh)
            self.fresh = 0
        if self._settled_s == self.last_s:
            return
        self._settled_s = now_s = self.last_s
        left, left_s = self.ages.age(now_s)
        if left and not self.burning:
            self._fade(left_s)
            self.fast.known += left
            self.lasting.known += left
        self._fade(now_s - LONG_S)

    def _turn(self, now_s: float) -> None:
        """Begin a bucket."""
        if self.fresh:
            self.ages.add(self.fresh)
            self.fresh = 0
        if self.burning and now_s - self._settled_s >= LONG_S:
            self.settle()  # while others keep the incident alive, nobody looks
        self.ages.begin(now_s)
        self._same_until_s = now_s + GRAIN_S
        if now_s - self.last_s >= LONG_S:
            self.began_s = now_s

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
    def first_minute(self) -> int:
        """How many lines it has if all that ever came are of the last minute, else 0."""
        self.settle()
        ages = self.ages
        alone = self.lasting.known < 0.5 and ages.total == ages.young  # noqa: PLR2004 - none
        return ages.young if alone else 0

    @property
    def unseen_s(self) -> float:
        """For how long, as it fades, no line of it came before the last minute."""
        return max(self.lasting.exposure_s + LONG_S - SHORT_S, 1.0)

    @property
    def risen_s(self) -> float:
        """Since when its lines may be out of the ordinary: of a known key, some are everyday."""
        return self.began_s if self.new else max(self.began_s, self.last_s - SHORT_S)

    @property
    def of_late(self) -> int:
        """How many of its lines are of the last five minutes, as of the last one."""
        self.settle()
        return self.ages.late

    @property
    def gap_s(self) -> float:
        """Seconds between its lines of late, as far as they tell."""
        count = min(self.of_late, len(self.recent))
        if count <= 1:
            return LONG_S
        return (self.recent[-1].at_s - self.recent[-count].at_s) / (count - 1)

    def judge(self, singles: float, *, careful: bool, narrow: bool = True) -> Level:
        """How out of the ordinary its lines are now.

        Args:
            singles: How many keys were seen only once: so many more there are that never were.
            careful: It takes many lines, as for warnings.
            narrow: The key is of one kind of line in one service, which may grow slowly.
        """
        if self.seen >= self.look_seen or self.last_s >= self.look_s:
            self.level = self._look(singles, careful, narrow)
        return self.level

    def _look(self, singles: float, careful: bool, narrow: bool) -> Level:
        """Judge it anew, and say when that is worth it again."""
        self.settle()
        ages, least = self.ages, 10 if careful else LEAST
        new = not careful and self.lasting.known < NEW_BELOW
        # Of two that are equal, the one known from more lines is the surer one.
        mean, known = max(
            (self.fast.expected(1.0), self.fast.known),
            (self.lasting.expected(1.0), self.lasting.known),
        )
        # What came in the half hour says nothing of what came before it.
        late, late_s = self.known_late if self.burning else ages.old, SLOW_S - LONG_S
        slow_mean, slow_known = max(
            (one.expected(1.0, late, late_s), max(0.0, one.known - late))
            for one in (self.fast, self.lasting)
        )
        slow_worth = (_WORTH_STAYING if self.burning else _WORTH) * slow_mean
        worth = (_WORTH_STAYING if self.burning else _WORTH) * mean
        windows = ((SHORT_S, ages.young), (LONG_S, ages.late))
        if not new and not self.burning:
            # Before it is worth it, chances need not be reckoned.
            more = min(max(least, math.ceil(worth * span_s)) - count for span_s, count in windows)
            if narrow:
                slow = max(_LEAST_SLOW, math.ceil(slow_worth * SLOW_S)) - ages.total
                more = min(more, slow)
            if more >= _WORTH_WAITING:
                self.look_seen, self.look_s = self.seen + more, self.last_s + _LOOK_EVERY_S
                return Level.NORMAL

        def least_in(span_s: float, least: int, chance: float) -> int:
            unlikely = unlikely_count(mean * span_s, known, chance)
            return max(least, math.ceil(worth * span_s), unlikely)

        more = self._wanted_as_new(singles) if new else _HOPELESS
        more = min(more, *(least_in(span_s, least, _FIRES) - count for span_s, count in windows))
        # What grows slowly shows in half an hour only, and what began at once is over before that.
        if narrow and (self.slowly or not self.burning) and more > 0:
            unlikely = unlikely_count(slow_mean * SLOW_S, slow_known, _FIRES)
            slow = max(_LEAST_SLOW, math.ceil(slow_worth * SLOW_S), unlikely) - ages.total
            self.slowly = self.slowly or slow <= 0
            more = min(more, slow)
        if more <= 0:
            self.look_seen = 0
            return Level.FIRING
        unusual = min(least_in(span_s, least, _ALIVE) - count for span_s, count in windows)
        if new or unusual <= 0:
            self.look_seen, self.look_s = self.seen + more, self.last_s + _LOOK_SOON_S
            return Level.UNUSUAL
        self.look_seen, self.look_s = self.seen + min(more, unusual), self.last_s + _LOOK_EVERY_S
        return Level.NORMAL

    def _wanted_as_new(self, singles: float) -> int:
        """So many lines more fire, by the smallest window that holds all of its lines.

        Before that it was not seen at all.
        """
        ages = self.ages
        if self.lasting.known + ages.late > ages.total + 0.5:
            return _HOPELESS
        span_s = SLOW_S if ages.old else LONG_S if ages.middle else SHORT_S
        unseen_s = max(self.lasting.exposure_s + LONG_S - span_s, 1.0)
        return enough(span_s, unseen_s, singles) - ages.total


def enough(span_s: float, unseen_s: float, singles: float) -> int:
    """So many lines of a new key in a window are hardly everyday.

    By Good and Turing, keys that were not seen for a time E come at a rate of f/E, where f keys
    were seen once; the rate r of such a key is about Gamma(2, E), so that it logs c lines within w
    with chance c (w/E)^(c-1). Over another E that makes f c (w/E)^(c-1) false alarms.
    """
    share, count, bound = span_s / unseen_s, LEAST, _FALSE[span_s]
    while (singles + 1.0) * count * share ** (count - 1) > bound and count < _HOPELESS:
        count += 1
    return count


def enough_together(lines: int, kinds: int, unseen_s: float, singles: float) -> bool:
    """Whether so many lines of several new kinds in one minute are hardly everyday.

    As in `enough`; the first lines of kinds of which nobody saw any are independent of each other.
    """
    share = SHORT_S / unseen_s
    chance = (singles + 1.0) ** kinds * lines * share ** (lines - 1)
    return lines >= LEAST and chance <= _FALSE[SHORT_S]
