"""Mutes, rules, subscriptions, hosts, series and the status over the API."""

from datetime import timedelta

from bot.core.permission import Chat
from bot.core.rule import ChatRule, RuleStage
from bot.core.subscription import Target, TargetKind
from tests.bot.web.api.conftest import Api
from tests.builders import LIN, NOW, chat, finding, later, report
from watchers.finding import Severity
from watchers.health import Disk, HostSample
from watchers.measured import Measured


def test_a_mute_is_tried_made_extended_and_ended(api: Api) -> None:
    api.engine.report(report(finding()), NOW)
    body = {"match": ["service=pay", "rule!=disk"]}
    tried = api.ask("POST", "/mutes/preview", body).get_json()
    assert (tried["open"], [one["number"] for one in tried["some"]]) == (1, [1])
    assert api.get("/mutes") == {"items": [], "next": None}

    made = api.ask("POST", "/mutes", {**body, "until": "until x10", "reason": "deploy"})
    shown = made.get_json()
    assert (shown["ends_when"], shown["ends_at"], shown["hits"]) == ("worse", None, 1)
    assert (shown["by"]["name"], shown["hides"]) == ("ci", True)
    assert api.get("/alerts/1")["muted_by"] == {"number": 1, "ends_at": None}

    longer = api.ask("PATCH", "/mutes/1", {"until": "until 18:00"}, If_Match=made.headers["ETag"])
    assert (longer.get_json()["ends_at"], longer.get_json()["ends_when"]) == (
        "2026-11-23T10:00:00Z",
        "clock",
    )
    assert api.ask("DELETE", "/mutes/1", If_Match=made.headers["ETag"]).status_code == 412
    assert api.ask("DELETE", "/mutes/1").status_code == 204
    assert api.ask("DELETE", "/mutes/1").get_json()["reason"] == "unknown_mute"


def test_a_subscription_is_made_for_a_known_chat_changed_and_ended(api: Api) -> None:
    wanted = {"chat": "oc_ops", "match": ["service=pay"], "level": "medium", "hours": "09:00-18:00"}
    unknown = api.ask("POST", "/subscriptions", wanted)
    assert unknown.status_code == 422
    assert "add it to the group" in unknown.get_json()["detail"]
    known = Chat(
        id="oc_ops", name="运维", private=False, owner="", managers=frozenset(), seen_at=NOW
    )
    with api.store.transaction():
        api.store.chats.save(known, {})

    made = api.ask("POST", "/subscriptions", wanted).get_json()
    assert (made["chat_name"], made["language"], made["zone"]) == ("运维", "en", "Asia/Shanghai")
    nobody = api.ask("PATCH", "/subscriptions/1", {"act": "listed"})
    assert nobody.status_code == 422
    changed = api.ask("PATCH", "/subscriptions/1", {"act": "leaders", "hours": "", "level": "low"})
    assert {**made, "act": "leaders", "hours": "", "zone": "", "level": "low"} == changed.get_json()
    assert len(api.get("/subscriptions?chat=oc_ops")["items"]) == 1
    assert api.get("/subscriptions?chat=oc_other")["items"] == []
    assert api.ask("DELETE", "/subscriptions/1").status_code == 204
    assert api.store.subscriptions.of(chat()) == ()


def test_a_rule_is_shown_tried_paused_and_resumed(api: Api) -> None:
    rule = ChatRule(
        name="declined",
        pattern="declined",
        severity=Severity.HIGH,
        by=LIN,
        created_at=NOW,
        changed_by=LIN,
        changed_at=NOW,
    )
    proposed = api.engine.ruling.propose(rule)
    api.engine.ruling.start(proposed, RuleStage.LIVE, LIN, NOW)
    assert [one["name"] for one in api.get("/rules")["items"]] == ["declined"]
    for line, verdict in (("ERROR declined", "matches"), ("fine", "no_match")):
        tried = api.ask("POST", "/rules/declined/test", {"line": line})
        assert tried.get_json() == {"verdict": verdict}
    paused = api.ask("POST", "/rules/declined/pause", {"until": "2h"}).get_json()
    assert (paused["state"], paused["paused"]["by"]["name"]) == ("paused", "ci")
    assert api.ask("POST", "/rules/declined/resume").get_json()["state"] == "live"
    no = api.ask("POST", "/rules/declined/resume")
    assert (no.status_code, no.get_json()["reason"]) == (409, "not_paused")
    assert api.ask("POST", "/rules/other/pause").get_json()["reason"] == "unknown_rule"


def test_hosts_are_listed_shown_and_sampled_as_ordered(api: Api) -> None:
    disks = (Disk(mount="/", used=0.9, total_bytes=100, free_bytes=10),)
    host = HostSample(host="web-1", at=NOW, cpu=0.5, memory=0.25, disk=0.9, disks=disks)
    api.engine.report(report(host=host), NOW)
    (shown,) = api.get("/health/hosts")["items"]
    assert (shown["host"], shown["status"], shown["cpu"]) == ("web-1", "UP", 0.5)
    api.clock.move(minutes=1)
    whole = api.get("/health/hosts/web-1?span=6h")
    assert (whole["disks"][0]["mount"], len(whole["course"])) == ("/", 60)
    cpu = api.get("/series/cpu/points?host=web-1&span=1h&stat=max")
    assert (cpu["value"], cpu["host"]) == (0.5, "web-1")
    assert "web-1" in api.ask("GET", "/health/hosts/web").get_json()["detail"]

    assert api.ask("PUT", "/health/interval", {"every": "30s"}).get_json() == {"every": "30s"}
    assert api.ask("PUT", "/health/interval", {"every": "1s"}).status_code == 422
    assert api.ask("PUT", "/health/interval", {"every": None}).get_json() == {"every": None}
    assert api.ask("DELETE", "/health/hosts/web-1").status_code == 204
    assert api.get("/health/hosts")["total"] == 0


def test_numbers_over_time_are_listed_and_rolled_up(api: Api) -> None:
    numbers = [
        Measured(name="queue_depth", labels={"service": "pay"}, at=later(minutes=n), value=float(n))
        for n in range(10)
    ]
    api.engine.take_numbers(numbers, later(minutes=10))
    api.clock.move(minutes=10)
    assert api.get("/series")["items"] == [{"name": "queue_depth"}]
    found = api.get("/series/queue_depth/points?span=1h&stat=max&match=service=pay")
    assert (found["value"], found["numbers"]["count"]) == (9.0, 10)
    assert found["step_s"] == timedelta(minutes=2).total_seconds()
    assert [one["value"] for one in found["points"] if one["value"] is not None][-1] == 9.0
    assert api.ask("GET", "/series/queue_depth/points?match=service=x").status_code == 404
    assert api.ask("GET", "/series/queue_depth/points?span=1s").status_code == 422


def test_the_status_is_what_the_chat_is_told(api: Api) -> None:
    api.engine.report(report(finding()), NOW)
    api.engine.suspend(Target(kind=TargetKind.FEISHU_CHAT, address="oc_gone"), "gone", NOW)
    shown = api.get("/status")
    assert (shown["open"]["high"], shown["open"]["low"], shown["muted"]) == (1, 0, 0)
    assert [one["agent"] for one in shown["agents"]] == ["host-1"]
