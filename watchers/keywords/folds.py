"""Records that make one finding, folded together as they are counted."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from watchers.detectors.base import OTHER, SAMPLES, Origin, SpotOf
from watchers.finding import Spot
from watchers.limits import DistinctCap
from watchers.records.saying import Saying

Pairs = tuple[tuple[str, str], ...]
"""Labels, sorted."""
_MOST_KINDS = 20


class Seen:
    """A record of those that a finding shows.

    Attributes:
        saying: The record.
        at: When it was read; aware, UTC.
        spot_of: Says where it stands; None once that is known and its block is let go.
    """

    __slots__ = ("_spot", "at", "saying", "spot_of")

    def __init__(self, saying: Saying, spot_of: SpotOf, at: datetime) -> None:
        self.saying = saying
        self.spot_of: SpotOf | None = spot_of
        self.at = at
        self._spot: Spot | None = None

    def spot(self, *, around: bool) -> Spot | None:
        """Where it stands; with the lines around it if that was asked before its block went."""
        if self.spot_of is not None:
            return self.spot_of(self.saying.record, around)
        return self._spot if around or not self._spot else replace(self._spot, before=(), after=())

    def let_go(self, *, around: bool) -> None:
        """Know where it stands without its block."""
        if self.spot_of is not None:
            self._spot, self.spot_of = self.spot_of(self.saying.record, around), None


class What(NamedTuple):
    """What tells the records of one finding from those of another of the same rule and file."""

    error_type: str = ""
    labels: Pairs = ()
    template: str = ""


NOTHING = What()


@dataclass(slots=True)
class Fold:
    """The records that make one finding.

    Attributes:
        rule: Index of the one that counts them.
        start: Byte offset of the first of them.
        capped: Whether it stands for what a cap keeps from standing for itself.
        first: The first of them.
        count: How many they are.
        end: Byte offset behind the last of them.
        newest: The last few, oldest first.
        kinds: The first of each kind of line, with how many there are.
        numbers: How many there are of each template.
    """

    rule: int
    origin: Origin
    what: What
    start: int
    capped: bool
    first_at: datetime
    first: Saying
    count: int = 0
    end: int = 0
    newest: list[Seen] = field(default_factory=list)
    kinds: dict[bytes, tuple[Seen, int]] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)

    def add(self, seen: Sequence[Seen], count: int, first: Saying, end: int) -> None:
        """Count more records of one file, the newest of which are seen."""
        self.count += count
        if first.record.offset < self.start:
            self.start, self.first = first.record.offset, first
        self.end = max(self.end, end)
        late = self.newest and seen[0].saying.record.offset < self.newest[-1].saying.record.offset
        self.newest += seen
        if late:  # those that are looked at go before those taken at a glance, wherever they stand
            self.newest.sort(key=lambda one: one.saying.record.offset)
        del self.newest[:-SAMPLES]

    def of_template(self, number: int, count: int) -> None:
        """Count records of one template."""
        self.numbers[number] = self.numbers.get(number, 0) + count

    def tell_apart(self, kind: bytes, count: int, first: Callable[[], Seen]) -> None:
        """Count records of one kind; the first of them is kept, while they are not too many."""
        known = self.kinds.get(kind)
        if known is not None:
            self.kinds[kind] = (known[0], known[1] + count)
        elif len(self.kinds) < _MOST_KINDS:
            self.kinds[kind] = (first(), count)

    def shown(self) -> Iterator[tuple[Seen, bool]]:
        """All records that are kept, and whether the lines around each are shown, too."""
        for number, seen in enumerate(self.newest, 1):
            yield seen, number == len(self.newest)
        for seen, _ in self.kinds.values():
            yield seen, False


class Folds:
    """The folds of one watch, until they are taken; not thread-safe."""

    def __init__(self, cap: DistinctCap) -> None:
        """Know the bound of how many label sets a rule may make."""
        self._cap = cap
        self._folds: dict[tuple[int, What, str, str], Fold] = {}

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._folds)

    def of(
        self,
        rule: tuple[int, str],
        what: What,
        origin: Origin,
        first: Saying,
        now: datetime,
        monotonic: float,
    ) -> Fold:
        """Where to count a record of a rule, given by its index and name."""
        index, name = rule
        thing = (origin.labels.get("service"), what.error_type, what.labels, what.template)
        capped = not self._cap.admits(name, thing, monotonic)
        if capped:
            labels = tuple((label, OTHER) for label, _ in what.labels)
            what = What(error_type=OTHER, labels=labels)
        key = (index, what, origin.path, origin.file_id)
        fold = self._folds.get(key)
        if fold is None:
            fold = self._folds[key] = Fold(
                rule=index,
                origin=origin,
                what=what,
                start=first.record.offset,
                capped=capped,
                first_at=now,
                first=first,
            )
        return fold

    @property
    def blocks(self) -> int:
        """How many blocks are kept for them."""
        return len({id(one.spot_of) for one, _ in self._shown() if one.spot_of is not None})

    def let_go(self) -> None:
        """Keep no block any more."""
        for seen, around in self._shown():
            seen.let_go(around=around)

    def take(self) -> list[Fold]:
        """All of them, in order of first appearance; it begins anew."""
        folds, self._folds = self._folds, {}
        files = {fold.origin.file_id: n for n, fold in reversed([*enumerate(folds.values())])}
        return sorted(folds.values(), key=lambda one: (files[one.origin.file_id], one.start))

    def _shown(self) -> Iterator[tuple[Seen, bool]]:
        return (one for fold in self._folds.values() for one in fold.shown())
