"""What is told of an incident, as a finding: an incident is one alert, and so one living card."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from watchers.delay import Delay
from watchers.finding import Finding, Response, Sample
from watchers.incidents.entry import Entry, Kind, News

RULE = "incident"
JOINED = "joined"
"""Annotation: which services joined when and why, oldest first; JSON."""
KINDS = "kinds"
"""Annotation: how many kinds of lines there are, when more than one."""
SERVICES = "services"
"""Annotation: how many services there are, when not all are named."""
_SAMPLES = 5
_TYPE_CHARS = 60
_MESSAGE_CHARS = 4096
_MOST_JOINED = 12
_LONGER = timedelta(minutes=30)
"""The engine says itself when it is over; so much longer waits who does not hear of it any more."""


def finding_of(news: News, agent: str, quiet: timedelta) -> Finding:
    """An incident as it stands; the same news makes the same finding.

    It is the same alert as one before that began with the same kind of line in the same service.

    Args:
        news: What is to be told.
        agent: Part of the id.
        quiet: After how long without a sign of it the engine says that it is over.
    """
    # What ends says nothing of how much more there was: it is counted before.
    over = news.kind is Kind.RESOLVE
    labels = {"service": news.service, "error_type": news.template[:_TYPE_CHARS]}
    identity = [agent, RULE, labels, round(news.began_at_s, 3), news.kind.value, news.total]
    shown = [one for one in news.evidence if isinstance(one.source, Sample)]
    newest = max(news.evidence, key=lambda one: one.at_s, default=None)
    joined = [
        [one.service, _time(one.at_s).isoformat(timespec="seconds"), one.why.value]
        for one in news.joined[:_MOST_JOINED]
    ]
    annotations = {JOINED: json.dumps(joined, ensure_ascii=False)}
    if news.evidence:
        annotations["message"] = news.evidence[0].message[:_MESSAGE_CHARS]
    if news.templates > 1:
        annotations[KINDS] = str(news.templates)
    if len(news.services) > len(joined):
        annotations[SERVICES] = str(len(news.services))
    hosts = sorted({one.labels["host"] for one in news.evidence if one.labels.get("host")})
    if hosts:
        annotations["hosts"] = ", ".join(hosts[:_MOST_JOINED])
    return Finding(
        id=hashlib.blake2b(
            json.dumps(identity).encode("utf-8", "replace"), digest_size=16
        ).hexdigest(),
        rule=RULE,
        severity=news.severity,
        labels=labels,
        title=news.template[:_MESSAGE_CHARS],
        count=max(1, news.lines),
        first_at=_time(news.began_at_s),
        seen_at=_time(newest.at_s if newest is not None and not over else news.at_s),
        samples=() if over else _telling(shown),
        annotations=annotations,
        templates=() if over else news.kinds,
        responses=frozenset({Response.ALERT}),
        recovers=over,
        delay=Delay(down=quiet + _LONGER),
    )


def _telling(shown: Sequence[Entry]) -> tuple[Sample, ...]:
    """A few lines, oldest first: what it began with, one of each service, and the newest."""
    of_services = {one.service: one for one in reversed(shown)}
    kept = dict.fromkeys([*shown[:1], *of_services.values()][:_SAMPLES])
    for one in reversed(shown):
        if len(kept) < _SAMPLES:
            kept[one] = None
    picked = sorted((one for one in shown if one in kept), key=lambda one: one.at_s)
    return tuple(one.source for one in picked)


def _time(at_s: float) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)
