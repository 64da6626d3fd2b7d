"""Which watches and lines a search means: conditions on labels, and on fields."""

from collections.abc import Iterable, Mapping

import re2

from watchers.clauses.conditions import Condition, condition

Asked = tuple[str, str, str]
"""A name, an operator and a value."""


def conditions_of(asked: Iterable[Asked]) -> tuple[Condition, ...] | None:
    """What fields of a line must be; None where that cannot be read."""
    try:
        return tuple(condition(f"{name} {op} {value}") for name, op, value in asked)
    except ValueError:
        return None


def words_of(conditions: Iterable[Condition]) -> str:
    """What is on every line that satisfies the conditions, "" when nothing is for sure."""
    return next((one.value for one in conditions if one.op == "=" and one.number is None), "") or (
        next((one.value for one in conditions if one.op == "=" and one.value.isdigit()), "")
    )


def meant(labels: Mapping[str, str], conditions: Iterable[Asked]) -> bool:
    """Whether these labels satisfy the conditions, as matchers do."""
    return all(
        _holds(labels.get(name, ""), operator, value) for name, operator, value in conditions
    )


def _holds(found: str, operator: str, value: str) -> bool:
    match operator:
        case "=":
            return found == value
        case "!=":
            return found != value
        case "=~" | "!~":
            try:
                matches = re2.fullmatch(value, found) is not None
            except re2.error:
                return False
            return matches is (operator == "=~")
        case _:
            return False
