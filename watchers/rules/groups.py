"""The groups of one rule that remembers: each with its course, kept over restarts."""

import hashlib
import json
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import re2

from watchers.clauses.conditions import condition
from watchers.detectors.base import (
    MOST_FORMER,
    SAMPLES,
    TEMPLATE_TEXT,
    Course,
    Sight,
    WindowRule,
)
from watchers.finding import Sample
from watchers.matching.grok import Value
from watchers.matching.patterns import compiled, in_lines, options
from watchers.rules.heard import Heard

MARK = "~window/"
"""What the keys of kept groups begin with, among the positions."""
_VERSION = 1
_LONGEST_VALUE = 200
_NOTHING_CAPTURED: Mapping[str, str] = {}
_OUTWARD = frozenset(
    {"name", "title", "severity", "responses", "stage", "labels", "recovery", "quiet", "delay"}
    | {"realert", "exponential_realert"}
)
"""Settings that may change without what the rule knows being of no use."""

Key = tuple[tuple[str, str], ...]
"""Names and values that tell a group from the others."""


@dataclass(slots=True)
class Group:
    """One group.

    Attributes:
        silent_until: Before this nothing more is said of it; by the time of its records.
        exponent: How often the silence was doubled.
        held: Records that showed meanwhile.
        told: Whether something was said that is not over.
        formerly: Keys under which the group was known before, of templates that are one since.
        newest: The newest few records; not kept, nor are `file`, `message` and `template`, which
            are those of the last one.
        waiting: Of those that are still to be made ready for showing, which most never need.
    """

    course: Course
    silent_until: float | None = None
    exponent: int = 0
    held: int = 0
    told: bool = False
    formerly: list[Key] = field(default_factory=list)
    newest: deque[Sample] = field(default_factory=lambda: deque(maxlen=SAMPLES))
    file: str = ""
    message: str = ""
    template: str = ""
    waiting: deque[Heard] = field(default_factory=lambda: deque(maxlen=SAMPLES))

    def settle(self) -> None:
        """Make the newest records ready for showing; they may be let go of then."""
        if not self.waiting:
            return
        last = self.waiting[-1]
        self.file, self.message, self.template = last.origin.path, last.message, last.template
        self.newest.extend(one.sample() for one in self.waiting)
        self.waiting.clear()

    def lets_through(self, sight: Sight, at: float, rule: WindowRule) -> bool:
        """Whether something is said now; else what showed is counted for later."""
        if sight.over:
            self.silent_until, self.exponent, self.held, self.told = None, 0, 0, False
            return True
        longest = max(rule.realert, rule.exponential_realert).total_seconds()
        until = self.silent_until
        if until is not None and until - longest <= at < until and not sight.worse:
            self.held += 0 if sight.lasts else sight.count
            return False
        self._rest(at, rule, longest)
        self.told = True
        return True

    def _rest(self, at: float, rule: WindowRule, longest: float) -> None:
        """Say nothing for a while; for longer when it was silent until just now."""
        pause = rule.realert.total_seconds()
        if rule.exponential_realert and pause:
            before = at if self.silent_until is None else at - self.silent_until
            if self.silent_until is not None and before < pause * 2**self.exponent:
                self.exponent += 1
            else:
                while self.exponent and before > pause * 2**self.exponent:
                    before -= pause * 2**self.exponent
                    self.exponent -= 1
            if pause * 2**self.exponent > longest:
                self.exponent -= 1
                self.silent_until = at + longest
                return
            pause *= 2**self.exponent
        self.silent_until = at + pause


class Groups:
    """A rule and its groups; not thread-safe.

    Attributes:
        since: When the first of its records happened.
        looks_at: Names of the fields that the rule looks at.
    """

    def __init__(self, watch: str, rule: WindowRule) -> None:
        self.rule = rule
        self.since: float | None = None
        self.exclude = compiled(rule.exclude) if rule.exclude else None
        self.where = tuple(map(condition, rule.where))
        self._watch = watch
        self._groups: dict[Key, Group] = {}
        self._changed: set[Key | None] = set()
        self._gone: set[Key] = set()
        self.mark = mark_of(rule)
        self._captures = _capturing(rule.pattern)
        self.looks_at = _looks_at(rule)

    def change(self, rule: WindowRule) -> None:
        """Go on as the same rule with other outward settings."""
        self.rule = rule
        self.looks_at = _looks_at(rule)

    def first_captured(self, lines: Iterable[bytes]) -> Mapping[str, str]:
        """What the named groups hold in the first of some lines that has any."""
        if self._captures is None:
            return _NOTHING_CAPTURED
        return next(filter(None, map(self.captured, lines)), _NOTHING_CAPTURED)

    def captured(self, line: bytes) -> Mapping[str, str]:
        """What the named groups of the pattern hold in a line."""
        found = self._captures.search(line) if self._captures is not None else None
        if found is None:
            return {}
        return {
            name: value.decode("utf-8", "replace")[:_LONGEST_VALUE]
            for name, value in found.groupdict().items()
            if value is not None
        }

    def fits(self, lines: Iterable[bytes], fields: Mapping[str, Value]) -> bool:
        """Whether a record's fields are what the rule wants; groups of the pattern go first."""
        found = self.first_captured(lines)
        return all(one.holds({**fields, **found}) for one in self.where)

    def items(self) -> list[tuple[Key, Group]]:
        """All groups, the one that was quiet for longest first."""
        return list(self._groups.items())

    def of(self, key: Key, formerly: Iterable[Key] = ()) -> Group:
        """One group, from its beginning when it is new; it has changed.

        Of groups that are known under former keys the one that was known first goes on.
        """
        group = self._groups.pop(key, None)
        if former := [one for one in formerly if one in self._groups and one != key]:
            group = self._heir(former, group)
        elif group is None:
            group = Group(course=self.rule.course())
        self._groups[key] = group
        self._changed.add(key)
        self._gone.discard(key)
        if len(self._groups) > self.rule.most_groups:
            oldest = next(iter(self._groups))
            del self._groups[oldest]
            self._changed.discard(oldest)
            self._gone.add(oldest)
        return group

    def knows(self, key: Key) -> bool:
        """Whether there is such a group."""
        return key in self._groups

    def _heir(self, former: list[Key], group: Group | None) -> Group:
        """The one that goes on: of those that were told of the first one, or simply the first."""
        groups = [self._groups.pop(key) for key in former]
        self._gone.update(former)
        self._changed.difference_update(former)
        if group is not None:
            groups.append(group)
        heir = next((one for one in groups if one.told), groups[0])
        known = [*(key for one in groups for key in one.formerly), *former]
        heir.formerly = list(dict.fromkeys(known))[-MOST_FORMER:]
        return heir

    def begin(self, at: float) -> None:
        """Note when the first record happened."""
        if self.since is None:
            self.since = at
            self._changed.add(None)

    def take_changes(self, now_s: float) -> dict[str, str]:
        """What changed since it was asked last, by key; an empty text for what is gone."""
        kept = {self._name(key): "" for key in self._gone}
        kept |= {self._name(key): self._text(key, now_s) for key in self._changed}
        self._changed.clear()
        self._gone.clear()
        return kept

    def forget(self) -> set[str]:
        """Know nothing any more; the keys of what was kept."""
        known: list[Key | None] = [None, *self._groups, *self._gone]
        self._groups.clear()
        self._changed.clear()
        self._gone.clear()
        self.since = None
        return {self._name(key) for key in known}

    def restore(self, stored: Mapping[str, Any]) -> None:
        """Go on with a group as it was kept.

        Raises:
            ValueError: If it is none of this rule; also TypeError, KeyError or AttributeError.
        """
        if stored["mark"] != self.mark:
            raise ValueError("it was kept for other settings")
        if stored["key"] is None:
            self.since = float(stored["since"])
            return
        key = _key(stored["key"])
        until = stored["until"]
        self._groups[key] = Group(
            course=self.rule.course(stored["course"]),
            silent_until=None if until is None else float(until),
            exponent=int(stored["exponent"]),
            held=int(stored["held"]),
            told=bool(stored["told"]),
            formerly=[_key(one) for one in stored.get("formerly", ())],
        )

    def _name(self, key: Key | None) -> str:
        return MARK + _digest([self._watch, self.rule.name, key], 16)

    def _text(self, key: Key | None, now_s: float) -> str:
        plain: dict[str, object] = {
            "v": _VERSION,
            "watch": self._watch,
            "rule": self.rule.name,
            "mark": self.mark,
            "at": round(now_s),
            "key": key,
        }
        if key is None:
            plain["since"] = self.since
        else:
            group = self._groups[key]
            plain |= {
                "until": group.silent_until,
                "exponent": group.exponent,
                "held": group.held,
                "told": group.told,
                "formerly": group.formerly,
                "course": group.course.state(),
            }
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def _looks_at(rule: WindowRule) -> tuple[str, ...]:
    text = (TEMPLATE_TEXT,) if rule.by_template else ()
    return tuple(dict.fromkeys((*rule.looked_at, *text)))


def _key(stored: Any) -> Key:
    return tuple((str(name), str(value)) for name, value in stored)


def mark_of(rule: WindowRule) -> str:
    """Another one when what the rule knows is of no use to it any more."""
    known = rule.model_dump(mode="json", exclude=set(_OUTWARD))
    return _digest([rule.__class__.__name__, known], 8)


def kept_of(watch: str, positions: Mapping[str, str]) -> list[tuple[str, Mapping[str, Any]]]:
    """What was kept for a watch, the newest last: key and what stands there."""
    found: list[tuple[str, Mapping[str, Any]]] = []
    for name, text in positions.items():
        if not name.startswith(MARK) or not text:
            continue
        try:
            stored = json.loads(text)
            if stored["v"] == _VERSION and stored["watch"] == watch:
                found.append((name, {**stored, "at": float(stored["at"])}))
        except (ValueError, TypeError, KeyError, AttributeError):
            continue  # of another version, or damaged: it begins anew
    return sorted(found, key=lambda one: float(one[1]["at"]))


def _capturing(pattern: str) -> Any:
    """What finds the named groups of a pattern; None when it has none."""
    if "(?P<" not in pattern:
        return None
    chosen = options()
    chosen.never_capture = False
    captures = re2.compile(in_lines(pattern), chosen)
    return captures if captures.groupindex else None


def _digest(thing: object, size: int) -> str:
    text = json.dumps(thing, sort_keys=True, ensure_ascii=False).encode("utf-8", "replace")
    return hashlib.blake2b(text, digest_size=size).hexdigest()
