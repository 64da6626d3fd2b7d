"""Feishu's official SDK for Node takes the sandbox for Feishu."""

from collections.abc import Callable, Iterator

import pytest

from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from bot.sandbox.town import FIRST_GROUP, GROUP_WITHOUT_BOT, OWNER, SECOND_GROUP
from tests.judges.judge import (
    GROUP,
    IDS,
    OUTSIDE,
    PERSON,
    PRIVATE,
    Judge,
    Start,
    environ_of,
    free_port,
    the_card,
    until,
)

pytestmark = pytest.mark.timeout(240)  # a client may start slowly


@pytest.fixture
def connected(town: Sandbox, node: Start) -> Iterator[Judge]:
    with node("long-connection.mjs", environ_of(town)) as judge:
        assert judge.told() == {"event": "ready"}
        until(lambda: town.online)
        yield judge


def test_it_understands_the_answer_of_every_call(town: Sandbox, node: Start) -> None:
    with node("calls.mjs", environ_of(town)) as judge:
        answers = {answer.pop("call"): answer for answer in judge.rest()}
    bot = {"id": town.settings.app_id, "id_type": "app_id", "sender_type": "app"}
    bot |= {"tenant_key": town.state.tenant_key}
    mention = {"key": "@_user_1", "id": PERSON, "id_type": "open_id", "name": OWNER}
    item = answers["get"].pop("item")
    assert item["sender"] == bot
    assert item["mentions"] == [mention | {"tenant_key": town.state.tenant_key}]
    member = {"member_id_type": "user_id", "member_id": IDS["user_id"], "name": OWNER}
    assert answers == {
        "create": {"code": 0, "chat": GROUP, "sender": bot},
        "patch": {"code": 0},
        "reply": {"code": 0, "parent": True},
        "get": {"code": 0},
        "update": {"code": 0, "content": '{"text":"改过"}'},
        "image": {"code": 0},
        "file": {"code": 0, "chat": PRIVATE},
        "reaction": {"code": 0, "emoji": "OK"},
        "urgent": {"code": 0, "wrong": []},
        "chats": {"names": [FIRST_GROUP, SECOND_GROUP]},
        "members": {"total": 4, "first": member | {"tenant_key": town.state.tenant_key}},
        "bot": {"code": 0, "name": town.state.app_name},
        "delete": {"code": 0},
        "refused": {"status": 400, "code": 230099, "traced": True},
    }


@pytest.mark.parametrize("fragmented", [False, True])
def test_a_text_is_answered_with_a_card_and_a_press_with_a_new_one(
    town: Sandbox, connected: Judge, *, fragmented: bool
) -> None:
    town.faults.set(Fault.FRAGMENTED, active=fragmented)
    words = "认领" * 2000
    town.post_text(GROUP, words, PERSON)
    heard = connected.told()
    assert (heard["event"], heard["text"], heard["chat"]) == ("text", f"@_user_1 {words}", "group")
    assert heard["from"] == IDS
    message_id = the_card(town, GROUP)
    shown = town.press(message_id, PERSON, value={"id": 7})
    assert connected.told() == {
        "event": "press",
        "action": {"tag": "button", "value": {"id": 7}},
        "operator": IDS | {"tenant_key": town.state.tenant_key},
    }
    toast = {"type": "success", "content": "已认领"}
    assert shown == {"ok": True, "toast": toast, "card_changed": True}
    button = town.state.message(message_id).body["body"]["elements"][0]
    assert button["text"]["content"] == "已认领"


def test_a_handler_that_throws_is_shown_to_the_person(town: Sandbox, connected: Judge) -> None:
    town.post_text(PRIVATE, "status", PERSON)
    assert connected.told()["chat"] == "p2p"
    shown = town.press(the_card(town, PRIVATE), PERSON, value={"fail": True})
    assert (shown["ok"], shown["code"]) == (False, 200671)


def test_events_of_the_group_and_the_same_event_twice_arrive(
    town: Sandbox, connected: Judge
) -> None:
    town.add_bot(OUTSIDE, PERSON)
    assert connected.told() == {"event": "added", "chat_id": OUTSIDE, "name": GROUP_WITHOUT_BOT}
    town.faults.set(Fault.DUPLICATED)
    town.post_text(OUTSIDE, "once", PERSON)
    assert connected.told() == connected.told()


@pytest.mark.parametrize("silently", [False, True])
def test_it_comes_back_after_the_connection_broke(
    town: Sandbox, connected: Judge, *, silently: bool
) -> None:
    if silently:
        town.faults.set(Fault.HALF_OPEN)
    else:
        town.drop_connections()
    assert connected.told() == {"event": "reconnected"}
    town.faults.set(Fault.HALF_OPEN, active=False)
    town.post_text(GROUP, "still there?", PERSON)
    assert connected.told()["event"] == "text"


def test_it_gives_up_when_the_secret_is_wrong(town: Sandbox, node: Start) -> None:
    with node("long-connection.mjs", environ_of(town) | {"APP_SECRET": "wrong"}) as judge:
        told = judge.told()
    assert told["event"] == "gave up"
    assert "514" in told["why"]


@pytest.mark.parametrize("encrypt_key", ["", "a key"])
def test_pushes_over_http_pass_its_checks(
    node: Start, make_town: Callable[..., Sandbox], encrypt_key: str
) -> None:
    port = free_port()
    town = make_town(request_url=f"http://127.0.0.1:{port}/callback", encrypt_key=encrypt_key)
    keys = {"ENCRYPT_KEY": encrypt_key, "VERIFICATION_TOKEN": town.settings.verification_token}
    with node("push.mjs", environ_of(town) | keys | {"PORT": str(port)}) as judge:
        assert judge.told() == {"event": "ready"}
        assert town.save_request_url() is None
        town.post_text(GROUP, "状态", PERSON)
        assert judge.told() == {"event": "text", "text": "@_user_1 状态"}
        shown = town.press(the_card(town, GROUP), PERSON, value={"id": 7})
        assert judge.told() == {"event": "press", "value": {"id": 7}}
        assert (shown["ok"], shown["card_changed"]) == (True, True)
        until(lambda: [push.status for push in town.pushes()] == [200, 200])
        assert judge.rest() == []
