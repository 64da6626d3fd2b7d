"""An alert as somebody else told it, and the finding that it becomes."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.core.pushed import LINK
from bot.ingest.sender import Sender
from bot.ingest.shapes import (
    LONGEST_LABEL,
    LONGEST_NAME,
    LONGEST_TEXT,
    MOST_LABELS,
    ShapeError,
    address,
    keepable,
)
from watchers.finding import Finding, Sample, Severity

_LONGEST_TITLE = 200
_TOLD_AGAIN = 4
"""What lasts is counted again so often within the time that it stays open without news."""
_SERVICE = ("service", "app", "application", "job", "project")
_HOST = ("host", "hostname", "instance", "node", "ident")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What one alert of somebody else's says.

    Attributes:
        rule: What found it there; with the labels its identity.
        title: One line; the rule where there is none.
        message: What happened, "" where the title says it all.
        severity: In the sender's words, or as we have it.
        labels: As they are there.
        annotations: What else is worth showing.
        links: Addresses by what they lead to, e.g. ``dashboard``.
        started_at: When it began there, None when unknown; aware.
        over: It ended there.
        at_least: What ended has these labels and maybe others; else it has just these.
    """

    rule: str
    title: str = ""
    message: str = ""
    severity: str | Severity = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    started_at: datetime | None = None
    over: bool = False
    at_least: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was read of a body: alerts, and what is wrong with the rest of it."""

    alerts: tuple[Pushed, ...] = ()
    faults: tuple[str, ...] = ()


def told(found: Iterable[Pushed | ShapeError]) -> Told:
    """One bad alert does not keep the others out."""
    all_of_it = tuple(found)
    return Told(
        alerts=tuple(one for one in all_of_it if isinstance(one, Pushed)),
        faults=tuple(str(one) for one in all_of_it if isinstance(one, ShapeError)),
    )


def finding_of(pushed: Pushed, sender: Sender, now: datetime) -> Finding:
    """The finding that it becomes; told again without news, it is the same one for some hours.

    Its labels are completed with ``service`` and ``host`` where the sender says these otherwise;
    the sender's own stand with the sample, since a silence there must name them.
    """
    own = _bounded(pushed.labels)
    rule = keepable(pushed.rule)[:LONGEST_LABEL].strip() or sender.name
    labels = own if pushed.at_least else {**_named(own), **_beside(rule, own)}
    title = " ".join((pushed.title or pushed.message or rule).split())[:_LONGEST_TITLE]
    message = pushed.message[:LONGEST_TEXT]
    severity = pushed.severity
    if not isinstance(severity, Severity):
        severity = sender.severity_of(severity)
    began = pushed.started_at.astimezone(UTC) if pushed.started_at is not None else None
    links = {name: address(link) for name, link in pushed.links.items()}
    return Finding(
        id=_id(sender, rule, own, pushed, severity, now),
        rule=rule,
        severity=severity,
        labels=labels,
        title=title,
        first_at=now,
        seen_at=now,
        annotations={
            **({"message": message} if message and message != title else {}),
            **_bounded(pushed.annotations),
            **{f"{LINK}{name[:LONGEST_NAME]}": link for name, link in links.items() if link},
        },
        samples=(
            Sample(
                text=message or title,
                place=f"{sender.kind.value}/{sender.name}:0",
                at=now,
                written_at=began,
                fields=own,
            ),
        ),
        recovers=pushed.over,
        alone=not pushed.at_least,
        holds=sender.holds,
        first_written_at=began,
    )


def _named(labels: Mapping[str, str]) -> dict[str, str]:
    """A service and a host, by what others call these; an instance without its port."""
    service = next((labels[name] for name in _SERVICE if name in labels), "")
    host = next((labels[name] for name in _HOST if name in labels), "")
    if host and host == labels.get("instance") and host.rpartition(":")[2].isdigit():
        host = host.rpartition(":")[0] or host
    return {name: text for name, text in (("service", service), ("host", host)) if text}


def _beside(rule: str, labels: Mapping[str, str]) -> dict[str, str]:
    """Without the one that only says the rule again."""
    return {name: text for name, text in labels.items() if (name, text) != ("alertname", rule)}


def _bounded(texts: Mapping[str, str]) -> dict[str, str]:
    some = list(texts.items())[:MOST_LABELS]
    return {
        keepable(name)[:LONGEST_NAME]: keepable(text)[:LONGEST_LABEL]
        for name, text in some
        if name and text
    }


def _id(
    sender: Sender,
    rule: str,
    labels: Mapping[str, str],
    pushed: Pushed,
    severity: Severity,
    now: datetime,
) -> str:
    """The same for the same news: others say again and again what they said before.

    It changes with what is said, and by the clock: so that what lasts is known to last. The end
    may be told as often as one likes.
    """
    if pushed.over:
        return f"push|{sender.name}|{rule}|{sorted(labels.items())}|{now.isoformat()}"
    span_s = max(sender.holds.total_seconds() / _TOLD_AGAIN, 1.0)
    began = pushed.started_at.isoformat() if pushed.started_at is not None else ""
    said: list[object] = [rule, sorted(labels.items()), began, severity.value]
    said += [pushed.title, pushed.message, int(now.timestamp() // span_s)]
    digest = hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()[:32]
    return f"push|{sender.name}|{digest}"
