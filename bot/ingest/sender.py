"""Who pushes something in: a source of alerts or events outside, as the configuration names it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from bot.ingest.mapping import Mapped
from watchers.finding import Severity

HOLDS = timedelta(days=1)


class SenderKind(StrEnum):
    """What form its requests have, and with it how it shows who it is."""

    EVENTS = "events"
    ALERTMANAGER = "alertmanager"
    GRAFANA = "grafana"
    SENTRY = "sentry"
    NIGHTINGALE = "nightingale"
    GENERIC = "generic"


class Signed(StrEnum):
    """What a signature is over."""

    TIMESTAMP_AND_BODY = "timestamp.body"
    BODY = "body"


WORDS: Mapping[str, Severity] = {
    **dict.fromkeys(
        ("critical", "crit", "fatal", "page", "emergency", "emerg", "disaster", "panic", "p1"),
        Severity.CRITICAL,
    ),
    **dict.fromkeys(("high", "error", "err", "major", "alert", "p2"), Severity.HIGH),
    **dict.fromkeys(("medium", "warning", "warn", "minor", "average", "p3"), Severity.MEDIUM),
    **dict.fromkeys(("low", "notice", "p4"), Severity.LOW),
    **dict.fromkeys(
        ("info", "information", "informational", "debug", "none", "ok", "p5"), Severity.INFO
    ),
}
"""Severities by the words of others, in lower case."""


def _nothing() -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """One of them.

    Attributes:
        name: In addresses, in the audit, on cards.
        secrets: What it may sign or show itself with; several while keys change. Asked anew for
            each request.
        user: For basic authentication.
        signs: What its signature is over, where it signs.
        per_minute: So many requests it may make.
        severity: Of what says none, or an unknown one.
        severities: By its own words, in lower case; before the usual ones.
        maps: How its requests become alerts, by expressions; the first that fits.
        holds: An alert stays open for so long without news, unless it is said to be over.
    """

    name: str
    kind: SenderKind
    secrets: Callable[[], tuple[str, ...]] = field(default=_nothing, repr=False)
    user: str = ""
    signs: Signed = Signed.TIMESTAMP_AND_BODY
    per_minute: int = 600
    severity: Severity = Severity.HIGH
    severities: Mapping[str, Severity] = field(default_factory=dict)
    maps: tuple[Mapped, ...] = ()
    holds: timedelta = HOLDS

    def severity_of(self, word: str) -> Severity:
        """What it means by a word."""
        plain = word.strip().lower()
        return self.severities.get(plain) or WORDS.get(plain) or self.severity
