"""The fields of forms about a rule ↔ the rule."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from bot.core.rule import ChatRule, Fault, Flaw, Threshold, read_threshold
from bot.feishu.action_error import ActionError
from bot.feishu.commands.levels import severity_named
from bot.feishu.texts.base import Texts
from watchers.delay import read_span, write_span

FIELD_NAME = "name"
FIELD_PATTERN = "pattern"
FIELD_EXCLUDE = "exclude"
FIELD_RECOVERY = "recovery"
FIELD_SEVERITY = "severity"
FIELD_COUNT = "count"
FIELD_SPAN = "span"
FIELD_FILES = "files"
FIELD_THRESHOLD = "threshold"
FIELD_LINE = "line"
_LONGEST = 2000
_FIELDS = (
    FIELD_NAME,
    FIELD_PATTERN,
    FIELD_EXCLUDE,
    FIELD_RECOVERY,
    FIELD_SEVERITY,
    FIELD_COUNT,
    FIELD_SPAN,
    FIELD_FILES,
    FIELD_THRESHOLD,
)


class RulePart(StrEnum):
    """What of a rule a form changes."""

    ALL = "all"
    THRESHOLD = "threshold"


def read_fields(form: Mapping[str, Any]) -> Mapping[str, str]:
    """The fields of a sent form as text; nothing in it is trusted.

    Raises:
        ActionError: If a field is of another kind or too long.
    """
    return {name: _text(form[name]) for name in _FIELDS if form.get(name) is not None}


def read_line(form: Mapping[str, Any]) -> str:
    """The line that is to be tried.

    Raises:
        ActionError: If it is of another kind or too long.
    """
    return _text(form.get(FIELD_LINE) or "")


def fields_of(rule: ChatRule) -> Mapping[str, str]:
    """What stands in the fields for a rule."""
    return {
        FIELD_NAME: rule.name,
        FIELD_PATTERN: rule.pattern,
        FIELD_EXCLUDE: rule.exclude,
        FIELD_RECOVERY: rule.recovery,
        FIELD_SEVERITY: rule.severity.value,
        FIELD_COUNT: str(rule.threshold.count),
        FIELD_SPAN: write_span(rule.threshold.span),
        FIELD_FILES: ", ".join(rule.files),
    }


def wished(
    rule: ChatRule, part: RulePart, fields: Mapping[str, str]
) -> tuple[ChatRule, tuple[Fault, ...]]:
    """The rule as its fields want it, and which of these cannot be read."""
    if part is RulePart.THRESHOLD:
        text = fields.get(FIELD_THRESHOLD, "")
        threshold = read_threshold(text)
        if threshold is None:
            return rule, (Fault(flaw=Flaw.COUNT, found=text),)
        return replace(rule, threshold=threshold), ()
    faults: list[Fault] = []
    count, span = fields.get(FIELD_COUNT, "").strip() or "1", fields.get(FIELD_SPAN, "").strip()
    if not (count.isascii() and count.isdigit() and len(count) < 10):  # noqa: PLR2004
        faults.append(Fault(flaw=Flaw.COUNT, found=count))
        count = "1"
    length = read_span(span.lower()) if span else Threshold().span
    if length is None:
        faults.append(Fault(flaw=Flaw.SPAN, found=span))
    severity = severity_named(fields.get(FIELD_SEVERITY, rule.severity.value))
    if severity is None:
        faults.append(Fault(flaw=Flaw.SEVERITY, found=fields[FIELD_SEVERITY]))
    files = fields.get(FIELD_FILES, "").replace("，", ",").split(",")
    wanted = replace(
        rule,
        name=fields.get(FIELD_NAME, "").strip(),
        pattern=fields.get(FIELD_PATTERN, ""),
        exclude=fields.get(FIELD_EXCLUDE, ""),
        recovery=fields.get(FIELD_RECOVERY, ""),
        severity=severity or rule.severity,
        threshold=Threshold(count=int(count), span=length or Threshold().span),
        files=tuple(one.strip() for one in files if one.strip()),
    )
    return wanted, tuple(faults)


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise ActionError(value, _shorter)
    return value


def _shorter(texts: Texts) -> str:
    return texts.wanted.shorter
