"""The rules of one agent, which may change while its watches run."""

import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from watchers.detectors.base import RuleSettings
from watchers.detectors.keyword import KeywordRule
from watchers.errors import PatternError
from watchers.limits import DistinctCap
from watchers.matching.scanner import Scanner
from watchers.rules.detection import Detection
from watchers.rules.windows import Whereabouts

MOST_RULES = 200
"""More than that are not taken: each costs time on every line."""
RULES_KEY = "rules"
"""In the answer to an agent's report: what it is to look for beside its own rules."""
_FIELDS = ("name", "pattern", "severity", "responses", "exclude", "recovery", "files")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """What an agent is given beside the rules of its own configuration.

    Attributes:
        version: Another one for everything else that it may hold, "" for nothing.
        rules: Looked for before the agent's own.
        paused: Names of rules, its own included, that are not looked for.
        problems: Why some rules of the wire form are left out.
    """

    version: str = ""
    rules: tuple[KeywordRule, ...] = ()
    paused: frozenset[str] = frozenset()
    problems: tuple[str, ...] = field(default=(), compare=False)


NOTHING_GIVEN = RuleSet()


def rule_set_to_dict(given: RuleSet) -> dict[str, Any]:
    """The wire form."""
    return {
        "version": given.version,
        "rules": [one.model_dump(mode="json", include=set(_FIELDS)) for one in given.rules],
        "paused": sorted(given.paused),
    }


def rule_set_from_dict(wire: Mapping[str, Any]) -> RuleSet:
    """Read the wire form; a rule that this version cannot use is left out and said.

    Raises:
        ValueError: If it is no rule set at all.
    """
    version, rules, paused = wire.get("version"), wire.get("rules"), wire.get("paused")
    if not isinstance(version, str) or not isinstance(rules, list) or not isinstance(paused, list):
        raise ValueError("no rule set")  # noqa: TRY004 - what a caller tells apart is only this
    read = [_rule(one) for one in rules[:MOST_RULES]]
    return RuleSet(
        version=version,
        rules=tuple(one for one in read if isinstance(one, KeywordRule)),
        paused=frozenset(map(str, paused)),
        problems=tuple(one for one in read if isinstance(one, str)),
    )


def _rule(wire: object) -> KeywordRule | str:
    try:
        return KeywordRule.model_validate(wire)
    except ValidationError as error:
        name = wire.get("name", "?") if isinstance(wire, Mapping) else "?"
        said = "; ".join(str(one["msg"]) for one in error.errors()[:3])
        return f"rule {str(name)[:60]!r}: {said}"


class RuleBook:
    """The rules in force; may be exchanged and read from any threads.

    Attributes:
        problems: Why some of the given rules are not looked for.
    """

    def __init__(self, own: Sequence[RuleSettings], given: RuleSet = NOTHING_GIVEN) -> None:
        """Begin with the rules of the configuration, which are known to be usable."""
        self._own = tuple(own)
        self._lock = threading.Lock()
        self.problems: tuple[str, ...] = ()
        self._given = NOTHING_GIVEN
        self._given_up: set[tuple[str, str]] = set()
        self._rules = self._own
        self.exchange(given)

    @property
    def rules(self) -> tuple[RuleSettings, ...]:
        """The rules in force; the very same object until they change."""
        return self._rules

    @property
    def version(self) -> str:
        """Of what was given last."""
        return self._given.version

    def exchange(self, given: RuleSet) -> None:
        """Let these be given; a rule that cannot be used is left out, whatever it is."""
        with self._lock:
            own = tuple(one for one in self._own if one.name not in given.paused)
            taken, problems = self._fitting(given, own)
            self.problems = (*given.problems, *problems)
            self._given = given
            self._rules = self._bearable((*taken, *own))

    def give_up(self, rule: RuleSettings) -> None:
        """Look for a rule no more that takes too long, until its pattern is another one."""
        with self._lock:
            self._given_up.add((rule.name, rule.pattern))
            self._rules = self._bearable(self._rules)

    def _bearable(self, rules: tuple[RuleSettings, ...]) -> tuple[RuleSettings, ...]:
        return tuple(one for one in rules if (one.name, one.pattern) not in self._given_up)

    def _fitting(
        self, given: RuleSet, own: tuple[RuleSettings, ...]
    ) -> tuple[list[KeywordRule], list[str]]:
        names = {one.name for one in self._own}
        problems: list[str] = []
        taken: list[KeywordRule] = []
        for one in given.rules[:MOST_RULES]:
            if one.name in given.paused:
                continue
            if one.name in names:
                problems.append(f"rule {one.name!r}: the configuration has one of this name")
                continue
            names.add(one.name)
            taken.append(one)
        while taken and not _usable((*taken, *own)):
            last = taken.pop()
            problems.append(f"rule {last.name!r}: all patterns together are too large")
        return taken, problems


def _usable(rules: Iterable[RuleSettings]) -> bool:
    try:
        Scanner(Detection(Whereabouts(agent=""), tuple(rules), DistinctCap()).patterns)
    except PatternError:
        return False
    return True


def written(given: RuleSet) -> str:
    """The wire form as text, the same for the same set."""
    return json.dumps(rule_set_to_dict(given), ensure_ascii=False, sort_keys=True)
