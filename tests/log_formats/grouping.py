"""How well lines are grouped by template: grouping accuracy and its F1 by template."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """How many lines, and templates, are grouped exactly as the truth has it."""

    accuracy: float
    f1: float


def grouping(truth: Sequence[str], found: Sequence[str]) -> Grouping:
    wanted, made = _groups(truth), _groups(found)
    exact = [lines for lines in made.values() if wanted[truth[lines[0]]] == lines]
    return Grouping(
        accuracy=sum(map(len, exact)) / len(truth),
        f1=2 * len(exact) / (len(wanted) + len(made)),
    )


def _groups(keys: Sequence[str]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {}
    for at, key in enumerate(keys):
        groups.setdefault(key, []).append(at)
    return groups
