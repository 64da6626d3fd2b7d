"""Which keyword rules count a record, which say that it is over, and the labels it gives."""

from collections.abc import Sequence
from typing import Any

from watchers.clauses.conditions import condition, filled, refers
from watchers.detectors.base import Origin
from watchers.detectors.keyword import KeywordRule
from watchers.finding import Response
from watchers.keywords.folds import Pairs
from watchers.matching.captures import Captures
from watchers.matching.patterns import compiled
from watchers.record import Record
from watchers.records.saying import Saying


class Judging:
    """Some rules, in the order in which they were listed.

    Attributes:
        rules: As given.
        captures: The named groups of the pattern of each.
        recovering: Indexes of those that say when they are over.
    """

    def __init__(self, rules: Sequence[KeywordRule]) -> None:
        """Prepare the rules."""
        self.rules = rules
        self.captures = [Captures(rule.pattern) for rule in rules]
        self._bound = frozenset(i for i, rule in enumerate(rules) if rule.files)
        self._excludes = [compiled(rule.exclude) if rule.exclude else None for rule in rules]
        self._where = [tuple(map(condition, rule.where)) for rule in rules]
        self._made = [[(k, v) for k, v in rule.labels.items() if refers(v)] for rule in rules]
        alerting = [i for i, rule in enumerate(rules) if Response.ALERT in rule.wanted]
        self._alerting = sorted(alerting, key=lambda i: -rules[i].severity.rank)
        self._recording = [i for i in range(len(rules)) if i not in alerting]
        self.recovering = [i for i in self._alerting if rules[i].recovery]
        self._looking = frozenset(i for i, rule in enumerate(rules) if self._looks(i, rule))
        self._simple: dict[tuple[int, ...], tuple[int, ...]] = {}

    @property
    def places(self) -> list[tuple[str, bool]]:
        """Of each pattern, its rule's name and whether it is its recovery."""
        recoveries = [(self.rules[index].name, True) for index in self.recovering]
        return [*((rule.name, False) for rule in self.rules), *recoveries]

    @property
    def patterns(self) -> tuple[str, ...]:
        """What is to be looked for; a record's `rules` are indexes into this."""
        recoveries = [self.rules[index].recovery for index in self.recovering]
        return (*(rule.pattern for rule in self.rules), *recoveries)

    def of_line(self, matched: tuple[int, ...]) -> tuple[int, ...] | None:
        """Which rules count a line by itself that some match; None for what must be looked at.

        Args:
            matched: Indexes into the patterns of all detectors.
        """
        found = self._simple.get(matched)
        simple = matched[-1] < len(self.rules) and self._looking.isdisjoint(matched)
        if found is None and simple and not self.recovering:
            found = self._simple[matched] = tuple(self._most_severe(matched))
        return found

    def counting(self, saying: Saying, origin: Origin) -> list[int]:
        """Indexes of the rules that count a record."""
        record = saying.record
        matched = {index for index in record.rules if index < len(self.rules)}
        if not matched.isdisjoint(self._bound):
            matched = {index for index in matched if self._applies(index, origin)}
        if any(self._excludes[index] is not None for index in matched):
            text = b"\n".join(record.lines)
            matched = {i for i in matched if not _found(self._excludes[i], text)}
        if any(self._where[index] for index in matched):
            matched = {i for i in matched if not self._where[i] or self._fits(i, saying)}
        return self._most_severe(matched)

    def over(self, record: Record, origin: Origin) -> list[int]:
        """Indexes of the rules that a record says are over."""
        first = len(self.rules)
        last = first + len(self.recovering)
        over = [self.recovering[index - first] for index in record.rules if first <= index < last]
        return [index for index in over if self._applies(index, origin)]

    def labels(self, index: int, saying: Saying, *, over: bool = False) -> Pairs:
        """The labels of a rule that its records' fields make; none that nothing is known for."""
        made = self._made[index]
        if not made:
            return ()
        fields = saying.reading.fields if over else saying.fields(self.captures[index])
        found = ((label, filled(text, fields)) for label, text in made)
        return tuple(sorted((label, text) for label, text in found if text))

    def naming(self, counting: Sequence[int]) -> int:
        """Of several rules the one whose pattern names fields."""
        named = (index for index in counting if self.captures[index].names)
        return next(named, counting[0])

    def _looks(self, index: int, rule: KeywordRule) -> bool:
        """Whether a rule looks at more of a record than that a line matches."""
        looks = rule.files or rule.exclude or rule.where or self._made[index]
        return bool(looks or rule.by_template)

    def _most_severe(self, matched: set[int] | tuple[int, ...]) -> list[int]:
        """Of those that alert the most severe, and all that only record."""
        counting = [index for index in self._recording if index in matched]
        worst = next((index for index in self._alerting if index in matched), None)
        return counting if worst is None else [worst, *counting]

    def _applies(self, index: int, origin: Origin) -> bool:
        if index not in self._bound:
            return True
        return self.rules[index].applies_to(origin.watch, origin.path)

    def _fits(self, index: int, saying: Saying) -> bool:
        """Whether the fields of a record are what its rule wants."""
        fields = saying.fields(self.captures[index])
        return all(one.holds(fields) for one in self._where[index])


def _found(pattern: Any, text: bytes) -> bool:
    return pattern is not None and pattern.search(text) is not None
