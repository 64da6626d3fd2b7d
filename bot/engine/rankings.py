"""Reads back what was found most, and how that went over time."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.ports import Store
from bot.core.tally_ports import FINE_FOR, FINEST_FOR, Tally
from bot.engine.places import By, Ranked, identity_of, ranked
from bot.engine.scope import Scope

SHOWN = 10
_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)
FINE = 5 * _MINUTE
"""To so much counts of the last two days are known."""
_STEPS = (
    (2 * _HOUR, 5 * _MINUTE),
    (8 * _HOUR, 15 * _MINUTE),
    (14 * _HOUR, 30 * _MINUTE),
    (30 * _HOUR, _HOUR),
    (4 * _DAY, 3 * _HOUR),
    (8 * _DAY, 6 * _HOUR),
)
"""Up to this span, one point for so long: about two dozen in all."""
_LONGEST_STEP = 12 * _HOUR
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """What was found most in a span, and how that was in the one before it.

    Attributes:
        rows: The first few, most first.
        others: How many further places there are.
        total: Records of all places.
        before: The same of the span before.
        compares: Whether the span before is known: figures have been kept for as long.
    """

    by: By
    span: timedelta
    since: datetime
    rows: tuple[Ranked, ...]
    others: int
    total: int
    before: int
    compares: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Records from `at` on, and from as much earlier on as is compared with."""

    at: datetime
    count: int
    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Records over time.

    Attributes:
        step: From one point to the next.
        shift: How much earlier the span is that it is compared with.
        total: Records of all points.
        before: The same of the earlier span.
        compares: Whether the earlier span is known.
    """

    span: timedelta
    step: timedelta
    shift: timedelta
    points: tuple[Point, ...]
    total: int
    before: int
    compares: bool

    @property
    def peak(self) -> Point | None:
        """The point with the most records, the latest of several; None when there are none."""
        some = [one for one in self.points if one.count]
        return max(some, key=lambda one: (one.count, one.at), default=None)


class Rankings:
    """Read models of what was counted; safe to use from several threads, changes nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def top(
        self, scope: Scope, span: timedelta, by: By, now: datetime, most: int = SHOWN
    ) -> Ranking:
        """What was found most in the span up to now."""
        since = floored(now - span, _edge(2 * span))
        before = floored(since - span, _edge(2 * span))
        ranking = self.between(scope, by, before, since, now, most)
        return replace(ranking, span=span)

    def between(
        self,
        scope: Scope,
        by: By,
        before: datetime,
        since: datetime,
        until: datetime,
        most: int = SHOWN,
    ) -> Ranking:
        """What was found most since an instant, against the time from `before` until then."""
        tallies = self.tallies(scope, before, since, until)
        rows, places = ranked(tallies, by, most)
        return Ranking(
            by=by,
            span=until - since,
            since=since,
            rows=self.with_examples(rows),
            others=places - len(rows),
            total=sum(one.records for one in tallies),
            before=sum(one.before for one in tallies),
            compares=self.known_since(before),
        )

    def trend(self, scope: Scope, span: timedelta, now: datetime, zone: ZoneInfo) -> Trend:
        """Records over the span up to now, and over the same span a day or some weeks before."""
        step = next((step for longest, step in _STEPS if span <= longest), _LONGEST_STEP)
        count = max(1, -(-span // step))
        first = on_the_clock(now, step, zone) - (count - 1) * step
        shift = _DAY if span <= _DAY else _WEEK * -(-span // _WEEK)
        sifted = self._sifted(scope, first - shift, now)
        shown = self._by_point(first, now, step, sifted)
        earlier = self._by_point(first - shift, now - shift, step, sifted)
        points = tuple(
            Point(at=first + n * step, count=shown[n], before=earlier[n]) for n in range(count)
        )
        return Trend(
            span=span,
            step=step,
            shift=shift,
            points=points,
            total=sum(point.count for point in points),
            before=sum(point.before for point in points),
            compares=self.known_since(first - shift),
        )

    def tallies(
        self, scope: Scope, before: datetime, since: datetime, until: datetime
    ) -> tuple[Tally, ...]:
        """What a scope takes of what was counted."""
        found = self._store.tallies.compare(before, since, until)
        return found if scope.whole else _taken(scope, found)

    def known_since(self, moment: datetime) -> bool:
        """Whether figures have been kept for as long."""
        began = self._store.tallies.began()
        return began is not None and began <= moment

    def with_examples(self, rows: Sequence[Ranked]) -> tuple[Ranked, ...]:
        """The same rows, each with a line of it."""
        lines = self._store.tallies.examples([one.largest for one in rows])
        return tuple(replace(one, example=lines.get(one.largest, "")) for one in rows)

    def _by_point(
        self, since: datetime, until: datetime, step: timedelta, sifted: "_Sifted"
    ) -> Mapping[int, int]:
        counts: Counter[int] = Counter()
        points = self._store.tallies.points
        for at, count in points(since, until) if sifted.wanted is None else ():
            counts[(at - since) // step] += count
        for at, count in points(since, until, sifted.wanted) if sifted.wanted else ():
            counts[(at - since) // step] += count
        for at, count in points(since, until, sifted.left_out) if sifted.left_out else ():
            counts[(at - since) // step] -= count
        return counts

    def _sifted(self, scope: Scope, since: datetime, until: datetime) -> "_Sifted":
        if scope.whole:
            return _Sifted(wanted=None)
        found = self._store.tallies.compare(since, since, until)
        wanted = {one.kind.id for one in _taken(scope, found)}
        left_out = tuple(one.kind.id for one in found if one.kind.id not in wanted)
        if len(left_out) < len(wanted):
            return _Sifted(wanted=None, left_out=left_out)
        return _Sifted(wanted=tuple(wanted))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sifted:
    """Numbers of the kinds that count, or of those that do not, whichever are fewer.

    Attributes:
        wanted: None for all but `left_out`.
    """

    wanted: tuple[int, ...] | None
    left_out: tuple[int, ...] = ()


def _taken(scope: Scope, tallies: Iterable[Tally]) -> tuple[Tally, ...]:
    """Those that alerts of the scope would be of."""
    least, named = scope.by_severity, "fingerprint" in scope.labels
    if least is not None:
        return tuple(one for one in tallies if one.kind.severity.rank >= least.rank)
    return tuple(
        one for one in tallies if scope.takes(one.kind.severity, identity_of(one.kind, named=named))
    )


def _edge(age: timedelta) -> timedelta:
    """To what counts are known that are this old: where spans begin."""
    if age > FINE_FOR:
        return _HOUR
    return _MINUTE if age <= FINEST_FOR else FINE


def floored(at: datetime, step: timedelta) -> datetime:
    """The last full step of the clock, UTC."""
    return at - (at - _EPOCH) % step


def on_the_clock(at: datetime, step: timedelta, zone: ZoneInfo) -> datetime:
    """The last full step of the clock in the zone, as its offset is now."""
    offset = at.astimezone(zone).utcoffset() or timedelta()
    return floored(at + offset, step) - offset
