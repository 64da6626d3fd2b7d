"""The API as programs use it: who is let in, what is said, what is done once."""

from datetime import timedelta

import pytest

from bot.core.alert import AlertState
from bot.core.audit import Source
from bot.core.token import Scope
from bot.engine.tokens import Tokens
from tests.bot.web.api.conftest import Api
from tests.builders import LIN, NOW, finding, later, report
from watchers.finding import Severity


def fire(api: Api, *services: str) -> None:
    found = (finding(f"{one}-{api.clock.now()}", labels={"service": one}) for one in services)
    api.engine.report(report(*found), api.clock.now())


def test_a_program_takes_an_alert_on_and_the_audit_names_its_token(api: Api) -> None:
    fire(api, "pay")
    taken = api.ask("POST", "/alerts/1/ack", {"until": "2h"}).get_json()
    assert taken["acknowledged_by"] == {"id": "api:ci", "name": "ci"}
    assert taken["acknowledged_until"] == "2026-11-23T06:00:00Z"
    (entry, *_) = api.store.audit.newest(2, alert_id=1, chat=None)
    assert (entry.actor.id, entry.actor.source) == ("api:ci", Source.API)
    events = api.get("/alerts/1/timeline")
    assert [one["why"] for one in events["items"]][:2] == ["first_seen", "acknowledged"]
    assert events["total"] == len(events["items"])


def test_case_09_a_second_program_to_ack_is_told_who_was_first_and_follows(api: Api) -> None:
    fire(api, "pay")
    api.engine.acknowledge(1, LIN, NOW)
    no = api.ask("POST", "/alerts/1/ack", Accept_Language="zh-CN,zh;q=0.9")
    assert (no.status_code, no.mimetype) == (409, "application/problem+json")
    assert no.get_json()["reason"] == "already_acknowledged"
    assert "林" in no.get_json()["detail"]
    assert [one["id"] for one in api.get("/alerts/1")["followers"]] == ["api:ci"]


def test_everything_that_chats_do_with_an_alert_is_done(api: Api) -> None:
    fire(api, "pay")
    for verb, body, member, wanted in (
        ("assign", {"to": "ou_lin"}, "assignee", {"id": "ou_lin", "name": ""}),
        ("assign", {"to": None}, "assignee", None),
        ("severity", {"severity": "low"}, "severity", "low"),
        ("comment", {"text": "it is the disk"}, "state", "firing"),
        ("mute", {"until": "until resolved"}, "muted_by", {"number": 1, "ends_at": None}),
        ("unmute", {}, "muted_by", None),
        ("ack", {}, "state", "acknowledged"),
        ("unack", {}, "state", "firing"),
        ("resolve", None, "state", "resolved"),
    ):
        answer = api.ask("POST", f"/alerts/1/{verb}", body)
        assert answer.status_code == 200, answer.text
        assert answer.get_json()[member] == wanted, verb
    assert [one["note"] for one in api.get("/alerts/1")["comments"]] == ["it is the disk"]


def test_without_a_token_that_holds_and_has_the_scope_nobody_is_let_in(api: Api) -> None:
    fire(api, "pay")
    reader = api.give("reader", Scope.ALERTS_READ)
    for token, status, reason in (
        ("", 401, "no_token"),
        ("lwt_0123456789ab_" + "x" * 43, 401, "bad_token"),
        (f"{api.token[:-1]}{'a' if api.token[-1] != 'a' else 'b'}", 401, "bad_token"),
        (reader, 403, "missing_scope"),
    ):
        no = api.ask("POST", "/alerts/1/resolve", token=token)
        assert (no.status_code, no.get_json()["reason"]) == (status, reason)
        assert "WWW-Authenticate" in no.headers
    assert "alerts:write" in no.get_json()["detail"]
    (entry,) = api.store.audit.newest(1, alert_id=None, chat=None)
    assert (entry.action, entry.actor.name) == ("refused", "reader")
    assert api.get("/token", token=reader) == {
        "name": "reader",
        "scopes": ["alerts:read"],
        "expires_at": None,
    }
    Tokens(api.store).revoke("reader", LIN, NOW)
    assert api.ask("GET", "/alerts", token=reader).status_code == 401
    assert api.store.alerts.open_tally() == {Severity.HIGH: 1}


def test_who_asks_too_often_is_told_when_to_come_again(api: Api) -> None:
    slow = api.with_pace(2)
    answers = [slow.ask("GET", "/token") for _ in range(4)]
    codes = [one.status_code for one in answers]
    assert codes.count(429) >= 1
    assert int(answers[-1].headers["Retry-After"]) > 0
    slow.clock.move(minutes=1)
    assert slow.ask("GET", "/token").status_code == 200


def test_pages_in_order_of_numbers_miss_nothing_while_alerts_come_and_go(api: Api) -> None:
    fire(api, *"abcde")
    first = api.ask("GET", "/alerts?limit=2")
    assert first.get_json()["total"] == 5
    fire(api, "new")
    api.clock.move(minutes=1)
    fire(api, "a")  # seen again: in the order of chats it would move to the top
    seen, link = [one["number"] for one in first.get_json()["items"]], first.headers["Link"]
    while link:
        path = link.partition(">")[0].removeprefix("</api/v1")
        page = api.ask("GET", path)
        seen += [one["number"] for one in page.get_json()["items"]]
        link = page.headers.get("Link", "")
    assert seen == [5, 4, 3, 2, 1]


def test_the_filters_are_those_of_the_chat(api: Api) -> None:
    fire(api, "pay", "order", "cart")
    api.ask("POST", "/alerts/1/ack")
    api.ask("POST", "/alerts/2/severity", {"severity": "low"})
    api.ask("POST", "/alerts/3/resolve")
    for query, wanted in (
        ("", [2, 1]),
        ("?match=service=pay", [1]),
        ("?match=level>=high", [1]),
        ("?standing=resolved", [3]),
        ("?since=1h&order=worst", [3, 1, 2]),
        ("?mine=true", [1]),
        ("?text=DECLINED&match=service!=pay", [2]),
    ):
        found = [one["number"] for one in api.get(f"/alerts{query}")["items"]]
        assert sorted(found) == sorted(wanted), query


def test_what_did_not_change_is_not_sent_again_and_what_did_is_not_overwritten(api: Api) -> None:
    fire(api, "pay")
    shown = api.ask("GET", "/alerts/1")
    tag = shown.headers["ETag"]
    again = api.ask("GET", "/alerts/1", If_None_Match=tag)
    assert (again.status_code, again.data) == (304, b"")
    api.engine.comment(1, "mine", LIN, later(seconds=1))
    assert api.ask("GET", "/alerts/1", If_None_Match=tag).status_code == 200

    late = api.ask("POST", "/alerts/1/resolve", If_Match=tag)
    assert (late.status_code, late.get_json()["reason"]) == (412, "changed_meanwhile")
    assert api.get("/alerts/1")["state"] == AlertState.FIRING
    fresh = api.ask("GET", "/alerts/1").headers["ETag"]
    assert api.ask("POST", "/alerts/1/resolve", If_Match=fresh).status_code == 200


def test_the_same_request_under_one_key_is_done_once(api: Api) -> None:
    wanted = {"match": ["service=pay"], "until": "2h"}
    first = api.ask("POST", "/mutes", wanted, Idempotency_Key="deploy-1")
    again = api.ask("POST", "/mutes", wanted, Idempotency_Key="deploy-1")
    assert (first.status_code, first.headers["Location"]) == (201, "/api/v1/mutes/1")
    assert (again.status_code, again.data) == (201, first.data)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(api.get("/mutes")["items"]) == 1
    other = api.ask("POST", "/mutes", {**wanted, "until": "3h"}, Idempotency_Key="deploy-1")
    assert other.status_code == 422
    api.engine.prune(NOW + timedelta(days=2))
    assert api.ask("POST", "/mutes", wanted, Idempotency_Key="deploy-1").status_code == 201


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "where"),
    [
        ("POST", "/alerts/1/ack", {"until": "soon"}, 422, "body.until"),
        ("POST", "/alerts/1/assign", {"to": "somebody"}, 422, "body.to"),
        ("POST", "/alerts/1/ack", {"untill": "2h"}, 422, "body.untill"),
        ("GET", "/alerts?match=pay", None, 422, "query.match.0"),
        ("GET", "/alerts?match=a=~(", None, 422, "query.match"),
        ("GET", "/alerts?limit=1.5", None, 422, "query.limit"),
        ("GET", "/alerts?limit=1&limit=2", None, 422, "query.limit"),
        ("GET", "/alerts?colour=red", None, 422, "query.colour"),
        ("GET", "/alerts?cursor=x", None, 422, "query.cursor"),
        ("GET", "/status?x=1", None, 422, "query.x"),
        ("GET", "/alerts/99", None, 404, ""),
        ("GET", "/alerts/99999999999999999999", None, 404, ""),
        ("GET", "/nothing", None, 404, ""),
        ("PUT", "/alerts", None, 405, ""),
    ],
)
def test_what_is_wrong_is_said_with_what_was_found_and_wanted(
    api: Api, method: str, path: str, body: object, status: int, where: str
) -> None:
    fire(api, "pay")
    no = api.ask(method, path, body)
    assert (no.status_code, no.mimetype) == (status, "application/problem+json")
    problem = no.get_json()
    assert problem["status"] == status
    assert [one["where"] for one in problem["faults"]] == ([where] if where else [])
    assert all(one["wanted"] for one in problem["faults"])


def test_bodies_that_are_no_json_or_too_large_are_refused(api: Api) -> None:
    client, shown = api.web.test_client(), {"Authorization": f"Bearer {api.token}"}
    path = "/api/v1/mutes"
    for data, kind, status in (
        (b"{", "application/json", 400),
        (b"a=b", "application/x-www-form-urlencoded", 415),
        (b" " * 1_100_000, "application/json", 413),
    ):
        no = client.post(path, data=data, content_type=kind, headers=shown)
        assert (no.status_code, no.mimetype) == (status, "application/problem+json")
    scrape = client.get("/metrics").text
    assert 'larkwatch_api_requests_total{operation="createMute",status="400"} 1' in scrape
