"""What the page asks of the sandbox besides talking: roles, hints and marks."""

from typing import Any

import requests

from bot.cli.demo import command_hints
from bot.sandbox import frames
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox, Settings
from bot.sandbox.settings import CommandHint


def ask(town: Sandbox, path: str, body: object = None, status: int = 200) -> Any:
    url = f"{town.address}/sandbox{path}"
    method = "GET" if body is None else "POST"
    reply = requests.request(method, url, json=body, timeout=5)
    assert reply.status_code == status, reply.text
    return reply.json()


def test_the_owner_names_managers_and_hands_the_group_over(
    town: Sandbox, group: str, owner: str
) -> None:
    _, second, third, *_ = town.state.chat(group).members
    path = f"/chats/{group}/roles"
    change = {"open_id": third, "role": "manager", "as": owner}
    assert set(ask(town, path, change)["managers"]) == {second, third}
    assert ask(town, path, {**change, "role": "member"})["managers"] == [second]
    given = ask(town, path, {**change, "role": "owner"})
    assert (given["owner_id"], given["managers"]) == (third, [second])
    assert town.messages(group)[-1].body["text"] == "林晓 将群主转让给 Alice Chen"
    for wrong in (
        change,
        {**change, "as": third, "role": "emperor"},
        {**change, "as": third},
        {**change, "as": third, "open_id": "ou_nobody"},
    ):
        assert ask(town, path, wrong, 400)["error"]


def test_the_page_is_told_what_the_bot_understands() -> None:
    words = {"zh_cn": "状态", "en_us": "state"}
    hint = CommandHint(names=("status", "状态"), usage=words, about=words, takes=False)
    for given in ((), (hint,)):
        sandbox = Sandbox(Settings(commands=given))
        sandbox.start()
        try:
            told = ask(sandbox, "/commands")["commands"]
        finally:
            sandbox.stop()
        assert [one["names"] for one in told] == [["status", "状态"] for _ in given]


def test_the_demo_offers_every_command_of_the_bot_in_both_languages() -> None:
    hints = command_hints()
    assert [hint.names[0] for hint in hints][:3] == ["status", "health", "alerts"]
    for hint in hints:
        assert hint.usage.keys() == hint.about.keys() == {"zh_cn", "en_us"}
        assert all(hint.about.values())


def test_an_edited_text_is_marked(town: Sandbox, bot: Any, group: str) -> None:
    message_id = bot.send(group, {"text": "first"}).json()["data"]["message_id"]
    body = {"msg_type": "text", "content": '{"text": "second"}'}
    bot.call("PUT", f"/im/v1/messages/{message_id}", body)
    (message,) = ask(town, f"/chats/{group}/messages")["messages"]
    assert (message["content"], message["edited"]) == ({"text": "second"}, True)


def test_leaders_of_a_group_recall_what_others_said(
    town: Sandbox, listener: Any, until: Any, group: str, owner: str
) -> None:
    _, manager, member, *_ = town.state.chat(group).members

    def recalled(sender: str, by: str) -> int:
        message_id = town.post_text(group, "hm", sender)
        url = f"{town.address}/sandbox/messages/{message_id}?as={by}"
        return requests.delete(url, timeout=5).status_code

    assert recalled(owner, member) == 400
    assert [recalled(member, by) for by in (owner, manager, member)] == [200] * 3
    until(lambda: len(town.pushes()) == 4 + 3)
    pushed = town.pushes("im.message.recalled_v1")
    kinds = {call.request["event"]["recall_type"] for call in pushed}
    assert kinds == {"group_owner", "group_manager", "message_owner"}


def test_frames_stand_in_the_log_but_are_no_calls(
    town: Sandbox, listener: Any, until: Any, group: str, owner: str
) -> None:
    listener.send(frames.Frame(method=frames.CONTROL, service=1, headers={"type": "ping"}))
    town.faults.set(Fault.FRAGMENTED)
    town.post_text(group, "long", owner)

    def logged() -> list[str]:
        rows = ask(town, "/api-log")["calls"]
        return [row["method"] for row in rows if row["kind"] == "frame"]

    until(lambda: len(town.pushes()) == 1 and "PING" in logged())
    assert sorted(logged()) == ["FRAME"] * 3 + ["OPEN", "PING"]
    town.faults.set(Fault.FRAGMENTED, active=False)
    town.post_text(group, "short", owner)
    until(lambda: len(town.pushes()) == 2)
    assert logged().count("FRAME") == 4, "a whole push is one frame"
    assert not [call for call in town.calls() if call.kind == "frame"]
