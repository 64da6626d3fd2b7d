"""Whatever is sent to it, the sandbox answers in Feishu's shape and goes on."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from bot.sandbox.apis import APIS
from bot.sandbox.scopes import GRANTED
from bot.sandbox.server import Sandbox, Settings
from tests.bot.sandbox.conftest import Caller

CARD = {"schema": "2.0", "config": {"update_multi": True}, "body": {"elements": []}}
TEXT = json.dumps({"text": "x"})
MESSAGE, CHAT = "/im/v1/messages/<message_id>", "/im/v1/chats/<chat_id>"
APP = "/application/v7/applications/<app_id>"

# The body of a call that is good, by method and path; `!` marks what it cannot do without.
GOOD: dict[str, dict[str, Any]] = {
    "POST /im/v1/messages": {"!receive_id": "CHAT", "!msg_type": "text", "!content": TEXT}
    | {"uuid": "u"},
    f"POST {MESSAGE}/reply": {"!msg_type": "text", "!content": TEXT, "reply_in_thread": True},
    f"PATCH {MESSAGE}": {"!content": json.dumps(CARD)},
    f"PUT {MESSAGE}": {"!msg_type": "text", "!content": TEXT},
    f"PATCH {MESSAGE}/urgent_app": {"!user_id_list": ["OWNER"]},
    f"PATCH {MESSAGE}/urgent_sms": {"!user_id_list": ["OWNER"]},
    f"PATCH {MESSAGE}/urgent_phone": {"!user_id_list": ["OWNER"]},
    f"POST {MESSAGE}/reactions": {"!reaction_type": {"!emoji_type": "OK"}},
    "POST /im/v1/chats": {"name": "x", "description": "x", "owner_id": "OWNER"}
    | {"user_id_list": ["OWNER"]},
    f"POST {CHAT}/managers/add_managers": {"!manager_ids": ["OWNER"]},
    f"POST {CHAT}/managers/delete_managers": {"!manager_ids": ["OWNER"]},
    "POST /interactive/v1/card/update": {"!token": "c-x", "!card": CARD},
    "POST /ephemeral/v1/send": {"!chat_id": "CHAT", "!open_id": "OWNER", "!msg_type": "interactive"}
    | {"!card": CARD},
    "POST /ephemeral/v1/delete": {"!message_id": "MESSAGE"},
    "POST /contact/v3/users/batch_get_id": {"emails": ["a@b"], "mobiles": ["1"]},
    f"PATCH {APP}/config": {
        "scope": {"add_scopes": [{"!scope_name": "im:chat"}], "remove_scopes": []},
        "event": {"add_events": ["im.chat.updated_v1"], "subscription_type": "websocket"},
        "callback": {"add_callbacks": ["url.preview.get"], "callback_type": "websocket"},
        "event_and_callback_encrypt_strategy": {"encryption_key": "", "verification_token": "v"},
        "security": {"add": {"allowed_ips": ["127.0.0.1"]}},
        "visibility": {"is_visible_to_all": True},
    },
    f"PATCH {APP}/ability": {"bot": {"enable": True, "message_card_callback_url": ""}},
    f"PATCH {APP}/base": {},
    f"POST {APP}/publish": {"remark": "x", "changelog": "x", "version": "1.0"},
}
WITHOUT_BODY = {"GET", "DELETE"}
FORMS = {"POST /im/v1/images", "POST /im/v1/files"}
EVIL = (
    None,
    True,
    -1,
    1e308,
    10**30,
    "",
    "\ud800",
    "\x00",
    "9" * 5000,
    [],
    [None],
    [[]],
    ["\ud800"],
    {},
    {"a": None},
    {"tag": {}},
)
NO_JSON = (
    b"",
    b"[]",
    b"null",
    b"\xff\xfe",
    b"{",
    b'{"a":NaN}',
    b'{"a":1e999}',
    b'{"a":' + b"[" * 9999,
)


@pytest.fixture
def town(clock: Any) -> Iterator[Sandbox]:
    scopes = GRANTED | {"application:application:patch"}
    sandbox = Sandbox(Settings(answer_limit_s=0.3, scopes=frozenset(scopes)), clock)
    sandbox.start()
    yield sandbox
    sandbox.stop()


class Hostile(Caller):
    """A bot that calls with whatever it likes, every call some seconds after the one before."""

    def __init__(self, town: Sandbox, clock: Any, group: str, owner: str) -> None:
        super().__init__(town)
        self._town, self._clock = town, clock
        self._group, self._owner = group, owner
        self._line = requests.Session()
        self._calls = 0

    def close(self) -> None:
        self._line.close()

    def say(self, call: str, body: object) -> requests.Response:
        """Make this call to a fresh message, with this body."""
        self._calls += 1
        if self._calls % 1000 == 0:
            self.headers = Caller(self._town).headers
        method, path = call.split()
        self._clock.move(4)
        self._town.state.saw(self._owner)
        names = self._names(call)
        for name, found in names.items():
            path = path.replace(f"<{name.lower()}>", found)
        data = body if isinstance(body, bytes) else _filled(json.dumps(body), names).encode()
        query = "?receive_id_type=chat_id&user_id_type=open_id&member_id_type=open_id"
        url = f"{self.address}/open-apis{path}{query}"
        return self._line.request(method, url, data=data, headers=self.headers, timeout=10)

    def _names(self, call: str) -> dict[str, str]:
        message = ""
        if "<message_id>" in call or "MESSAGE" in json.dumps(GOOD.get(call, {})):
            text = "ephemeral" not in call and call.startswith("PUT")
            reply = self.send(self._group, *(({"text": "x"},) if text else (CARD, "interactive")))
            message = reply.json()["data"]["message_id"]
        if "ephemeral/v1/delete" in call:
            body = {"chat_id": self._group, "open_id": self._owner, "msg_type": "interactive"}
            reply = self.call("POST", "/ephemeral/v1/send", body | {"card": CARD})
            message = reply.json()["data"]["message_id"]
        return {
            "MESSAGE_ID": message,
            "MESSAGE": message,
            "CHAT_ID": self._group,
            "CHAT": self._group,
            "OWNER": self._owner,
            "APP_ID": self._town.settings.app_id,
        }


@pytest.fixture
def hostile(town: Sandbox, clock: Any, group: str, owner: str) -> Iterator[Hostile]:
    """Calls into a group that the bot owns."""
    town.state.change_chat(group, owner_id=None)
    bot = Hostile(town, clock, group, owner)
    yield bot
    bot.close()


def _filled(text: str, names: dict[str, str]) -> str:
    for name, found in names.items():
        text = text.replace(f'"{name}"', f'"{found}"')
    return text


def plain(body: Any) -> Any:
    """A body without the marks of what is needed."""
    if isinstance(body, dict):
        return {key.lstrip("!"): plain(item) for key, item in body.items()}
    return [plain(item) for item in body] if isinstance(body, list) else body


def places(body: Any, *before: str | int) -> Iterator[tuple[str | int, ...]]:
    """The path to every value of a body."""
    found = body.items() if isinstance(body, dict) else enumerate(body)
    for key, item in found:
        yield (*before, key)
        if isinstance(item, dict | list):
            yield from places(item, *before, key)


def put(body: Any, path: tuple[str | int, ...], value: object) -> Any:
    """A copy with another value in one place, without any for `...`."""
    changed = copy.deepcopy(body)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    if value is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return plain(changed)


def test_every_api_that_takes_a_body_is_tried() -> None:
    with_body = {key.replace("/open-apis", "") for key in APIS if key.split()[0] != "GET"}
    assert {key for key in with_body if key.split()[0] != "DELETE"} - FORMS == set(GOOD)


@pytest.mark.parametrize("call", GOOD)
def test_a_call_without_what_it_needs_or_with_the_wrong_type_is_refused(
    hostile: Hostile, call: str
) -> None:
    good = GOOD[call]
    assert hostile.say(call, plain(good)).json()["code"] in {0, 300020}
    for path in places(good):
        needed = str(path[-1]).startswith("!")
        for value in (*EVIL, ...):
            reply = hostile.say(call, put(good, path, value))
            said = f"{path} = {str(value)[:40]!r}: {reply.status_code} {reply.text[:200]}"
            assert reply.status_code in {200, 400}, said
            assert reply.headers["Content-Type"] == "application/json; charset=utf-8", said
            code = reply.json()["code"]
            assert (code == 0) == (reply.status_code == 200), said
            if needed and (value is ... or not isinstance(value, str)):
                assert code, f"taken all the same: {said}"
            if code:
                assert reply.json()["error"]["log_id"] == reply.headers["X-Tt-Logid"], said
    for body in NO_JSON:
        assert hostile.say(call, body).json()["code"] == 9499, body[:20]


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ("GET /im/v1/messages/om_nothing", 99992354),
        ("DELETE /im/v1/messages/om_nothing", 99992354),
        ("DELETE /im/v1/messages/<message_id>/reactions/none", 231003),
        ("GET /im/v1/messages/<message_id>/resources/none", 234003),
        ("GET /im/v1/images/none", 234005),
        ("GET /im/v1/files/none", 234005),
        ("GET /im/v1/chats/oc_nothing/members/is_in_chat", 99992356),
        ("GET /contact/v3/users/ou_nobody", 99992351),
        ("POST /im/v1/images", 234001),
        ("POST /im/v1/files", 234001),
    ],
)
def test_what_does_not_exist_has_its_code(hostile: Hostile, call: str, code: int) -> None:
    assert hostile.say(call, b"").json()["code"] == code


@pytest.mark.parametrize("query", ["page_size=0", "page_size=101", "page_size=" + "9" * 5000])
def test_a_page_of_no_size_is_refused(bot: Any, query: str) -> None:
    assert bot.call("GET", f"/im/v1/chats?{query}").json()["code"] in {0, 99992402}


def test_half_a_character_reaches_the_page_as_a_whole_one(
    town: Sandbox, bot: Any, group: str
) -> None:
    text = json.dumps({"text": "a\ud800b"})
    body = {"receive_id": group, "msg_type": "text", "content": text}
    assert bot.call("POST", "/im/v1/messages?receive_id_type=chat_id", body).json()["code"] == 0
    shown = requests.get(f"{town.address}/sandbox/chats/{group}/messages", timeout=5).json()
    assert shown["messages"][-1]["content"] == {"text": "a\ufffdb"}
    assert requests.get(f"{town.address}/sandbox/api-log", timeout=5).json()["calls"]


def test_a_card_with_what_is_no_json_or_without_end_is_refused(bot: Any, group: str) -> None:
    deep: Any = {}
    for _ in range(400):
        deep = {"a": deep}
    behavior = {"type": "callback", "value": deep}
    elements = [{"tag": "button", "behaviors": [behavior]}]
    for text in ('{"schema":"2.0","body":{"elements":[{"tag":"hr","x":NaN}]}}', "[" * 9000):
        body = {"receive_id": group, "msg_type": "interactive", "content": text}
        reply = bot.call("POST", "/im/v1/messages?receive_id_type=chat_id", body)
        assert "ErrCode: 200621" in reply.json()["msg"]
    reply = bot.send(group, CARD | {"body": {"elements": elements}}, "interactive")
    assert reply.status_code in {200, 400}
    assert reply.json()["code"] in {0, 9499, 230099}
