"""Faults meet the calls they are set for, and no others."""

import contextlib
import threading
from typing import Any

import pytest
import requests

from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox


def test_a_rate_limit_has_its_headers_and_a_count(bot: Any, town: Sandbox) -> None:
    town.faults.set(Fault.RATE_LIMITED, count=2)
    replies = [bot.call("GET", "/bot/v3/info") for _ in range(3)]
    assert [reply.status_code for reply in replies] == [429, 429, 200]
    assert replies[0].json()["code"] == 99991400
    assert replies[0].headers["x-ogw-ratelimit-reset"] == "1"


def test_a_gateway_in_trouble_answers_html(bot: Any, town: Sandbox) -> None:
    town.faults.set(Fault.SERVER_ERROR, api="/open-apis/bot")
    reply = bot.call("GET", "/bot/v3/info")
    assert (reply.status_code, reply.headers["Content-Type"]) == (502, "text/html")
    assert bot.call("GET", "/im/v1/chats").status_code == 200


def test_a_dropped_call_did_nothing_and_a_lost_reply_did_all(
    bot: Any, town: Sandbox, group: str
) -> None:
    for fault, done in ((Fault.DROPPED, 0), (Fault.LOST_REPLY, 1)):
        town.faults.set(fault, api="/open-apis/im/v1/messages", count=1)
        with pytest.raises(requests.ConnectionError):
            bot.send(group, {"text": "x"}, uuid="once")
        assert len(town.messages(group)) == done
        assert town.calls()[-1].response == "connection dropped"
    assert bot.send(group, {"text": "x"}, uuid="once").json()["code"] == 0
    assert len(town.messages(group)) == 1


def test_a_token_can_expire_early_and_content_be_refused(
    bot: Any, town: Sandbox, group: str
) -> None:
    town.faults.set(Fault.TOKEN_EXPIRED, count=1)
    assert bot.send(group, {"text": "x"}).json()["code"] == 99991663
    town.faults.set(Fault.CONTENT_REFUSED)
    assert bot.send(group, {"text": "x"}).json()["code"] == 230028
    assert bot.call("GET", "/im/v1/chats").json()["code"] == 0
    assert town.messages(group) == []


def test_a_share_of_the_calls_can_be_struck(bot: Any, town: Sandbox) -> None:
    town.faults.set(Fault.SERVER_ERROR, rate=0)
    assert bot.call("GET", "/bot/v3/info").status_code == 200


def test_a_slow_reply_ends_when_the_sandbox_stops(until: Any) -> None:
    sandbox = Sandbox()
    address = sandbox.start()
    sandbox.faults.set(Fault.SLOW_REPLY, count=1)

    def call() -> None:
        with contextlib.suppress(requests.ConnectionError):
            requests.get(f"{address}/open-apis/bot/v3/info", timeout=30)

    thread = threading.Thread(target=call)
    thread.start()
    until(lambda: not sandbox.faults.active(Fault.SLOW_REPLY))
    assert thread.is_alive()
    sandbox.stop()
    thread.join(3)
    assert not thread.is_alive()


def test_the_page_sets_faults_and_is_told_what_it_got_wrong(town: Sandbox) -> None:
    url = f"{town.address}/sandbox/faults"
    body = {"name": "dropped", "active": True, "api": "*", "rate": 0.5, "count": None}
    faults = requests.post(url, json=body, timeout=5).json()["faults"]
    (dropped,) = [fault for fault in faults if fault["name"] == "dropped"]
    assert dropped == body | {"label": "不答而断开"}
    for wrong in ({"name": "rain"}, body | {"rate": 2}, body | {"count": "x"}):
        reply = requests.post(url, json=wrong, timeout=5)
        assert reply.status_code == 400
        assert reply.json()["error"]


@pytest.mark.parametrize("fault", Fault)
def test_each_fault_goes_on_and_off_over_the_api(town: Sandbox, fault: Fault) -> None:
    url = f"{town.address}/sandbox/faults"
    setting = {"name": fault.value, "active": True, "api": "/x", "rate": 0.5, "count": 3}
    requests.post(url, json=setting, timeout=5).raise_for_status()
    shown = {one["name"]: one for one in requests.get(url, timeout=5).json()["faults"]}
    assert shown.pop(fault.value).items() >= setting.items()
    assert not any(one["active"] for one in shown.values())
    assert town.faults.active(fault)
    requests.post(url, json=setting | {"active": False}, timeout=5).raise_for_status()
    assert not town.faults.active(fault)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.CONTENT_AUDITED, 230022),
        (Fault.BOT_REMOVED, 230002),
        (Fault.GROUP_DISSOLVED, 232009),
    ],
)
def test_a_message_is_refused_for_a_reason_of_choice(
    bot: Any, town: Sandbox, group: str, fault: Fault, code: int
) -> None:
    message_id = bot.send_card(group)
    town.faults.set(fault, count=1, api=f"/open-apis/im/v1/messages/{message_id}")
    assert bot.send(group, {"text": "x"}).json()["code"] == 0
    assert bot.patch(message_id, {}).json()["code"] == code
