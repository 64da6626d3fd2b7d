"""What Grafana, Sentry and Nightingale say, after their documentation, and any JSON by maps."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.ingest.generic import read as read_generic
from bot.ingest.mapping import Mapped, compiled
from bot.ingest.pushed import Told, finding_of
from bot.ingest.registry import reader_of
from bot.ingest.sender import Sender, SenderKind
from bot.ingest.shapes import ShapeError, body_of
from watchers.finding import Finding, Severity

NOW = datetime(2024, 5, 30, tzinfo=UTC)
DATA = Path(__file__).parent / "pushed"


def told(kind: SenderKind, name: str) -> Told:
    body: dict[str, Any] = json.loads((DATA / name).read_text())
    return reader_of(kind)(body, Sender(name="it", kind=kind))


def findings(kind: SenderKind, name: str) -> list[Finding]:
    sender = Sender(name="it", kind=kind)
    return [finding_of(one, sender, NOW) for one in told(kind, name).alerts]


def test_grafana_says_what_fires_with_figures_and_addresses_and_what_is_over() -> None:
    fires, over = findings(SenderKind.GRAFANA, "grafana.json")
    assert (fires.rule, fires.severity) == ("High memory usage", Severity.MEDIUM)
    assert fires.title == "Memory of pay is at 91 %"
    assert fires.annotations["message"] == "It was above 90 % for five minutes."
    assert fires.annotations["values"] == "B=91.2394, C=1"
    assert {name for name in fires.annotations if name.startswith("link:")} == {
        *("link:source", "link:runbook", "link:dashboard", "link:panel", "link:silence")
    }
    assert not any(name.startswith("__") for name in (*fires.labels, *fires.annotations))
    assert fires.first_written_at == datetime(2024, 5, 29, 20, 57, 36, 157076, tzinfo=UTC)
    assert (over.recovers, over.labels["zone"], over.severity) == (True, "eu-1", Severity.HIGH)


def test_what_a_sender_left_out_is_said() -> None:
    body = {"alerts": [{"labels": {"alertname": "A"}}], "truncatedAlerts": 3}
    for kind in (SenderKind.ALERTMANAGER, SenderKind.GRAFANA):
        read = reader_of(kind)(body, Sender(name="it", kind=kind))
        assert (len(read.alerts), read.faults[0][:19]) == (1, "truncatedAlerts: 3 ")


def test_an_issue_of_sentry_is_one_alert_from_its_alert_to_its_end() -> None:
    (fires,) = findings(SenderKind.SENTRY, "sentry-event-alert.json")
    (over,) = findings(SenderKind.SENTRY, "sentry-issue-resolved.json")
    assert fires.labels == {"issue": "1117540176", "service": "front-end"}
    assert fires.title == "ReferenceError: heck is not defined"
    assert fires.annotations["alert rule"] == "Very Important Alert Rule!"
    assert (over.recovers, over.rule, over.labels) == (True, fires.rule, {"issue": "1117540176"})
    assert not over.alone
    (metric,) = findings(SenderKind.SENTRY, "sentry-metric-alert.json")
    assert (metric.rule, metric.severity) == ("Too many errors", Severity.CRITICAL)
    assert metric.labels == {"service": "front-end"}
    assert (
        reader_of(SenderKind.SENTRY)(
            {"data": {"installation": {}}}, Sender(name="it", kind=SenderKind.SENTRY)
        )
        == Told()
    )


def test_nightingales_levels_are_numbers_and_its_tags_a_list() -> None:
    (fires,) = findings(SenderKind.NIGHTINGALE, "nightingale.json")
    assert (fires.rule, fires.severity) == ("机器负载过高", Severity.MEDIUM)
    assert fires.labels == {
        "host": "web-1",
        "ident": "web-1",
        "region": "east",
        "group": "infra",
        "cluster": "prod",
    }
    assert fires.annotations == {
        "message": "load1 持续高于核数",
        "value": "1.73",
        "link:runbook": "https://runbooks.example/load",
    }
    one = json.loads((DATA / "nightingale.json").read_text())
    items = [one, one]
    assert body_of(json.dumps(items).encode(), "items") == {"items": items}
    many = {"events": [{**one, "is_recovered": True, "tags": "a=1,,b=2"}, 7, {"severity": 1}]}
    read = reader_of(SenderKind.NIGHTINGALE)(many, Sender(name="it", kind=SenderKind.NIGHTINGALE))
    assert [(alert.over, alert.labels["b"]) for alert in read.alerts] == [(True, "2")]
    assert read.faults == (
        "events[1]: wanted an object, found 7",
        "events[2].rule_name is missing",
    )


JENKINS = Mapped(
    title=compiled("join(' ', [job.name, 'failed'])"),
    each=compiled("builds"),
    when=compiled("state != 'running'"),
    rule=compiled("'build'"),
    severity=compiled("level"),
    over=compiled("state == 'ok'"),
    started_at=compiled("at"),
    labels={"job": compiled("job.name"), "node": compiled("node"), "absent": compiled("x.y")},
    links={"build": compiled("url"), "bad": compiled("node")},
)


def test_any_json_becomes_alerts_by_expressions_and_a_bad_part_keeps_no_other_out() -> None:
    sender = Sender(
        name="ci",
        kind=SenderKind.GENERIC,
        maps=(JENKINS,),
        severities={"red": Severity.CRITICAL},
    )
    build = {
        "state": "failed",
        "level": "RED",
        "job": {"name": "web"},
        "node": "n1",
        "url": "https://ci.example/1",
        "at": 1_717_023_456_000,
    }
    running, over = {**build, "state": "running"}, {**build, "state": "ok"}
    read = read_generic({"builds": [build, running, {"job": {"name": 3}}, over]}, sender)

    fires, ends = (finding_of(one, sender, NOW) for one in read.alerts)
    assert (fires.title, fires.rule, fires.severity) == ("web failed", "build", Severity.CRITICAL)
    assert fires.labels == {"service": "", "job": "web", "node": "n1", "host": "n1"} | {
        "service": "web"
    }
    assert fires.annotations == {"link:build": "https://ci.example/1"}
    assert fires.first_written_at == datetime(2024, 5, 29, 22, 57, 36, tzinfo=UTC)
    assert (ends.recovers, ends.labels) == (True, fires.labels)
    assert len(read.faults) == 1
    assert read_generic({"builds": []}, sender) == Told()  # it says that there is nothing
    with pytest.raises(ShapeError):
        read_generic({"built": []}, sender)
    with pytest.raises(ShapeError):
        read_generic({"event": "x"}, replace(sender, maps=(replace(JENKINS, event="y.*"),)))
