"""A person acts on a card: what the bot is asked, and what becomes of its answer."""

import base64
import json
from typing import Any

import pytest

from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox

BUTTON = {"tag": "button", "text": {"tag": "plain_text", "content": "x"}}
CALLBACK = "card.action.trigger"


def answer(body: object) -> dict[str, Any]:
    return {"code": 200, "data": base64.b64encode(json.dumps(body).encode()).decode()}


def raw(card: object) -> dict[str, Any]:
    return answer({"card": {"type": "raw", "data": card}})


def test_an_action_carries_the_keys_that_exist_and_no_others(
    town: Sandbox, bot: Any, listener: Any, group: str, owner: str
) -> None:
    message_id = bot.send_card(group, BUTTON)
    assert town.press(message_id, owner, value={"a": 1}, name=None) == {
        "ok": True,
        "toast": None,
        "card_changed": False,
    }
    (envelope,) = listener.events(CALLBACK)
    assert envelope["header"]["create_time"] == "1767225600000000"
    event = envelope["event"]
    assert event["action"] == {"tag": "button", "value": {"a": 1}}
    assert event["operator"]["open_id"] == owner
    assert event["context"] == {"open_message_id": message_id, "open_chat_id": group}
    assert event["token"].startswith("c-")
    assert event["host"] == "im_message"


def test_the_answer_is_a_toast_and_a_card(
    town: Sandbox, bot: Any, listener: Any, group: str, owner: str, make_card: Any
) -> None:
    message_id = bot.send_card(group, BUTTON)
    toast = {"type": "success", "content": "好"}
    body = {"toast": toast, "card": {"type": "raw", "data": make_card()}}
    listener.reply = lambda _: answer(body)
    shown = town.press(message_id, owner, form_value={"a": ["b"]})
    assert shown == {"ok": True, "toast": toast, "card_changed": True}
    assert town.state.message(message_id).body == make_card()


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (None, 200341),
        ({"code": 500}, 200671),
        ({"code": 200, "data": "!"}, 200671),
        (answer([]), 200672),
        (answer({"toast": "x"}), 200672),
        (answer({"toast": {"type": "loud", "content": "x"}}), 200672),
        (answer({"card": {"type": "raw", "data": "{}"}}), 200672),
        (answer({"card": {"type": "template", "data": {}}}), 200673),
        (raw({"schema": "2.0", "body": {"elements": [{"tag": "note"}]}}), 200673),
        (raw({"elements": []}), 200830),
    ],
)
def test_a_bad_answer_shows_the_code_of_the_client(
    town: Sandbox, bot: Any, listener: Any, group: str, owner: str, reply: Any, code: int
) -> None:
    message_id = bot.send_card(group, BUTTON)
    listener.reply = lambda _: reply
    shown = town.press(message_id, owner)
    assert (shown["ok"], shown["code"]) == (False, code)
    assert town.state.message(message_id).revision == 1
    assert len(town.pushes(CALLBACK)) == 1


def test_nobody_connected_is_told_at_once(town: Sandbox, bot: Any, group: str, owner: str) -> None:
    assert town.press(bot.send_card(group, BUTTON), owner)["code"] == 200340


def test_a_callback_is_never_tried_again(
    town: Sandbox, bot: Any, listener: Any, clock: Any, group: str, owner: str
) -> None:
    listener.reply = lambda _: {"code": 500}
    message_id = bot.send_card(group, BUTTON)
    town.press(message_id, owner)
    clock.move(100_000)
    listener.reply = lambda _: {"code": 200}
    town.press(message_id, owner)
    assert len(listener.events(CALLBACK)) == 2


def test_a_card_cannot_be_updated_while_an_action_on_it_is_pending(
    town: Sandbox, bot: Any, listener: Any, group: str, owner: str, make_card: Any
) -> None:
    message_id = bot.send_card(group, BUTTON)
    replies = []

    def patch_and_answer(_: object) -> dict[str, Any]:
        replies.append(bot.patch(message_id, make_card()).json())
        return {"code": 200}

    listener.reply = patch_and_answer
    assert town.press(message_id, owner)["ok"]
    assert "ErrCode: 11310" in replies[0]["msg"]
    assert "card action is lock" in replies[0]["msg"]
    assert bot.patch(message_id, make_card()).json()["code"] == 0


def test_the_token_of_an_action_updates_the_card_twice_within_half_an_hour(
    town: Sandbox, bot: Any, listener: Any, clock: Any, group: str, owner: str, make_card: Any
) -> None:
    message_id = bot.send_card(group, BUTTON)
    early = []

    def later(envelope: dict[str, Any]) -> int:
        body = {"token": envelope["event"]["token"], "card": make_card()}
        return int(bot.call("POST", "/interactive/v1/card/update", body).json()["code"])

    def too_early(envelope: dict[str, Any]) -> dict[str, Any]:
        early.append(later(envelope))
        return {"code": 200}

    listener.reply = too_early
    town.press(message_id, owner)
    (envelope,) = listener.events(CALLBACK)
    assert early == [11311]
    assert [later(envelope) for _ in range(3)] == [0, 0, 300040]
    town.press(message_id, owner)
    clock.move(1801)
    assert later(listener.events(CALLBACK)[1]) == 300030
    assert later({"event": {"token": "c-none"}}) == 300020


def test_a_value_may_be_made_a_string(
    town: Sandbox, bot: Any, listener: Any, group: str, owner: str
) -> None:
    town.faults.set(Fault.STRING_VALUE)
    town.press(bot.send_card(group, BUTTON), owner, value={"a": 1})
    assert listener.events(CALLBACK)[0]["event"]["action"]["value"] == '{"a":1}'
