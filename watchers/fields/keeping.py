"""Counts the fields of records as they are found, of some where there are very many."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from watchers.clauses.conditions import number_of, referred, text_of
from watchers.detectors.base import RuleSettings, Says, WindowRule
from watchers.fields.sampling import Origin, Sample
from watchers.fields.settings import FieldsSettings, Names
from watchers.fields.tallied import FieldCounts, FieldReport, Numbers, Tallied
from watchers.finding import Severity
from watchers.matching.captures import Captures
from watchers.matching.grok import Value
from watchers.numbers.sketch import Sketch

EVERY_S = 1.0
"""So often what was counted is handed over; what is not by then is lost with a crash."""
MOST_GROUPS = 200
"""Beyond so many at once it is handed over before."""
_AHEAD_S = 60.0
_FEWER = 10
"""While a backlog is read, a report rests on so many times fewer records."""
_WIDTHS = ((6 * 3600.0, 10), (2 * 86400.0, 60), (90 * 86400.0, 3600))
"""Up to this age, spans of so many seconds: finer ones would be forgotten at once."""
_CUT_AT_QUERY = frozenset({"path", "uri", "url", "request_uri", "route"})
_TIMES = frozenset({"time", "ts", "timestamp", "@timestamp", "datetime", "date"})


@dataclass(slots=True)
class _Noted:
    """A record that somebody counts."""

    says: Says
    rules: list[RuleSettings] = field(default_factory=list)


@dataclass(slots=True)
class _Field:
    """One field, so far."""

    values: Counter[str] = field(default_factory=Counter)
    count: int = 0
    total: float = 0.0
    low: float = 0.0
    high: float = 0.0
    sketch: Sketch | None = None

    def add(self, text: str, number: float | None, weight: int) -> None:
        self.values[text] += weight
        if number is None:
            return
        if self.sketch is None:
            self.sketch, self.low, self.high = Sketch(), number, number
        self.count += weight
        self.total += number * weight
        self.low, self.high = min(self.low, number), max(self.high, number)
        self.sketch.push(number, weight)


@dataclass(slots=True)
class _Group:
    """What the same rules found in the same place and span, so far."""

    severity: str
    labels: Mapping[str, str]
    records: int = 0
    read: int = 0
    fields: defaultdict[str, _Field] = field(default_factory=lambda: defaultdict(_Field))


class FieldKeeping:
    """The fields of one watch's records; not thread-safe.

    A record is counted once, whichever rules it is of. Where there are more records than are to be
    read in a second, some are taken evenly, and each stands for as many as it was taken from: how
    many records there were is always exact. They are read when they are handed over.
    """

    def __init__(self, settings: FieldsSettings, rules: Sequence[RuleSettings]) -> None:
        """For these rules."""
        self._settings = settings
        self._sample = Sample(settings.sample)
        self._noted: dict[int, _Noted] = {}
        self._lines: list[tuple[Sequence[RuleSettings], int, Callable[[int], Says]]] = []
        self._taken_at = 0.0
        self.exchange(rules)

    @property
    def every_line(self) -> bool:
        """Whether lines that no rule matches count."""
        return self._settings.every_line and bool(self._names)

    def exchange(self, rules: Sequence[RuleSettings]) -> None:
        """Go on with other rules."""
        self._names = Names(self._settings, {name for rule in rules for name in named_by(rule)})

    def note(self, offset: int, says: Says, rule: RuleSettings | None) -> None:
        """A record, by where it begins, is counted by a rule; None for by no rule."""
        if not self._names:
            return
        noted = self._noted.get(offset)
        if noted is None:
            noted = self._noted[offset] = _Noted(says)
        if rule is not None:
            noted.rules.append(rule)
            if len(noted.rules) == 1 or rule.pattern.find("(?") >= 0:
                noted.says = says  # of several, one that names fields in its pattern

    def note_lines(
        self, rules: Sequence[RuleSettings], count: int, says: Callable[[int], Says]
    ) -> None:
        """Lines that are records by themselves are counted by rules; what reads each, by number."""
        if self._names:
            self._lines.append((rules, count, says))

    def settle(self, labels: Mapping[str, str], now: datetime) -> None:
        """Count what was noted of a block, all of it in one place."""
        if not (self._noted or self._lines):
            return
        lines, self._lines = self._lines, []
        alike: defaultdict[tuple[str, ...], list[_Noted]] = defaultdict(list)
        for one in self._noted.values():
            alike[tuple(sorted({rule.name for rule in one.rules}))].append(one)
        self._noted = {}
        for some in alike.values():
            lines.append((some[0].rules, len(some), partial(_says, some)))
        for rules, count, says in lines:
            self._sample.add(_origin(rules, labels), count, says, now.timestamp())

    def due(self, monotonic: float) -> bool:
        """Whether it is time to hand over what was counted."""
        if not self._sample:
            return False
        return self._sample.origins >= MOST_GROUPS or monotonic - self._taken_at >= EVERY_S

    @property
    def waiting(self) -> bool:
        """Whether there is anything to hand over."""
        return bool(self._sample)

    def take(self, monotonic: float, *, behind: bool = False) -> FieldReport | None:
        """What was counted since it was taken last; None for nothing.

        Where there is ever more to read, fewer records are read for it, and for the next one.
        """
        if not self._sample:
            return None
        self._taken_at = monotonic
        most = self._settings.sample
        self._sample.take_at_most(max(1, most // _FEWER) if behind else most)
        groups: dict[tuple[float, Origin], _Group] = {}
        for origin, one, weight in self._sample.take():
            fields, said = one.says()
            at = one.now_s if said is None else said.timestamp()
            at = _span_of(one.now_s if at > one.now_s + _AHEAD_S else at, one.now_s)
            group = groups.get((at, origin))
            if group is None:
                group = _Group(severity=origin.severity.value, labels=dict(origin.labels))
                groups[at, origin] = group
            group.records += weight
            group.read += 1
            self._add(group, fields, weight)
        return FieldReport(
            id=uuid.uuid4().hex,
            tallied=tuple(
                Tallied(
                    at=datetime.fromtimestamp(at, UTC),
                    rules=origin.rules,
                    severity=group.severity,
                    labels=group.labels,
                    records=group.records,
                    read=group.read,
                    fields=tuple(self._counts(name, one) for name, one in group.fields.items()),
                )
                for (at, origin), group in groups.items()
            ),
        )

    def _add(self, group: _Group, fields: Mapping[str, Value], weight: int) -> None:
        left = self._settings.most
        for name, value in fields.items():
            if name in _TIMES or not self._names.kept(name):
                continue
            text = text_of(value)
            if name.rpartition(".")[2] in _CUT_AT_QUERY:
                text = text.partition("?")[0]
            text = " ".join(text[: self._settings.longest].split())
            if not text or text == "-":
                continue
            group.fields[name].add(text, number_of(value), weight)
            left -= 1
            if not left:
                return

    def _counts(self, name: str, one: _Field) -> FieldCounts:
        values = dict(one.values.most_common(self._settings.values))
        whole = one.values.total()
        # A name that is a number here and there is none: its mean would say nothing.
        numbers = None
        if one.sketch is not None and one.count == whole:
            numbers = Numbers(
                count=one.count,
                total=one.total,
                low=one.low,
                high=one.high,
                bins=tuple(one.sketch.state()),
            )
        others = whole - sum(values.values())
        return FieldCounts(name=name, values=values, others=others, numbers=numbers)


def _origin(rules: Sequence[RuleSettings], labels: Mapping[str, str]) -> Origin:
    """What records have in common that the same rules count in the same place."""
    fixed = [
        (name, text) for rule in rules for name, text in rule.labels.items() if "{" not in text
    ]
    return Origin(
        rules=tuple(sorted({rule.name for rule in rules})),
        severity=max((one.severity for one in rules), key=_rank, default=Severity.INFO),
        labels=tuple(sorted({**labels, **dict(fixed)}.items())),
    )


def _says(some: Sequence[_Noted], number: int) -> Says:
    return some[number].says


def _rank(severity: Severity) -> int:
    return severity.rank


def named_by(rule: RuleSettings) -> Iterable[str]:
    """The fields that a rule names."""
    yield from Captures(rule.pattern).names
    for text in (*rule.labels.values(), rule.title):
        yield from referred(text)
    for one in rule.where:
        yield one.split(maxsplit=1)[0].split("=")[0].strip("!<>~ ")
    if isinstance(rule, WindowRule):
        yield from rule.looked_at


def _span_of(at: float, now: float) -> float:
    """When the span begins that an instant is in."""
    width = next((width for age, width in _WIDTHS if now - at <= age), 0)
    if not width:  # so old that it would be forgotten: somebody's clock is wrong
        return _span_of(now, now)
    return at // width * width
