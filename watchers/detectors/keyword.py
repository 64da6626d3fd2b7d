"""Keyword rules: the kind of a rule that names none, and those that are there by default."""

from typing import Literal

from watchers.detectors.base import RuleSettings
from watchers.finding import Response, Severity


class KeywordRule(RuleSettings):
    """Every record with a line that matches a pattern; the kind of a rule that names none.

    Of several that match a record only the most severe alerts.

    Attributes:
        per_template: Whether what differs in more than its values is an alert of its own, with
            the label ``template``.
    """

    kind: Literal["any"] = "any"
    per_template: bool = False

    @property
    def by_template(self) -> bool:
        """As it says."""
        return self.per_template


def _level(names: str) -> str:
    """A JSON or logfmt field that says how bad a line is."""
    return (
        rf'"(?:level|levelname|severity|log\.level)"\s*:\s*"(?i:{names})"'
        rf'|\b(?:level|lvl|severity)="?(?i:{names})\b'
    )


DEFAULT_RULES: tuple[KeywordRule, ...] = (
    KeywordRule(
        name="panic",
        pattern=r"\b(?:PANIC|FATAL)\b|^panic:|" + _level("fatal|panic|critical|emerg(?:ency)?"),
        severity=Severity.CRITICAL,
        responses=(Response.ALERT, Response.RECORD),
    ),
    KeywordRule(
        name="error",
        pattern=r"\b(?:ERROR|SEVERE)\b|\[error\]|^Traceback \(most recent call last\):|"
        + _level("error|severe"),
        severity=Severity.HIGH,
    ),
    KeywordRule(
        name="timeout",
        pattern=r"\bTIMEOUT\b",
        severity=Severity.MEDIUM,
        responses=(Response.RECORD,),
    ),
)
"""Panics are critical, errors high, timeouts only recorded."""
