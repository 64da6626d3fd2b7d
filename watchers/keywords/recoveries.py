"""What is said to be over: told once until it is found again, since such lines may be many."""

from collections.abc import Iterable, Mapping

from watchers.detectors.base import Origin
from watchers.keywords.folds import Pairs
from watchers.record import Record

_MOST_SAID_OVER = 1000

Ruled = tuple[int, Pairs]
"""A rule by its index, with labels."""


class BlockRecoveries:
    """What the records of one block say is over, in their order."""

    def __init__(self) -> None:
        """Nothing is."""
        self.counted: set[Ruled] = set()
        self.over: dict[Ruled, Record] = {}

    def say(self, rules: Iterable[Ruled], record: Record) -> None:
        """A record says that these are over."""
        self.over |= dict.fromkeys(rules, record)

    def count(self, index: int, labels: Pairs) -> None:
        """A rule counts a record after all."""
        for one in [one for one in self.over if _covers(one, index, labels)]:
            del self.over[one]
        self.counted.add((index, labels))


class SaidOver:
    """What was said to be over and not found again since; not thread-safe."""

    def __init__(self) -> None:
        """Nothing was."""
        self._said: set[Ruled] = set()

    def exchange(self, moved: Mapping[int, int]) -> None:
        """Go on with other rules, from a former index to the present one."""
        self._said = {(moved[i], labels) for i, labels in self._said if i in moved}

    def fresh(self, block: BlockRecoveries, origin: Origin) -> list[tuple[Ruled, Record]]:
        """What of a block is to be said."""
        where = tuple(sorted(origin.labels.items()))
        counted = {(rule, (*where, *labels)) for rule, labels in block.counted}
        self._said = {
            one
            for one in self._said
            if not any(_covers(one, index, labels) for index, labels in counted)
        }
        fresh = [
            ((index, labels), record)
            for (index, labels), record in block.over.items()
            if (index, (*where, *labels)) not in self._said
        ]
        if len(self._said) > _MOST_SAID_OVER:
            self._said.clear()
        self._said |= {(index, (*where, *labels)) for (index, labels), _ in fresh}
        return fresh


def _covers(over: Ruled, index: int, labels: Pairs) -> bool:
    """Whether what is said to be over takes in what a rule counted under these labels."""
    return over[0] == index and set(over[1]) <= set(labels)
