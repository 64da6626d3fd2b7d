"""The open-platform API: what it answers and what it refuses."""

import json
from typing import Any

import pytest
import requests

from bot.sandbox.server import Sandbox
from bot.sandbox.town import GROUP_WITHOUT_BOT
from bot.sandbox.wire import stable_id

DAY = 24 * 3600
OUTSIDE = stable_id("oc_", GROUP_WITHOUT_BOT)
BUTTON = {"tag": "button", "text": {"tag": "plain_text", "content": "x"}}


def code(reply: requests.Response) -> tuple[int, int]:
    return reply.status_code, reply.json()["code"]


def test_a_token_is_flat_and_stays_the_same_until_half_an_hour_is_left(
    town: Sandbox, bot: Any, clock: Any
) -> None:
    ask = {"app_id": town.settings.app_id, "app_secret": town.settings.app_secret}
    path = "/auth/v3/tenant_access_token/internal"
    first = bot.call("POST", path, ask).json()
    assert set(first) == {"code", "msg", "tenant_access_token", "expire"}
    again = bot.call("POST", path, ask).json()
    assert again == first
    clock.move(first["expire"] - 1700)
    renewed = bot.call("POST", path, ask).json()
    assert renewed["tenant_access_token"] != first["tenant_access_token"]
    assert code(bot.call("GET", "/bot/v3/info")) == (200, 0), "the old one is good to its end"
    clock.move(1700)
    assert code(bot.call("GET", "/bot/v3/info")) == (400, 99991663)


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("", 99991661),
        ("Basic x", 99991661),
        ("Bearer x-1", 99991671),
        ("Bearer t-nonsense", 99991663),
        ("Bearer t-ffffffff-0", 99991663),
    ],
)
def test_a_call_without_a_good_token_is_refused(bot: Any, header: str, wanted: int) -> None:
    headers = {"Authorization": header}
    assert code(bot.call("GET", "/bot/v3/info", headers=headers)) == (400, wanted)


def test_wrong_credentials_give_no_token(bot: Any, town: Sandbox) -> None:
    path = "/auth/v3/tenant_access_token/internal"
    wrong = {"app_id": town.settings.app_id, "app_secret": "x"}
    assert code(bot.call("POST", path, wrong)) == (400, 10014)
    assert code(bot.call("POST", path, {"app_id": "cli_x", "app_secret": "x"})) == (400, 10003)


def test_headers_have_the_casing_that_clients_look_for(bot: Any, group: str) -> None:
    reply = bot.send(group, {"text": "中文"})
    names = list(reply.raw.headers)
    assert "Content-Type" in names
    assert "X-Tt-Logid" in names
    assert reply.headers["Content-Type"] == "application/json; charset=utf-8"
    assert "中文" in reply.content.decode()
    assert b'", "' not in reply.content


def test_an_error_names_its_trace_id_twice(bot: Any) -> None:
    reply = bot.send("oc_nowhere", {"text": "x"})
    error = reply.json()["error"]
    assert code(reply) == (400, 230034)
    assert error["log_id"] == reply.headers["X-Tt-Logid"]
    assert error["log_id"] in error["troubleshooter"]


def test_an_unknown_api_is_a_404_and_is_marked_in_the_log(bot: Any, town: Sandbox) -> None:
    reply = bot.call("POST", "/im/v9/nothing", {"a": 1})
    assert code(reply) == (404, 404)
    assert [call.unknown for call in town.calls("/open-apis/im/v9")] == [True]
    assert requests.get(f"{town.address}/sandbox/state", timeout=5).json()["unknown_calls"] == 1


def test_a_message_is_sent_answered_edited_read_and_recalled(
    bot: Any, town: Sandbox, group: str, owner: str
) -> None:
    sent = bot.send(group, {"text": f'hi <at user_id="{owner}">x</at>'}).json()["data"]
    assert sent["mentions"][0]["id"] == owner
    assert json.loads(sent["body"]["content"]) == {"text": "hi @_user_1"}
    path = f"/im/v1/messages/{sent['message_id']}"
    content = json.dumps({"text": "yes"})
    reply = bot.call("POST", f"{path}/reply", {"msg_type": "text", "content": content}).json()
    assert reply["data"]["parent_id"] == sent["message_id"]
    edited = {"msg_type": "text", "content": json.dumps({"text": "new"})}
    assert code(bot.call("PUT", path, edited)) == (200, 0)
    (item,) = bot.call("GET", path).json()["data"]["items"]
    assert (json.loads(item["body"]["content"]), item["updated"]) == ({"text": "new"}, True)
    assert code(bot.call("DELETE", path)) == (200, 0)
    assert code(bot.call("DELETE", path)) == (400, 230110)
    answer = bot.call("POST", f"{path}/reply", {"msg_type": "text", "content": content})
    assert code(answer) == (400, 230011)
    first, second = town.messages(group)
    assert (first.deleted, second.body) == (True, {"text": "yes"})


def test_a_person_is_reached_in_the_private_chat(bot: Any, town: Sandbox, owner: str) -> None:
    body = {"receive_id": owner, "msg_type": "text", "content": json.dumps({"text": "x"})}
    sent = bot.call("POST", "/im/v1/messages?receive_id_type=open_id", body).json()["data"]
    assert town.state.chat(sent["chat_id"]).peer == owner
    body["receive_id"] = "ou_nobody"
    wrong = bot.call("POST", "/im/v1/messages?receive_id_type=open_id", body)
    assert code(wrong) == (400, 99992351)


def test_the_same_uuid_gives_the_same_message_for_an_hour(
    bot: Any, town: Sandbox, group: str, clock: Any
) -> None:
    first = bot.send(group, {"text": "x"}, uuid="u1").json()["data"]["message_id"]
    clock.move(3599)
    assert bot.send(group, {"text": "x"}, uuid="u1").json()["data"]["message_id"] == first
    clock.move(2)
    assert bot.send(group, {"text": "x"}, uuid="u1").json()["data"]["message_id"] != first
    assert len(town.messages(group)) == 2


def test_a_chat_without_the_bot_takes_nothing(bot: Any) -> None:
    assert code(bot.send(OUTSIDE, {"text": "x"})) == (400, 230002)
    assert code(bot.call("GET", f"/im/v1/chats/{OUTSIDE}/members")) == (400, 232011)
    inside = bot.call("GET", f"/im/v1/chats/{OUTSIDE}/members/is_in_chat").json()
    assert inside["data"] == {"is_in_chat": False}
    assert "owner_id" not in bot.call("GET", f"/im/v1/chats/{OUTSIDE}").json()["data"]


def test_a_dissolved_group_takes_nothing(bot: Any, town: Sandbox, group: str, owner: str) -> None:
    message_id = bot.send_card(group, BUTTON)
    town.people.dissolve(group, owner)
    assert code(bot.send(group, {"text": "x"})) == (400, 232009)
    assert code(bot.patch(message_id, {})) == (400, 232009)
    assert code(bot.call("GET", f"/im/v1/chats/{group}")) == (400, 232009)


@pytest.mark.parametrize(
    ("kind", "content", "wanted"),
    [
        ("text", {"text": "x" * 150_000}, 0),
        ("text", {"text": "x" * 160_000}, 230025),
        ("text", {"text": ""}, 230001),
        ("text", [], 230001),
        ("post", {"zh_cn": {"title": "x", "content": [[]]}}, 0),
        ("post", {"zh_cn": {}}, 230001),
        ("interactive", {"schema": "2.0", "body": {"elements": []}}, 0),
        ("interactive", {"schema": "2.0", "x": "x" * 31_000}, 230025),
        ("image", {"image_key": "img_x"}, 230001),
        ("sticker", {}, 230001),
    ],
)
def test_content_is_measured_and_read(
    bot: Any, group: str, kind: str, content: Any, wanted: int
) -> None:
    assert bot.send(group, content, kind).json()["code"] == wanted


def test_a_missing_field_is_named(bot: Any) -> None:
    reply = bot.call("POST", "/im/v1/messages?receive_id_type=chat_id", {"receive_id": "oc_x"})
    assert code(reply) == (400, 99992402)
    assert reply.json()["error"]["field_violations"][0]["field"] == "msg_type"


def test_a_wrong_card_is_refused_in_the_words_of_the_platform(
    bot: Any, group: str, make_card: Any
) -> None:
    reply = bot.send(group, make_card({"tag": "note"}), "interactive")
    assert code(reply) == (400, 230099)
    assert reply.json()["msg"] == (
        "Failed to create card content, ext=ErrCode: 200861; "
        "ErrPath: ROOT -> body -> elements -> [0](tag: note); "
        "ErrMsg: cards of schema V2 no longer support this capability; "
        "ErrorValue: unsupported tag note; "
    )


def test_a_card_is_replaced_and_its_revision_grows(
    bot: Any, town: Sandbox, group: str, make_card: Any
) -> None:
    message_id = bot.send_card(group, BUTTON)
    reply = bot.patch(message_id, make_card())
    assert reply.json() == {"code": 0, "msg": "ok", "data": {}}
    message = town.state.message(message_id)
    assert (message.body, message.revision) == (make_card(), 2)


def test_a_card_that_may_not_be_replaced_stays(
    bot: Any, town: Sandbox, group: str, make_card: Any, clock: Any
) -> None:
    text = bot.send(group, {"text": "x"}).json()["data"]["message_id"]
    assert code(bot.patch(text, make_card())) == (400, 230001)
    message_id = bot.send_card(group, BUTTON)
    bare = {"schema": "2.0", "body": {"elements": []}}
    assert code(bot.patch(message_id, bare)) == (400, 230001)
    assert "ErrCode: 200830" in bot.patch(message_id, {"elements": []}).json()["msg"]
    clock.move(14 * DAY - 60)
    bot.headers = type(bot)(town).headers
    assert code(bot.patch(message_id, make_card())) == (200, 0)
    clock.move(61)
    assert code(bot.patch(message_id, make_card())) == (400, 230031)
    assert code(bot.patch("om_nothing", make_card())) == (400, 99992354)


def test_urgent_reaches_members_and_names_the_others(
    bot: Any, town: Sandbox, group: str, owner: str
) -> None:
    message_id = bot.send(group, {"text": "x"}).json()["data"]["message_id"]
    path = f"/im/v1/messages/{message_id}/urgent_phone"
    body = {"user_id_list": [owner, "ou_nobody"]}
    reply = bot.call("PATCH", f"{path}?user_id_type=open_id", body).json()
    assert reply["data"] == {"invalid_user_id_list": ["ou_nobody"]}
    assert town.state.message(message_id).urgent == ((owner, "phone"),)
    nobody = {"user_id_list": ["ou_nobody"]}
    assert code(bot.call("PATCH", f"{path}?user_id_type=open_id", nobody)) == (400, 230001)
    assert code(bot.call("PATCH", path, body)) == (400, 99992402)
    theirs = town.post_text(group, "x", owner)
    other = bot.call("PATCH", f"/im/v1/messages/{theirs}/urgent_app?user_id_type=open_id", body)
    assert code(other) == (400, 230012)


def test_a_reaction_is_put_and_taken_away(bot: Any, town: Sandbox, group: str) -> None:
    message_id = bot.send(group, {"text": "x"}).json()["data"]["message_id"]
    path = f"/im/v1/messages/{message_id}/reactions"
    put = bot.call("POST", path, {"reaction_type": {"emoji_type": "OK"}}).json()["data"]
    assert put["operator"] == {"operator_id": town.settings.app_id, "operator_type": "app"}
    assert code(bot.call("DELETE", f"{path}/{put['reaction_id']}")) == (200, 0)
    assert code(bot.call("DELETE", f"{path}/{put['reaction_id']}")) == (400, 231003)
    assert code(bot.call("POST", path, {"reaction_type": {"emoji_type": "!"}})) == (400, 231001)


def test_chats_are_listed_in_pages_without_private_ones(
    bot: Any, town: Sandbox, group: str, owner: str
) -> None:
    first = bot.call("GET", "/im/v1/chats?page_size=1").json()["data"]
    token = first["page_token"]
    second = bot.call("GET", f"/im/v1/chats?page_size=1&page_token={token}").json()["data"]
    assert [one["chat_id"] for one in first["items"]] == [group]
    assert (first["has_more"], second["has_more"]) == (True, False)
    chat = bot.call("GET", f"/im/v1/chats/{group}").json()["data"]
    assert (chat["owner_id"], chat["user_count"]) == (owner, "4")
    assert chat["user_manager_id_list"] == [stable_id("ou_", "王磊")]
    members = bot.call("GET", f"/im/v1/chats/{group}/members").json()["data"]
    assert members["member_total"] == 4, "the guest is in no group"
    assert code(bot.call("GET", "/im/v1/chats/oc_nothing")) == (400, 99992356)


def test_an_uploaded_image_can_be_sent_and_shown(bot: Any, town: Sandbox, group: str) -> None:
    url = f"{town.address}/open-apis/im/v1/images"
    png = b"\x89PNG\r\n\x1a\n"

    def upload(image: bytes) -> requests.Response:
        form = {"image_type": "message"}
        return requests.post(url, form, files={"image": image}, headers=bot.headers, timeout=5)

    key = upload(png).json()["data"]["image_key"]
    assert bot.send(group, {"image_key": key}, "image").json()["code"] == 0
    shown = requests.get(f"{town.address}/sandbox/images/{key}", timeout=5)
    assert (shown.content, shown.headers["Content-Type"]) == (png, "image/png")
    assert code(upload(b"plain")) == (400, 234011)
    assert code(upload(b"")) == (400, 234010)


def test_an_ephemeral_card_is_seen_by_one_and_never_updated(
    bot: Any, town: Sandbox, group: str, owner: str, make_card: Any
) -> None:
    body = {"chat_id": group, "open_id": owner, "msg_type": "interactive", "card": make_card()}
    message_id = bot.call("POST", "/ephemeral/v1/send", body).json()["data"]["message_id"]
    assert town.state.message(message_id).visible_to == owner
    assert code(bot.patch(message_id, make_card())) == (400, 230001)


def test_ids_are_the_same_in_every_sandbox(town: Sandbox) -> None:
    other = Sandbox()
    assert other.settings.app_id == town.settings.app_id
    assert [chat.chat_id for chat in other.state.chats()] == [
        chat.chat_id for chat in town.state.chats()
    ]
    assert list(other.state.users) == list(town.state.users)
