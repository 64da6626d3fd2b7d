"""Matchers: `label op value`, the one way to say which alerts are meant."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import assert_never

import re2

from bot.core.errors import MatcherError

MAX_LENGTH = 200
_WANTED = "label=value, label!=value, label=~pattern or label!~pattern"


class Operator(StrEnum):
    """How a label is compared."""

    EQUAL = "="
    NOT_EQUAL = "!="
    MATCHES = "=~"
    MATCHES_NOT = "!~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """One condition on a label; an absent label counts as empty text.

    Attributes:
        label: Label name; ``rule``, ``severity`` and ``fingerprint`` stand for the alert's own.
        operator: How to compare.
        value: Text, or a pattern that must match the whole value (RE2 syntax, linear time).
    """

    label: str
    operator: Operator
    value: str

    def __str__(self) -> str:
        return f"{self.label}{self.operator.value}{self.value}"

    def takes(self, labels: Mapping[str, str]) -> bool:
        """Whether these labels meet the condition."""
        found = labels.get(self.label, "").encode("utf-8", "replace").decode()
        match self.operator:
            case Operator.EQUAL:
                return found == self.value
            case Operator.NOT_EQUAL:
                return found != self.value
            case Operator.MATCHES:
                return _compile(self.value).fullmatch(found) is not None
            case Operator.MATCHES_NOT:
                return _compile(self.value).fullmatch(found) is None
            case _:
                assert_never(self.operator)


def all_take(matchers: Iterable[Matcher], labels: Mapping[str, str]) -> bool:
    """Whether the labels meet every condition; no condition takes everything."""
    return all(matcher.takes(labels) for matcher in matchers)


def parse_matcher(text: str) -> Matcher:
    """Read ``label op value``; quotes around the value are dropped.

    Raises:
        MatcherError: If there is no operator or label, the text is too long, or the pattern is
            not one that RE2 takes.
    """
    text = text.strip()
    if len(text) > MAX_LENGTH:
        raise MatcherError(text[:40] + "…", f"at most {MAX_LENGTH} characters")
    start, operator = _find_operator(text)
    label, value = text[:start].strip(), text[start + len(operator.value) :].strip()
    if not label or not label.replace("_", "a").replace("-", "a").replace(".", "a").isalnum():
        raise MatcherError(text, _WANTED)
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    if operator in (Operator.MATCHES, Operator.MATCHES_NOT):
        try:
            _compile(value)
        except re2.error as error:
            raise MatcherError(text, f"a pattern RE2 takes ({error})") from error
    return Matcher(label=label, operator=operator, value=value)


def _find_operator(text: str) -> tuple[int, Operator]:
    for start, character in enumerate(text):
        if character in "=!":
            for operator in (Operator.MATCHES, Operator.MATCHES_NOT, Operator.NOT_EQUAL):
                if text.startswith(operator.value, start):
                    return start, operator
            if character == "=":
                return start, Operator.EQUAL
    raise MatcherError(text, _WANTED)


@lru_cache(maxsize=1000)
def _compile(pattern: str) -> "re2._Regexp[str]":
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)
