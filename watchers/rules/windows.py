"""Rules that remember more than one record, over the records of one watch."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import cast

from watchers.clauses.conditions import filled
from watchers.detectors.base import (
    OTHER,
    SAMPLES,
    TEMPLATE,
    Event,
    MakesNumbers,
    Note,
    Origin,
    Sight,
    SpotOf,
    WindowRule,
    nowhere,
)
from watchers.finding import Finding, TemplateCount
from watchers.limits import DistinctCap
from watchers.matching.grok import Value
from watchers.measured import LARGEST, RULES, Measured
from watchers.record import Record
from watchers.records.reading import Read, nothing_read
from watchers.rules.groups import Group, Groups, Key, kept_of, mark_of
from watchers.rules.heard import Heard
from watchers.templating import Templates

_KEPT_FOR_S = 40 * 86400.0
_MOST_NUMBERS = 10_000
NOTHING_KEPT: Mapping[str, str] = {}
NO_FIELDS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Whose records are looked at.

    Attributes:
        agent: Part of the findings' ids.
        watch: By its name.
        common: Labels that everything in the watch has.
        reads: What a line says.
        clean: Takes out of a text what must not be kept.
    """

    agent: str
    watch: str = ""
    common: Mapping[str, str] = field(default_factory=dict)
    reads: Read = nothing_read
    clean: Callable[[str], str] = str


class WindowDetector:
    """All such rules of one watch; not thread-safe.

    Each counts every record that its pattern matches, whatever other rules make of that. What
    the rules know is kept: `take_changes` gives what is to be stored with the positions.
    """

    def __init__(
        self,
        at: Whereabouts,
        rules: Sequence[WindowRule],
        cap: DistinctCap,
        kept: Mapping[str, str] = NOTHING_KEPT,
        now_s: float = 0.0,
        templates: Templates | None = None,
        note: Note | None = None,
    ) -> None:
        """Prepare the rules.

        Args:
            at: The watch; it goes on with what was kept for it.
            rules: In the order in which they were listed.
            cap: Bounds how many groups of a rule show singly.
            kept: All positions that were stored; only those of windows are looked at.
            now_s: Seconds since 1970; what did not change for long is given up.
            templates: Those of the watch, for rules that look at them.
            note: Told of every record that a rule counts.
        """
        self._note = note
        self._at = at
        self._cap = cap
        self._templates = templates
        self._merges = 0
        self._numbers: list[Measured] = []
        self._known: dict[str, Groups] = {}
        self._kept: dict[str, list[tuple[str, Mapping[str, object]]]] = {}
        self._gone: set[str] = set()
        self._origin: Origin | None = None
        self._own_keys: dict[str, Key] = {}
        for name, stored in kept_of(at.watch, kept):
            if now_s - float(str(stored["at"])) > _KEPT_FOR_S:
                self._gone.add(name)
            else:
                self._kept.setdefault(str(stored["rule"]), []).append((name, stored))
        self._rules: list[Groups] = []
        self._recovering: list[Groups] = []
        self.exchange(rules)

    def exchange(self, rules: Sequence[WindowRule]) -> None:
        """Go on with other rules; what a rule knows waits until it is back."""
        self._rules = [self._groups_of(rule) for rule in rules]
        self._by_template = any(rule.by_template for rule in rules)
        self._recovering = [one for one in self._rules if one.rule.recovery]

    @property
    def patterns(self) -> tuple[str, ...]:
        """What is to be looked for: that of each rule, then what says that it is over."""
        recoveries = (one.rule.recovery for one in self._recovering)
        return (*(one.rule.pattern for one in self._rules), *recoveries)

    @property
    def places(self) -> list[tuple[str, bool]]:
        """Of each pattern, its rule's name and whether it is its recovery."""
        recoveries = [(one.rule.name, True) for one in self._recovering]
        return [*((one.rule.name, False) for one in self._rules), *recoveries]

    @property
    def ticks(self) -> bool:
        """Whether `tick` may show anything."""
        return any(one.rule.times for one in self._rules)

    @property
    def begins_empty(self) -> bool:
        """Whether it is worth to `look`."""
        return any(one.rule.begins_empty for one in self._rules)

    def look(self, origin: Origin, now: datetime) -> None:
        """Know of a file of the watch in which nothing may ever be written."""
        for one in self._rules:
            rule = one.rule
            if not rule.begins_empty or rule.query_key:
                continue
            key = _key(rule, origin.labels)
            if rule.applies_to(origin.watch, origin.path) and key not in dict(one.items()):
                one.of(key).course.tick(now.timestamp() - rule.late_s)

    def detect(
        self,
        records: Iterable[Record],
        first: int,
        origin: Origin,
        now: datetime,
        monotonic: float,
        spot: SpotOf = nowhere,
    ) -> list[Finding]:
        """Count records in; what shows, together for each group as long as it is not over.

        Args:
            records: In file order.
            first: Index of the first of `patterns` in a record's `rules`.
            origin: Where they stand.
            now: When they were read; aware, UTC.
            monotonic: The same moment in monotonic seconds.
            spot: Where a record stands; asked only for the few records that are shown.
        """
        found: dict[tuple[str, Key], list[Finding]] = {}
        count, now_s, reads = len(self._rules), now.timestamp(), self._at.reads
        templates = self._templates if self._by_template else None
        if origin is not self._origin:
            self._origin, self._own_keys = origin, {}
        last = first + count + len(self._recovering)
        for record in records:
            wanted = [index - first for index in record.rules if first <= index < last]
            if not wanted:
                continue
            heard = Heard(record, origin, now, now_s, reads, templates)
            over = [self._recovering[index - count] for index in wanted if index >= count]
            showing = [each for one in over for each in self._recovered(one, heard)]
            for one in (self._rules[index] for index in wanted if index < count):
                if one not in over and self._counts(one, heard):
                    showing += self._taken(one, heard, monotonic, spot)
            for key, finding in showing:
                _add(found.setdefault((finding.rule, key), []), finding)
        self._follow_merges()
        return [finding for some in found.values() for finding in some]

    def tick(self, now: datetime, monotonic: float) -> list[Finding]:
        """What shows by itself, everything that was written having been read.

        Args:
            now: Aware, UTC.
            monotonic: The same moment in monotonic seconds.
        """
        found: list[Finding] = []
        for one in self._rules:
            if not one.rule.times:
                continue
            until = now.timestamp() - one.rule.late_s
            for key, group in one.items():
                sight = group.course.tick(until)
                self._made(one, key, group)
                if sight is not None and one.of(key).lets_through(sight, until, one.rule):
                    found.append(self._finding(one, key, group, sight, now, monotonic))
        return found

    def take_numbers(self) -> list[Measured]:
        """The series that rules made of their records since the last time."""
        taken, self._numbers = self._numbers[-_MOST_NUMBERS:], []
        return taken

    def _made(self, one: Groups, key: Key, group: Group) -> None:
        """Note what a rule on lines made of them; those on series have theirs from there."""
        if one.rule.series or not _makes_numbers(type(group.course)):
            return
        for at_s, value in cast("MakesNumbers", group.course).take_numbers():
            measured = Measured(
                name=RULES + one.rule.name,
                labels={**(self._at.common if one.rule.query_key else {}), **dict(key)},
                at=datetime.fromtimestamp(at_s, UTC),
                value=max(-LARGEST, min(value, LARGEST)),
            )
            self._numbers.append(measured)

    def take_changes(self, now: datetime) -> dict[str, str]:
        """What the rules know and did not know before, to be stored with the positions."""
        changes = dict.fromkeys(self._gone, "")
        self._gone.clear()
        for one in self._known.values():
            changes |= one.take_changes(now.timestamp())
        return changes

    def _groups_of(self, rule: WindowRule) -> Groups:
        before = self._known.get(rule.name)
        if before is not None and before.mark == mark_of(rule):
            before.change(rule)
            return before
        if before is not None:
            self._gone |= before.forget()
        fresh = Groups(self._at.watch, rule)
        for name, stored in self._kept.pop(rule.name, ()):
            try:
                fresh.restore(stored)
            except (ValueError, TypeError, KeyError, AttributeError):
                self._gone.add(name)  # of other settings: it begins anew
        self._known[rule.name] = fresh
        return fresh

    @staticmethod
    def _counts(one: Groups, heard: Heard) -> bool:
        if not one.rule.applies_to(heard.origin.watch, heard.origin.path):
            return False
        if one.exclude is not None and one.exclude.search(heard.text) is not None:
            return False
        return not one.where or one.fits(heard.record.lines, heard.reading.fields)

    def _taken(
        self,
        one: Groups,
        heard: Heard,
        monotonic: float,
        spot: SpotOf,
    ) -> list[tuple[Key, Finding]]:
        """Count a record in; what shows. A rule without a key has one for all of a file."""
        rule, origin = one.rule, heard.origin
        one.begin(heard.at)
        captured = one.first_captured(heard.record.lines)
        if self._note is not None:
            self._note(heard.record.offset, partial(_said, heard, captured), rule)
        fields: Mapping[str, str] = NO_FIELDS
        if one.looks_at:
            fields = heard.values(one.looks_at, captured)
        if rule.query_key:
            key = _key(rule, fields)
        elif rule.name in self._own_keys:
            key = self._own_keys[rule.name]
        else:
            key = self._own_keys[rule.name] = _key(rule, origin.labels)
        group = one.of(key, () if one.knows(key) else self._former(key))
        group.waiting.append(heard)
        event = Event(
            at=heard.at, fields=fields, text=heard.text, watched_since=one.since or heard.at
        )
        sight = group.course.take(event)
        self._made(one, key, group)
        if sight is None or not group.lets_through(sight, heard.at, rule):
            return []
        group.settle()
        group.newest[-1] = replace(group.newest[-1], spot=spot(heard.record, True))
        place = (origin.file_id, heard.record.offset)
        return [(key, self._finding(one, key, group, sight, heard.now, monotonic, place))]

    def _follow_merges(self) -> None:
        """Let groups go on under the template that theirs became one with."""
        if self._templates is None or self._merges == self._templates.merges:
            return
        self._merges = self._templates.merges
        for one in self._rules:
            for key, _ in one.items() if one.rule.by_template else ():
                now = tuple(
                    (name, self._templates.current(value) if name == TEMPLATE else value)
                    for name, value in key
                )
                if now != key:
                    one.of(now, (key,))

    def _former(self, key: Key) -> Iterator[Key]:
        """The keys that a key had before templates became one."""
        place = next((at for at, (name, _) in enumerate(key) if name == TEMPLATE), None)
        if place is None or self._templates is None:
            return
        for former in self._templates.former(key[place][1]):
            yield (*key[:place], (TEMPLATE, former), *key[place + 1 :])

    def _recovered(self, one: Groups, heard: Heard) -> Iterator[tuple[Key, Finding]]:
        """What a record says is over: all of it that was told and that it does not exclude."""
        if not one.rule.applies_to(heard.origin.watch, heard.origin.path):
            return
        names = one.rule.query_key or tuple(heard.origin.labels)
        said = heard.values(names, NO_FIELDS)
        over = Sight(said="", since=heard.at, over=True)
        for key, group in one.items():
            if group.told and all(said.get(name, value) == value for name, value in key):
                one.of(key).lets_through(over, heard.at, one.rule)
                group.settle()
                group.newest.append(heard.sample())
                yield key, self._finding(one, key, group, over, heard.now, 0.0)

    def _finding(
        self,
        one: Groups,
        key: Key,
        group: Group,
        sight: Sight,
        now: datetime,
        monotonic: float,
        place: tuple[str, int] = ("", 0),
    ) -> Finding:
        rule = one.rule
        group.settle()
        known = {**(self._at.common if rule.query_key else {}), **dict(key)}
        said = {name: filled(text, known) for name, text in rule.labels.items()}
        labels = {**known, **{name: text for name, text in said.items() if text}}
        formerly: tuple[Mapping[str, str], ...]
        formerly = tuple({**labels, **dict(former)} for former in group.formerly)
        if rule.query_key and not self._cap.admits(rule.name, key, monotonic):
            labels |= dict.fromkeys((name for name, _ in key), OTHER)
            formerly = ()
        identity = [self._at.agent, rule.name, sorted(labels.items()), sight.since, *place]
        turn = [sight.over, round(now.timestamp()) if sight.lasts else 0]
        text = json.dumps([*identity, *turn]).encode("utf-8", "replace")
        held, group.held = group.held, 0
        name = filled(rule.title, known) or rule.name
        seen = {"counted": sight.said} if sight.said else {}
        template = {TEMPLATE: group.template} if TEMPLATE in labels and group.template else {}
        kind = (
            TemplateCount(id=dict(key)[TEMPLATE], text=group.template, count=1) for _ in template
        )
        return Finding(
            id=hashlib.blake2b(text, digest_size=16).hexdigest(),
            rule=rule.name,
            severity=sight.severity or rule.severity,
            labels=labels,
            title=f"{name}: {sight.said}" if sight.said else name,
            first_at=now,
            seen_at=now,
            count=sight.count,
            held_back=0 if sight.over else held,
            samples=tuple(group.newest),
            annotations={
                **seen,
                **template,
                **sight.noted,
                "file": group.file,
                "message": group.message,
            },
            responses=rule.wanted if sight.responses is None else sight.responses,
            value=sight.value,
            unit=sight.unit,
            watch=self._at.watch,
            recovers=sight.over,
            delay=rule.waits,
            formerly=formerly,
            templates=() if sight.over or sight.lasts else tuple(kind),
            first_written_at=group.newest[0].written_at if group.newest else None,
            written_at=group.newest[-1].written_at if group.newest else None,
        )


def _said(heard: Heard, groups: Mapping[str, str]) -> tuple[Mapping[str, Value], datetime | None]:
    return {**heard.reading.fields, **groups}, heard.written_at


@lru_cache(maxsize=64)
def _makes_numbers(course: type) -> bool:
    """Asked once a kind: to ask it of each record takes longer than to count that in."""
    return issubclass(course, MakesNumbers)


def _key(rule: WindowRule, fields: Mapping[str, str]) -> Key:
    """By what the rule tells apart; without that, by the labels of the file."""
    names = rule.query_key or sorted(fields.keys() - rule.joins)
    return tuple((name, fields[name]) for name in names if fields.get(name))


def _add(found: list[Finding], finding: Finding) -> None:
    """One finding for what shows again and again, as long as it is not over meanwhile."""
    if not found or found[-1].recovers != finding.recovers:
        found.append(finding)
        return
    before = found[-1]
    count = before.count + finding.count
    more = sum(one.count for one in before.templates)
    found[-1] = replace(
        finding,
        first_at=before.first_at,
        count=count,
        templates=tuple(replace(one, count=one.count + more) for one in finding.templates),
        first_written_at=before.first_written_at,
        held_back=before.held_back + finding.held_back,
        samples=(*before.samples, *finding.samples)[-SAMPLES:],
    )
