"""Custom bots: what their address takes, and the codes for what it does not."""

import json
from typing import Any

import pytest
import requests

from bot.sandbox.drawing import message_text
from bot.sandbox.server import Sandbox
from bot.sandbox.webhooks import sign

NOW = 1767225600
TEXT = {"msg_type": "text", "content": {"text": "hello"}}
SECRET = "demo"


def post(town: Sandbox, group: str, body: object, **security: Any) -> Any:
    hook = town.webhooks.add(group, "发布机器人", **security)
    reply = requests.post(f"{town.address}{hook.path}", json=body, timeout=5)
    assert reply.status_code == 200, "errors too"
    return reply.json()


def test_the_signature_is_that_of_the_documentation() -> None:
    assert sign("100", SECRET) == "jquNHnVOwmDRfw+vqTIrY5dooJAgi5EcRtLsQE4wfXg="


@pytest.mark.parametrize(
    ("body", "stands"),
    [
        (TEXT, {"text": "hello"}),
        (
            {"msg_type": "post", "content": {"post": {"zh_cn": {"content": [[]]}}}},
            {"zh_cn": {"content": [[]]}},
        ),
        (
            {"msg_type": "interactive", "card": {"schema": "2.0", "body": {"elements": []}}},
            {"schema": "2.0", "body": {"elements": []}},
        ),
    ],
)
def test_a_post_stands_in_the_group_under_the_name_of_the_custom_bot(
    town: Sandbox, group: str, body: object, stands: object
) -> None:
    done = {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"}
    assert post(town, group, body) == done
    (message,) = town.messages(group)
    assert message.body == stands
    shown = json.loads(message_text(message, town.state.name_of))
    assert (shown["sender"]["name"], shown["sender"]["type"]) == ("发布机器人", "app")


def test_a_signed_post_is_taken_for_an_hour(town: Sandbox, group: str) -> None:
    def signed(timestamp: int, secret: str = SECRET) -> Any:
        more = {"timestamp": str(timestamp), "sign": sign(str(timestamp), secret)}
        return post(town, group, TEXT | more, secret=SECRET)["code"]

    assert [signed(NOW), signed(NOW - 3600), signed(NOW - 3601)] == [0, 0, 19021]
    assert signed(NOW, "another") == 19021
    assert post(town, group, TEXT, secret=SECRET)["msg"] == (
        "sign match fail or timestamp is not within one hour from current time"
    )


@pytest.mark.parametrize(
    ("security", "code"),
    [
        ({"keywords": ("ello", "x")}, 0),
        ({"keywords": ("bye",)}, 19024),
        ({"ips": ("127.0.0.*",)}, 0),
        ({"ips": ("10.0.0.0/8", "127.0.0.0/8")}, 0),
        ({"ips": ("10.0.0.1", "10.0.0.0/8")}, 19022),
    ],
)
def test_keywords_and_addresses_let_through_or_not(
    town: Sandbox, group: str, security: Any, code: int
) -> None:
    assert post(town, group, TEXT, **security)["code"] == code


def test_what_is_no_message_is_a_bad_request(town: Sandbox, group: str) -> None:
    for body in (
        [],
        {},
        {"msg_type": "text", "content": '{"text":"a string"}'},
        {"msg_type": "audio", "content": {}},
        {"msg_type": "interactive", "content": {}},
        {"msg_type": "text", "content": {"text": "x" * 20_480}},
    ):
        assert post(town, group, body)["code"] == 9499, body
    wrong = requests.post(f"{town.address}/open-apis/bot/v2/hook/x", json=TEXT, timeout=5).json()
    assert wrong["code"] == 19001
    assert town.messages(group) == []


def test_five_a_second_and_a_hundred_a_minute_are_enough(
    town: Sandbox, group: str, clock: Any
) -> None:
    assert [post(town, group, TEXT)["code"] for _ in range(6)] == [0] * 5 + [11232]
    for _ in range(19):
        clock.move(1)
        assert [post(town, group, TEXT)["code"] for _ in range(5)] == [0] * 5
    clock.move(1)
    assert post(town, group, TEXT)["code"] == 11232
    clock.move(60)
    assert post(town, group, TEXT)["code"] == 0


def test_the_bot_cannot_touch_what_a_custom_bot_posted(
    town: Sandbox, bot: Any, group: str, owner: str, make_card: Any
) -> None:
    post(town, group, {"msg_type": "interactive", "card": make_card()})
    (message,) = town.messages(group)
    assert bot.patch(message.message_id, make_card()).json()["code"] == 230071
    assert town.press(message.message_id, owner)["code"] == 200340


def test_the_page_adds_a_custom_bot_and_shows_its_address(town: Sandbox, group: str) -> None:
    url = f"{town.address}/sandbox/chats/{group}/hooks"
    body = {"name": "监控", "secret": SECRET, "keywords": ["hello"]}
    made = requests.post(url, json=body, timeout=5).json()
    (hook,) = requests.get(f"{town.address}/sandbox/state", timeout=5).json()["hooks"]
    assert (hook["path"], hook["signed"], hook["keywords"]) == (made["path"], True, ["hello"])
    assert SECRET not in str(hook)
    many = requests.post(url, json=body | {"ips": ["1.1.1.1"] * 11}, timeout=5)
    assert many.status_code == 400
