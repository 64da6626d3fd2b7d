"""Sentry's webhooks of an integration: issue alerts, metric alerts, and what becomes of issues.

https://docs.sentry.io/integrations/integration-platform/webhooks/
"""

import re
from collections.abc import Mapping
from typing import Any

from bot.ingest.pushed import Pushed, Told
from bot.ingest.sender import Sender
from bot.ingest.shapes import ShapeError, moment, shown, table, words

_ENDED = ("resolved", "ignored", "archived")
_RULE = "sentry issue"
_PROJECT = re.compile(r"/projects/[^/]+/([^/]+)/")


def read(body: Mapping[str, Any], sender: Sender) -> Told:
    """The alert of a request; an installation has none.

    An issue alert and what becomes of its issue are one alert here, by the issue's number.

    Raises:
        ShapeError: If it is none of Sentry's requests.
    """
    data = table(body.get("data"), "data")
    action = words(body.get("action"), 40)
    if "event" in data:
        return Told(alerts=(_event(table(data["event"], "data.event"), data),))
    if "metric_alert" in data:
        return Told(
            alerts=(_metric(table(data["metric_alert"], "data.metric_alert"), data, action),)
        )
    if "issue" in data:
        return Told(alerts=(_issue(table(data["issue"], "data.issue"), action),))
    if "installation" in data:
        return Told()
    raise ShapeError(f"data: wanted event, issue or metric_alert, found {shown(sorted(data))}")


def _event(event: Mapping[str, Any], data: Mapping[str, Any]) -> Pushed:
    number = words(event.get("issue_id"), 60)
    if not number:
        raise ShapeError("data.event.issue_id is missing")
    metadata = table(event.get("metadata"), "data.event.metadata")
    message = words(metadata.get("value")) or words(event.get("message"))
    triggered = words(data.get("triggered_rule"), 200)
    return Pushed(
        rule=_RULE,
        title=words(event.get("title")) or message or f"issue {number}",
        message=message,
        severity=words(event.get("level"), 40),
        labels=_labels(number, _slug(event)),
        annotations={
            **_noted("platform", event),
            **({"alert rule": triggered} if triggered else {}),
            **_noted("culprit", event),
            **_noted("environment", event),
            **_noted("release", event),
        },
        links={"issue": words(event.get("web_url")) or words(event.get("issue_url"))},
        started_at=moment(event.get("datetime")),
    )


def _issue(issue: Mapping[str, Any], action: str) -> Pushed:
    number = words(issue.get("id"), 60)
    if not number:
        raise ShapeError("data.issue.id is missing")
    project = table(issue.get("project"), "data.issue.project")
    over = action in _ENDED
    return Pushed(
        rule=_RULE,
        title=words(issue.get("title")) or f"issue {number}",
        severity=words(issue.get("level"), 40),
        labels={"issue": number} if over else _labels(number, project.get("slug")),
        annotations={**_noted("platform", issue), **_noted("culprit", issue)},
        links={"issue": words(issue.get("web_url")) or words(issue.get("permalink"))},
        started_at=moment(issue.get("firstSeen")),
        over=over,
        at_least=over,
    )


def _metric(alert: Mapping[str, Any], data: Mapping[str, Any], action: str) -> Pushed:
    rule = table(alert.get("alert_rule"), "data.metric_alert.alert_rule")
    name = words(rule.get("name"), 200) or words(alert.get("title"), 200)
    if not name:
        raise ShapeError("data.metric_alert.alert_rule.name is missing")
    projects = alert.get("projects")
    project = projects[0] if isinstance(projects, list) and projects else ""
    return Pushed(
        rule=name,
        title=words(data.get("description_title")) or name,
        message=words(data.get("description_text")),
        severity=action,
        labels={"service": words(project, 100)},
        links={"issue": words(data.get("web_url"))},
        started_at=moment(alert.get("date_started")),
        over=action == "resolved",
    )


def _labels(number: str, project: object) -> dict[str, str]:
    """Nothing that differs between the events of one issue."""
    return {"issue": number, "service": words(project, 100)}


def _slug(event: Mapping[str, Any]) -> str:
    """The project's name: an event says only its number, and the name in an address."""
    found = _PROJECT.search(words(event.get("url")))
    return found[1] if found is not None else ""


def _noted(name: str, of: Mapping[str, Any]) -> dict[str, str]:
    text = words(of.get(name), 200)
    return {name: text} if text else {}
