"""Everything that is looked for in one watch: rules of every kind over the same records."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from watchers.detectors.base import NUMBERS, Origin, RuleSettings, SpotOf, WindowRule, nowhere
from watchers.detectors.keyword import KeywordDetector, KeywordRule
from watchers.finding import Finding
from watchers.limits import DistinctCap
from watchers.record import Record
from watchers.templating import Templates
from watchers.windows import NOTHING_KEPT, Whereabouts, WindowDetector


class Detection:
    """The detectors of one watch, each with the rules of its kinds; not thread-safe."""

    def __init__(
        self,
        at: Whereabouts,
        rules: Sequence[RuleSettings],
        cap: DistinctCap,
        kept: Mapping[str, str] = NOTHING_KEPT,
        now_s: float = 0.0,
    ) -> None:
        """Prepare the rules; see `KeywordDetector` and `WindowDetector`."""
        self._of_numbers = at.watch == NUMBERS
        rules = self._meant(rules)
        self._templates = Templates(at.watch, kept)
        self._keyword = KeywordDetector(at.agent, _keyword(rules), cap, at.reads, self._templates)
        self._windows = WindowDetector(at, _windows(rules), cap, kept, now_s, self._templates)

    @property
    def patterns(self) -> tuple[str, ...]:
        """What is to be looked for; a record's `rules` are indexes into this."""
        return (*self._keyword.patterns, *self._windows.patterns)

    @property
    def places(self) -> list[tuple[str, bool]]:
        """Of each pattern, its rule's name and whether it says that it is over."""
        return [*self._keyword.places, *self._windows.places]

    @property
    def ticks(self) -> bool:
        """Whether something may show although no line comes."""
        return self._windows.ticks

    @property
    def begins_empty(self) -> bool:
        """Whether files matter in which nothing may ever be written."""
        return self._windows.begins_empty

    def exchange(self, rules: Sequence[RuleSettings]) -> Mapping[int, int]:
        """Go on with other rules; from a former index in `patterns` to the one of the same rule."""
        before = self.places
        rules = self._meant(rules)
        self._keyword.exchange(_keyword(rules))
        self._windows.exchange(_windows(rules))
        after = {place: index for index, place in enumerate(self.places)}
        return {at: after[place] for at, place in enumerate(before) if place in after}

    def detect(
        self,
        records: Sequence[Record],
        origin: Origin,
        now: datetime,
        monotonic: float,
        spot: SpotOf = nowhere,
    ) -> list[Finding]:
        """What records show; see the detectors."""
        first = len(self._keyword.patterns)
        found = self._keyword.detect(records, origin, now, monotonic, spot)
        return found + self._windows.detect(records, first, origin, now, monotonic, spot)

    def look(self, origins: Iterable[Origin], now: datetime) -> None:
        """Know of files in which nothing may ever be written."""
        for origin in origins:
            self._windows.look(origin, now)

    def tick(self, now: datetime, monotonic: float) -> list[Finding]:
        """What shows by itself, once everything that was written has been read."""
        return self._windows.tick(now, monotonic)

    def take_changes(self, now: datetime) -> dict[str, str]:
        """What is to be stored with the positions."""
        return self._windows.take_changes(now) | self._templates.take_changes()

    def _meant(self, rules: Sequence[RuleSettings]) -> Sequence[RuleSettings]:
        """Rules on lines where lines are read, and those on numbers where numbers are."""
        return [one for one in rules if bool(one.series) is self._of_numbers]


def _keyword(rules: Sequence[RuleSettings]) -> tuple[KeywordRule, ...]:
    return tuple(one for one in rules if isinstance(one, KeywordRule))


def _windows(rules: Sequence[RuleSettings]) -> tuple[WindowRule, ...]:
    return tuple(one for one in rules if isinstance(one, WindowRule))
