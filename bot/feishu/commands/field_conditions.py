"""Conditions on fields of records, as people write them: ``status>=500``, ``user~bob``."""

import re
from dataclasses import dataclass

from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.words import Word
from watchers.clauses.conditions import condition, number_of

_CONDITION = re.compile(r"([A-Za-z_@][\w.@]{0,63})(>=|<=|≥|≤|>|<|~)(.+)", re.DOTALL)
_ASCII = {"≥": ">=", "≤": "<=", "~": "=~"}
_LEVELS = frozenset({"level", "severity", "级别", "等级"})
_EXAMPLE = "/logs status>=500 service=pay 30m"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCondition:
    """What a field must be; those with ``=`` and ``!=`` are matchers, of labels and fields."""

    field: str
    operator: str
    value: str

    @property
    def told(self) -> tuple[str, str, str]:
        """For hosts, and for what is kept."""
        return self.field, self.operator, self.value

    def __str__(self) -> str:
        """As `field_condition` reads it back."""
        operator = "~" if self.operator == "=~" else self.operator
        mark = "'" if '"' in self.value else '"'
        return f"{self.field}{operator}{mark}{self.value}{mark}"


def field_condition(word: Word) -> FieldCondition | None:
    """Read one; None for any other word.

    Raises:
        CommandError: If it is one whose pattern cannot be used.
    """
    found = None if word.quoted else _CONDITION.fullmatch(word.text)
    if found is None or found[1].lower() in _LEVELS:
        return None
    operator = _ASCII.get(found[2], found[2])
    value = found[3].strip("\"'")
    if operator != "=~" and number_of(value) is None:
        return None
    try:
        condition(f"{found[1]} {operator} {value}")
    except ValueError:
        raise CommandError(word.text, lambda texts: texts.wanted.matcher, _EXAMPLE) from None
    return FieldCondition(field=found[1], operator=operator, value=value)
