"""Reads back what was found most, and how that went over time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.core.fingerprint import fingerprint
from bot.core.kinds import Kind
from bot.core.matcher import Matcher, Operator
from bot.core.ports import Store
from bot.core.tally_ports import FINE_FOR, FINEST_FOR, Tally
from bot.engine.scope import Scope
from watchers.finding import Severity

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
_LONGEST_VALUE = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class By(StrEnum):
    """What a ranking is of."""

    TEMPLATE = "template"
    SERVICE = "service"
    RULE = "rule"
    HOST = "host"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One place of a ranking.

    Attributes:
        name: Value of what the ranking is by, "" for records without one; untrusted text.
        count: Records in the span.
        before: Records in the span before it.
        severity: The worst of it.
        services: Of which services, the largest first.
        largest: Number of the kind with the most records.
        matchers: Conditions that take the alerts of these records; () when there are none.
        example: A line of it; untrusted text.
    """

    name: str
    count: int
    before: int
    severity: Severity
    services: tuple[str, ...]
    largest: int
    matchers: tuple[Matcher, ...]
    example: str = ""


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


def ranked(
    tallies: Iterable[Tally], by: By, most: int | None = None
) -> tuple[tuple[Ranked, ...], int]:
    """The first few places of a ranking, most first, and how many places there are in all."""
    places: defaultdict[str, list[Tally]] = defaultdict(list)
    for one in tallies:
        places[_name(one.kind, by)].append(one)
    sums = [
        (-sum(one.records for one in several), -sum(one.before for one in several), name)
        for name, several in places.items()
    ]
    order = sorted(one for one in sums if one[0])
    rows = (_place(name, -count, -before, places[name], by) for count, before, name in order[:most])
    return tuple(rows), len(order)


def _place(name: str, count: int, before: int, several: list[Tally], by: By) -> Ranked:
    largest = max(several, key=lambda one: (one.records, one.before, -one.kind.id))
    services: Counter[str] = Counter()
    for one in several:
        services[one.kind.labels.get("service", "")] += one.records
    return Ranked(
        name=name,
        count=count,
        before=before,
        severity=max((one.kind.severity for one in several), key=lambda one: one.rank),
        services=tuple(service for service, _ in services.most_common() if service),
        largest=largest.kind.id,
        matchers=_common([one.kind for one in several]) if by is By.TEMPLATE else _of(name, by),
    )


def _name(kind: Kind, by: By) -> str:
    match by:
        case By.TEMPLATE:
            return kind.template
        case By.RULE:
            return kind.rule
        case By.SERVICE | By.HOST:
            return kind.labels.get(by.value, "")
        case _:
            assert_never(by)


def _of(name: str, by: By) -> tuple[Matcher, ...]:
    return _usable({by.value: name})


def _common(kinds: list[Kind]) -> tuple[Matcher, ...]:
    """Rule and labels that all of these have."""
    shared = set(_identity(kinds[0], named=False).items())
    for kind in kinds[1:]:
        shared &= set(_identity(kind, named=False).items())
    ordered = sorted(shared, key=lambda pair: (pair[0] != "rule", pair[0]))
    return _usable({label: value for label, value in ordered if label != "severity"})


def _usable(labels: Mapping[str, str]) -> tuple[Matcher, ...]:
    """Conditions that people can be shown, and can send back as they stand."""
    return tuple(
        Matcher(label=label, operator=Operator.EQUAL, value=value)
        for label, value in labels.items()
        if value and len(value) <= _LONGEST_VALUE and not ('"' in value and "'" in value)
    )


def _taken(scope: Scope, tallies: Iterable[Tally]) -> tuple[Tally, ...]:
    """Those that alerts of the scope would be of."""
    least, named = scope.by_severity, "fingerprint" in scope.labels
    if least is not None:
        return tuple(one for one in tallies if one.kind.severity.rank >= least.rank)
    return tuple(
        one for one in tallies if scope.takes(one.kind.severity, _identity(one.kind, named=named))
    )


def _identity(kind: Kind, *, named: bool) -> Mapping[str, str]:
    """What matchers see of the alert of a kind; its fingerprint only where that is asked for."""
    own = {"rule": kind.rule, "severity": kind.severity.value}
    if named:
        own["fingerprint"] = fingerprint(kind.rule, kind.labels)
    return {**kind.labels, **own}


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
