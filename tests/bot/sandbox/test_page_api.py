"""What the page reads and does."""

import json
import threading
from pathlib import Path
from typing import Any

import requests

from bot.sandbox.server import Sandbox, Settings
from bot.sandbox.town import GROUP_WITHOUT_BOT
from bot.sandbox.wire import stable_id

OUTSIDE = stable_id("oc_", GROUP_WITHOUT_BOT)


class Page:
    def __init__(self, address: str) -> None:
        self.address = address

    def get(self, path: str) -> Any:
        return requests.get(f"{self.address}/sandbox{path}", timeout=5).json()

    def post(self, path: str, body: object, status: int = 200, method: str = "POST") -> Any:
        url = f"{self.address}/sandbox{path}"
        reply = requests.request(method, url, json=body, timeout=5)
        assert reply.status_code == status, reply.text
        return reply.json()


def chat(page: Page, chat_id: str) -> Any:
    return next(one for one in page.get("/state")["chats"] if one["chat_id"] == chat_id)


def test_the_state_shows_app_people_and_chats(town: Sandbox, group: str, owner: str) -> None:
    state = Page(town.address).get("/state")
    assert state["app"].pop("config")["draft"] is None
    assert state["app"] == {
        "app_id": town.settings.app_id,
        "name": "Larkwatch",
        "bot_open_id": town.state.bot_open_id,
        "online": 0,
        "mode": "websocket",
    }
    names = [user["name"] for user in state["users"] if not user["external"]]
    assert names == ["林晓", "王磊", "Alice Chen", "陈默"]
    first = state["chats"][0]
    assert (first["chat_id"], first["owner_id"], first["bot_in"]) == (group, owner, True)
    assert sorted(one["peer"] for one in state["chats"] if one["chat_mode"] == "p2p") == sorted(
        user["open_id"] for user in state["users"] if not user["external"]
    )


def test_a_visitor_talks_and_recalls(town: Sandbox, group: str, owner: str) -> None:
    page = Page(town.address)
    body = {"text": "hello", "as": owner, "mention_bot": True}
    message_id = page.post(f"/chats/{group}/messages", body)["message_id"]
    (message,) = page.get(f"/chats/{group}/messages")["messages"]
    assert message["content"] == {"text": "@_user_1 hello"}
    assert message["mentions"][0]["name"] == "Larkwatch"
    assert (message["sender"]["name"], message["deleted"]) == ("林晓", False)
    assert chat(page, group)["last"]["text"] == "@Larkwatch hello"
    page.post(f"/messages/{message_id}", None, method="DELETE")
    assert page.get(f"/chats/{group}/messages")["messages"][0]["deleted"]
    assert chat(page, group)["last"]["text"] == "消息已撤回"


def test_a_visitor_changes_groups(town: Sandbox, owner: str) -> None:
    page = Page(town.address)
    assert page.post(f"/chats/{OUTSIDE}/bot", {"in": True, "as": owner})["bot_in"]
    new = page.post("/chats", {"name": "新群", "members": [], "owner_id": owner})
    assert (new["members"], new["bot_in"]) == ([owner], False)
    page.post(f"/chats/{new['chat_id']}", {"name": "旧群", "as": owner}, method="PATCH")
    assert chat(page, new["chat_id"])["name"] == "旧群"
    page.post(f"/chats/{new['chat_id']}", None, method="DELETE")
    assert new["chat_id"] not in [one["chat_id"] for one in page.get("/state")["chats"]]


def test_mistakes_are_explained(town: Sandbox, group: str, owner: str) -> None:
    page = Page(town.address)
    for path, body, status in (
        ("/chats/oc_nothing/messages", {"text": "x", "as": owner}, 404),
        (f"/chats/{group}/messages", {"text": "x", "as": "ou_nobody"}, 404),
        (f"/chats/{group}/messages", {"text": " ", "as": owner}, 400),
        (f"/chats/{group}/messages", {"as": owner}, 400),
        (f"/chats/{group}/messages", [], 400),
        ("/messages/om_nothing/action", {"as": owner}, 404),
        ("/logs", {"path": "/etc/passwd", "line": "x"}, 404),
    ):
        assert page.post(path, body, status)["error"]


def test_opening_the_private_chat_is_an_event_once_a_minute(
    town: Sandbox, listener: Any, until: Any, clock: Any, owner: str
) -> None:
    page = Page(town.address)
    private = next(one for one in town.state.chats() if one.peer == owner)
    for _ in range(3):
        page.get(f"/chats/{private.chat_id}/messages")
    clock.move(60)
    page.get(f"/chats/{private.chat_id}/messages")
    until(lambda: len(listener.heard) == 2)


def test_the_log_of_calls_hides_secrets(town: Sandbox, bot: Any, group: str) -> None:
    bot.send(group, {"text": "x"})
    calls = Page(town.address).get("/api-log")["calls"]
    token, send = calls
    assert token["request"] == {"app_id": town.settings.app_id, "app_secret": "***"}
    assert token["response"]["tenant_access_token"] == "***"
    assert (send["direction"], send["kind"], send["status"], send["code"]) == ("in", "http", 200, 0)
    assert send["path"] == "/open-apis/im/v1/messages?receive_id_type=chat_id"
    assert Page(town.address).get(f"/api-log?after={token['id']}")["calls"] == [send]
    text = json.dumps(calls)
    assert town.settings.app_secret not in text
    assert bot.headers["Authorization"].removeprefix("Bearer ") not in text


def test_news_arrive_while_the_page_listens(
    town: Sandbox, bot: Any, group: str, owner: str, until: Any
) -> None:
    kinds: list[str] = []
    first: list[str] = []

    def listen() -> None:
        with requests.get(f"{town.address}/sandbox/events", stream=True, timeout=10) as reply:
            for line in reply.iter_lines(decode_unicode=True):
                if line.startswith("event: "):
                    kinds.append(line.removeprefix("event: "))
                elif line:
                    first.append(line)

    thread = threading.Thread(target=listen)
    thread.start()
    until(lambda: first)
    assert first[0] == "retry: 1000"
    message_id = bot.send_card(group)
    town.press(message_id, owner)
    until(lambda: {"message", "chats", "call"} <= set(kinds))
    town.stop()
    thread.join(5)
    assert not thread.is_alive()


def test_a_log_file_is_shown_as_it_grows(tmp_path: Path, until: Any) -> None:
    log = tmp_path / "pay.log"
    log.write_text("old line\n", encoding="utf-8")
    sandbox = Sandbox(Settings(log_files=(log,)))
    page = Page(sandbox.start())
    try:
        page.post("/logs", {"path": str(log), "line": "ERROR\nin one line"})
        assert log.read_text(encoding="utf-8") == "old line\nERROR in one line\n"
        wanted = ["old line", "ERROR in one line"]
        until(lambda: page.get("/logs")["files"][0]["lines"] == wanted)
        log.write_text("new\n", encoding="utf-8")
        until(lambda: page.get("/logs")["files"][0]["lines"] == [*wanted, "new"])
    finally:
        sandbox.stop()


def test_stopping_leaves_no_thread(bot: Any, listener: Any, town: Sandbox) -> None:
    sandbox = Sandbox()
    before = set(threading.enumerate())
    address = sandbox.start()
    requests.get(f"{address}/sandbox/state", timeout=5)
    sandbox.stop()
    assert set(threading.enumerate()) <= before


def test_a_visitor_chooses_an_entry_of_the_bots_menu(town: Sandbox, until: Any, owner: str) -> None:
    page = Page(town.address)
    page.post("/menu", {"as": owner, "key": "status"})
    page.post("/menu", {"as": "ou_nobody", "key": "status"}, status=400)
    until(lambda: town.pushes("application.bot.menu_v6"))
    (push,) = town.pushes("application.bot.menu_v6")
    assert push.request["event"]["event_key"] == "status"
    assert push.request["event"]["operator"]["operator_id"]["open_id"] == owner
