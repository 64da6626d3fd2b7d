"""Groups that the bot opens, their managers, people of other tenants, urgent messages."""

from typing import Any

import requests

from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from bot.sandbox.town import GUEST
from bot.sandbox.wire import stable_id

WANG, DANA = stable_id("ou_", "王磊"), stable_id("ou_", GUEST)


def urge(bot: Any, message_id: str, *people: str, how: str = "app", kind: str = "open_id") -> Any:
    path = f"/im/v1/messages/{message_id}/urgent_{how}?user_id_type={kind}"
    return bot.call("PATCH", path, {"user_id_list": list(people)}).json()


def test_the_bot_opens_a_group_and_names_managers(bot: Any, town: Sandbox, owner: str) -> None:
    body = {"name": "故障 42", "description": "x", "user_id_list": [owner, WANG]}
    made = bot.call("POST", "/im/v1/chats?uuid=u1", body).json()["data"]
    chat_id = made["chat_id"]
    assert "owner_id" not in made, "the bot owns it"
    assert bot.call("POST", "/im/v1/chats?uuid=u1", body).json()["data"]["chat_id"] == chat_id
    assert town.state.chat(chat_id).members == (owner, WANG)
    managers = f"/im/v1/chats/{chat_id}/managers"
    added = bot.call("POST", f"{managers}/add_managers", {"manager_ids": [WANG]}).json()["data"]
    assert added == {"chat_managers": [WANG], "chat_bot_managers": []}
    union = town.state.user(WANG).union_id
    path = f"{managers}/delete_managers?member_id_type=union_id"
    gone = bot.call("POST", path, {"manager_ids": [union]}).json()["data"]
    assert gone["chat_managers"] == []
    nobody = bot.call("POST", f"{managers}/add_managers", {"manager_ids": ["ou_x"]})
    assert nobody.json()["code"] == 232027
    said = town.post_text(chat_id, "x", owner)
    assert bot.call("DELETE", f"/im/v1/messages/{said}").json()["code"] == 0, "owners may recall"


def test_a_group_with_another_owner_takes_no_managers_from_the_bot(
    bot: Any, group: str, owner: str
) -> None:
    path = f"/im/v1/chats/{group}/managers/add_managers"
    assert bot.call("POST", path, {"manager_ids": [WANG]}).json()["code"] == 232038
    body = {"owner_id": owner, "user_id_list": ["ou_nobody"]}
    assert bot.call("POST", "/im/v1/chats", body).json()["code"] == 232030
    made = bot.call("POST", "/im/v1/chats?set_bot_manager=true", {"owner_id": owner}).json()
    assert (made["data"]["owner_id"], len(made["data"]["bot_manager_id_list"])) == (owner, 1)


def test_people_are_found_by_mail_and_mobile(bot: Any) -> None:
    path = "/contact/v3/users/batch_get_id?user_id_type=open_id"
    body = {"emails": ["wanglei@example.com", "x@example.com"], "mobiles": ["+8613800000002"]}
    mail, nobody, mobile = bot.call("POST", path, body).json()["data"]["user_list"]
    assert mail["user_id"] == mobile["user_id"] == WANG
    assert mail["status"]["is_activated"]
    assert nobody == {"email": "x@example.com"}
    many = {"emails": ["x@example.com"] * 51}
    assert bot.call("POST", path, many).json()["code"] == 40001


def test_a_guest_makes_a_group_external(
    bot: Any, town: Sandbox, listener: Any, until: Any, group: str, owner: str
) -> None:
    url = f"{town.address}/sandbox/chats/{group}/members/{DANA}"
    assert requests.put(url, json={"as": owner}, timeout=5).json()["external"]
    assert bot.call("GET", f"/im/v1/chats/{group}").json()["data"]["external"]
    guest = town.state.user(DANA)
    town.post_text(group, "hello", DANA)
    town.people.rename(group, "x", DANA)
    until(lambda: len(listener.heard) == 2)
    events = {one["header"]["event_type"]: one["event"] for one in listener.heard}
    assert events["im.message.receive_v1"]["sender"]["tenant_key"] == guest.tenant_key
    assert guest.tenant_key != town.state.tenant_key
    renamed = events["im.chat.updated_v1"]
    assert (renamed["external"], renamed["operator_tenant_key"]) == (True, guest.tenant_key)
    message_id = bot.send(group, {"text": "x"}).json()["data"]["message_id"]
    assert urge(bot, message_id, owner)["code"] == 230027
    direct = {"receive_id": DANA, "msg_type": "text", "content": '{"text":"x"}'}
    reply = bot.call("POST", "/im/v1/messages?receive_id_type=open_id", direct).json()
    assert reply["code"] == 230013
    assert not requests.delete(url, json={"as": owner}, timeout=5).json()["external"]


def test_a_new_owner_is_told(
    town: Sandbox, listener: Any, until: Any, group: str, owner: str
) -> None:
    town.people.set_role(group, WANG, "owner", owner)
    until(lambda: listener.heard)
    event = listener.heard[0]["event"]
    assert event["before_change"]["owner_id"]["open_id"] == owner
    assert event["after_change"]["owner_id"]["open_id"] == WANG


def test_urgent_needs_the_right_group_quota_and_patience(
    bot: Any, town: Sandbox, group: str, owner: str, clock: Any
) -> None:
    message_id = bot.send(group, {"text": "x"}).json()["data"]["message_id"]
    assert urge(bot, message_id, town.state.user(owner).user_id, kind="user_id")["code"] == 0
    town.faults.set(Fault.URGENT_QUOTA)
    assert urge(bot, message_id, owner, how="phone")["code"] == 230024
    assert urge(bot, message_id, owner)["code"] == 0, "in the app it costs nothing"
    town.state.count_urgent([owner] * 198)
    assert urge(bot, message_id, owner)["code"] == 230023
    town.post_text(group, "I am here", owner)
    assert urge(bot, message_id, owner)["code"] == 0
    town.state.change_chat(group, urgent_setting="only_owner")
    assert urge(bot, message_id, owner)["code"] == 230052
    town.state.change_chat(group, bot_is_manager=True)
    assert urge(bot, message_id, owner)["code"] == 0
    bot.call("DELETE", f"/im/v1/messages/{message_id}")
    assert urge(bot, message_id, owner)["code"] == 230110


def test_a_file_is_uploaded_sent_and_fetched_again(bot: Any, town: Sandbox, group: str) -> None:
    url = f"{town.address}/open-apis/im/v1/files"

    def upload(content: bytes, kind: str = "stream") -> Any:
        form = {"file_type": kind, "file_name": "pay.log"}
        files = {"file": content}
        return requests.post(url, form, files=files, headers=bot.headers, timeout=5).json()

    key = upload(b"line")["data"]["file_key"]
    message_id = bot.send(group, {"file_key": key}, "file").json()["data"]["message_id"]
    path = f"/im/v1/messages/{message_id}/resources/{key}?type=file"
    assert bot.call("GET", path).content == b"line"
    assert bot.call("GET", f"/im/v1/files/{key}").content == b"line"
    other = f"/im/v1/messages/{message_id}/resources/file_x?type=file"
    assert bot.call("GET", other).json()["code"] == 234003
    assert bot.send(group, {"file_key": "file_x"}, "file").json()["code"] == 230001
    assert upload(b"")["code"] == 234010
    assert upload(b"x", "exe")["code"] == 234001


def test_an_answer_in_a_thread_opens_one(bot: Any, town: Sandbox, group: str) -> None:
    first = bot.send(group, {"text": "x"}).json()["data"]["message_id"]
    body = {"msg_type": "text", "content": '{"text":"y"}', "reply_in_thread": True}
    path = f"/im/v1/messages/{first}/reply"
    thread = bot.call("POST", path, body).json()["data"]["thread_id"]
    assert thread.startswith("omt_")
    again = bot.call("POST", path, body | {"reply_in_thread": False}).json()["data"]
    assert again["thread_id"] == thread, "who answers in a thread stays in it"


def test_an_ephemeral_card_is_deleted(bot: Any, group: str, owner: str, make_card: Any) -> None:
    body = {"chat_id": group, "open_id": owner, "msg_type": "interactive", "card": make_card()}
    message_id = bot.call("POST", "/ephemeral/v1/send", body).json()["data"]["message_id"]
    gone = {"message_id": message_id}
    assert bot.call("POST", "/ephemeral/v1/delete", gone).json()["code"] == 0
    assert bot.call("POST", "/ephemeral/v1/delete", gone).json()["code"] == 230110
    stranger = body | {"open_id": DANA}
    assert bot.call("POST", "/ephemeral/v1/send", stranger).json()["code"] == 230001
