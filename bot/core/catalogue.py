"""Kinds of messages that were found: how often, since when, and what people said of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.core.verdict import Judgement, named
from watchers.finding import Finding, Severity


class Which(StrEnum):
    """Which kinds of messages a list is of."""

    ALL = "all"
    NEW = "new"
    """Those first."""
    NOISE = "noise"
    MATTERS = "matters"
    OPEN = "open"
    """Nobody said anything of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One kind of message of one service.

    Attributes:
        subject: What verdicts are about, see `core.verdict.named`.
        template: Its id.
        text: As people read it; untrusted.
        rule: That found it last.
        severity: As it was found last.
        count: Records in all.
        first_at: When it was found first; aware, UTC.
        last_at: When it was found last; aware, UTC.
        judgement: What somebody said of it, None for nothing.
    """

    subject: str
    template: str
    service: str
    text: str
    rule: str
    severity: Severity
    count: int
    first_at: datetime
    last_at: datetime
    judgement: Judgement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CataloguePage:
    """Some of the kinds of messages, and how many there are in all."""

    rows: tuple[Listed, ...]
    total: int


class CatalogueStore(Protocol):
    """Kinds of messages; bounded: beyond a number, new ones are not kept."""

    def count(self, seen: Iterable[Listed]) -> None:
        """Count some in; their counts are added to what is known."""
        ...

    def join(self, subject: str, former: Iterable[str]) -> None:
        """Some kinds became one with another, which was counted in before."""
        ...

    def find(self, template: str, service: str) -> tuple[Listed, ...]:
        """Those with this id, of one service or of all with ""."""
        ...

    def page(self, which: Which, service: str, offset: int, limit: int) -> CataloguePage:
        """A part of the list, newest seen first; of one service or of all with ""."""
        ...

    def begun(self, since: datetime, until: datetime, limit: int) -> tuple[Listed, ...]:
        """Those first found in a span, most frequent first; without what is noise."""
        ...

    def began(self) -> datetime | None:
        """Since when kinds are kept."""
        ...

    def prune(self, before: datetime) -> int:
        """Forget some that were not seen since."""
        ...


def seen_in(findings: Iterable[Finding], now: datetime) -> tuple[Listed, ...]:
    """The kinds of messages in some findings, with their records."""
    found: dict[str, Listed] = {}
    for finding in findings:
        service = finding.labels.get("service", "")
        for one in () if finding.recovers else finding.templates:
            if not one.text:
                continue
            subject = named(one.id, service)
            known = found.get(subject)
            found[subject] = Listed(
                subject=subject,
                template=one.id,
                service=service,
                text=one.text,
                rule=finding.rule,
                severity=finding.severity,
                count=one.count + (known.count if known is not None else 0),
                first_at=now,
                last_at=now,
            )
    return tuple(found.values())
