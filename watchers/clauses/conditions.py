"""Conditions on the fields of a line, and texts made of them."""

import operator
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import re2

from watchers.matching.grok import Value
from watchers.matching.patterns import options

LONGEST = 200
"""Characters of a text made of fields."""
_CONDITION = re.compile(
    r"\s*([A-Za-z_@][\w.@/-]*)\s*(=~|!~|!=|>=|<=|==|=|>|<)\s*(.*?)\s*", re.DOTALL
)
_REFERENCE = re.compile(r"\{([A-Za-z_@][\w.@/-]*)\}")
_ORDERS = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}
_WANTED = 'FIELD OP VALUE with one of = != =~ !~ > >= < <=, e.g. "status >= 500"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a field must be.

    Attributes:
        number: `value` as a number, None when it is none.
        regexp: Of ``=~`` and ``!~``, None for the others.
    """

    field: str
    op: str
    value: str
    number: float | None
    regexp: Any

    def holds(self, fields: Mapping[str, Value]) -> bool:
        """Whether it is so; of a field that is not there only what is denied is true."""
        value = fields.get(self.field)
        if self.op.startswith("!"):
            return value is None or not self._same(value)
        if value is None:
            return False
        order = _ORDERS.get(self.op)
        if order is None:
            return self._same(value)
        found = number_of(value)
        return found is not None and self.number is not None and order(found, self.number)

    def _same(self, value: Value) -> bool:
        text = text_of(value)
        if self.regexp is not None:
            return self.regexp.search(text.encode("utf-8", "replace")) is not None
        if text == self.value:
            return True
        return self.number is not None and number_of(value) == self.number


def condition(text: str) -> Condition:
    """Read one, e.g. ``status >= 500`` or ``path =~ ^/api/``.

    Raises:
        ValueError: If it is none, with what is wanted.
    """
    found = _CONDITION.fullmatch(text)
    if found is None:
        raise ValueError(f"found {text!r}, wanted {_WANTED}")
    field, op, value = found.groups()
    if value[:1] in "\"'" and value[:1] == value[-1:] and len(value) > 1:
        value = value[1:-1]
    op = "=" if op == "==" else op
    number = number_of(value)
    if op[0] in "<>" and number is None:
        raise ValueError(f"found {text!r}, wanted a number behind {op}")
    regexp = None
    if op.endswith("~"):
        try:
            regexp = re2.compile(value, options())
        except re2.error as error:
            said = error.args[0] if error.args else error
            why = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
            raise ValueError(f"found {text!r}, whose pattern has a mistake: {why}") from None
    return Condition(field=field, op=op, value=value, number=number, regexp=regexp)


def number_of(value: Value) -> float | None:
    """A value as a number; None when it is none, as truths are."""
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < float("inf") else None


def text_of(value: Value) -> str:
    """A value as it is written."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def refers(text: str) -> bool:
    """Whether a text names fields, as in ``{status} on {path}``."""
    return _REFERENCE.search(text) is not None


def referred(text: str) -> tuple[str, ...]:
    """The fields that a text names."""
    return tuple(_REFERENCE.findall(text))


def filled(text: str, fields: Mapping[str, Value]) -> str:
    """A text with the fields that it names, on one line and bounded.

    A field that is not there leaves a ``-``; a text that names only such is "".
    """
    names = _REFERENCE.findall(text)
    if names and not any(name in fields for name in names):
        return ""
    made = _REFERENCE.sub(lambda found: text_of(fields.get(found[1], "-"))[:LONGEST], text)
    return " ".join(made.split())[:LONGEST] if names else text
