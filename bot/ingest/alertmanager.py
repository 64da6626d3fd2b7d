"""Alertmanager's webhook, version 4: a group of alerts, firing or resolved.

https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.ingest.pushed import Pushed, Told, told
from bot.ingest.sender import Sender
from bot.ingest.shapes import ShapeError, items, label_texts, moment, words

_TEXTS = ("summary", "message", "description")
_RUNBOOK = ("runbook_url", "runbook")
_DASHBOARD = ("dashboard_url", "dashboard", "__dashboardUrl__")
_SEVERITY = ("severity", "level", "priority")


def read(body: Mapping[str, Any], sender: Sender) -> Told:
    """The alerts of a group.

    Raises:
        ShapeError: If it is no group of alerts.
    """
    version = body.get("version")
    if version not in (None, "4"):
        raise ShapeError(f'version: wanted "4", found {words(version, 20)}')
    return told(_alerts(body))


def alert_of(one: Mapping[str, Any], links: Mapping[str, str]) -> Pushed:
    """One alert of Prometheus' kind; `links` are others than it names itself.

    Raises:
        ShapeError: If its labels or annotations are none.
    """
    labels = label_texts(one.get("labels"), "labels")
    notes = label_texts(one.get("annotations"), "annotations")
    raw = one.get("annotations") or {}
    rule = labels.get("alertname", "")
    if not rule:
        raise ShapeError("labels: alertname is missing")
    texts = [text for text in (words(raw.get(name)) for name in _TEXTS) if text]
    severity = next((labels[name] for name in _SEVERITY if name in labels), "")
    named = {
        "source": one.get("generatorURL"),
        "dashboard": next((raw[name] for name in _DASHBOARD if name in raw), None),
        "runbook": next((raw[name] for name in _RUNBOOK if name in raw), None),
        **links,
    }
    known = {*_TEXTS, *_RUNBOOK, *_DASHBOARD}
    return Pushed(
        rule=rule,
        title=texts[0] if texts else rule,
        message=texts[1] if len(texts) > 1 else "",
        severity=severity,
        labels=labels,
        annotations={name: text for name, text in notes.items() if name not in known},
        links={name: words(link) for name, link in named.items() if link},
        started_at=moment(one.get("startsAt")),
        over=one.get("status") == "resolved",
    )


def left_out(body: Mapping[str, Any]) -> Iterator[ShapeError]:
    """What the sender says that it did not send."""
    count = body.get("truncatedAlerts")
    if isinstance(count, int) and count > 0:
        yield ShapeError(f"truncatedAlerts: {count} alerts were left out there; raise max_alerts")


def _alerts(body: Mapping[str, Any]) -> Iterator[Pushed | ShapeError]:
    for number, one in enumerate(items(body.get("alerts"), "alerts")):
        if isinstance(one, ShapeError):
            yield one
            continue
        try:
            yield alert_of(one, {})
        except ShapeError as error:
            yield ShapeError(f"alerts[{number}].{error}")
    yield from left_out(body)
