"""What the app is not allowed, it cannot call and does not hear."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.apis import APIS
from bot.sandbox.scopes import EVENTS, GRANTED
from bot.sandbox.server import Sandbox, Settings
from bot.sandbox.town import FIRST_GROUP, OWNER
from bot.sandbox.wire import stable_id

GROUP, PERSON = stable_id("oc_", FIRST_GROUP), stable_id("ou_", OWNER)
MANIFEST = Path(__file__).parents[3] / "manifest" / "app.json"


@pytest.fixture
def scopes() -> frozenset[str]:
    return frozenset({"im:message:send_as_bot", "im:message.p2p_msg:readonly"})


@pytest.fixture
def town(scopes: frozenset[str], clock: Any) -> Iterator[Sandbox]:
    sandbox = Sandbox(Settings(scopes=scopes, answer_limit_s=0.3), clock)
    sandbox.start()
    yield sandbox
    sandbox.stop()


def test_a_missing_scope_is_named_in_the_text_and_as_data(bot: Any) -> None:
    reply = bot.call("GET", f"/im/v1/chats/{GROUP}")
    body = reply.json()
    assert (reply.status_code, body["code"]) == (400, 99991672)
    wanted = "[im:chat, im:chat:readonly, im:chat:read]"
    said = f"Access denied. One of the following scopes is required: {wanted}."
    assert body["msg"].startswith(said)
    assert body["error"]["permission_violations"] == [
        {"type": "action_scope_required", "subject": one}
        for one in ("im:chat", "im:chat:readonly", "im:chat:read")
    ]
    assert body["error"]["log_id"] == reply.headers["X-Tt-Logid"]
    assert bot.send(GROUP, {"text": "one scope of several is enough"}).json()["code"] == 0
    assert bot.call("GET", "/bot/v3/info").json()["code"] == 0, "this one needs none"


def test_an_event_without_its_scope_is_not_sent(
    town: Sandbox, listener: Any, until: Callable[[Callable[[], object]], None]
) -> None:
    town.post_text(GROUP, "not heard", PERSON)
    town.people.rename(GROUP, "not told", PERSON)
    private = next(chat for chat in town.state.chats() if chat.peer == PERSON)
    town.post_text(private.chat_id, "heard", PERSON)
    until(lambda: listener.heard)
    threading.Event().wait(0.05)
    (envelope,) = listener.heard
    assert json.loads(envelope["event"]["message"]["content"]) == {"text": "heard"}
    assert "user_id" not in envelope["event"]["sender"]["sender_id"], "that needs a scope too"


@pytest.mark.parametrize("scopes", [GRANTED | {"im:message.group_msg"}])
def test_the_sensitive_scope_lets_it_hear_every_word(
    town: Sandbox, listener: Any, until: Callable[[Callable[[], object]], None]
) -> None:
    town.post_text(GROUP, "nobody is mentioned", PERSON, mention_bot=False)
    until(lambda: listener.heard)


def test_what_the_manifest_asks_for_is_granted_and_sent() -> None:
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    assert set(manifest["scopes"]["tenant"]) <= GRANTED
    assert set(manifest["events"]["items"]["tenant"]) <= set(EVENTS)


def test_the_table_of_apis_is_that_of_the_routes(town: Sandbox) -> None:
    open_to_all = ("/open-apis/auth/", "/open-apis/bot/v2/hook/", "/open-apis/<")
    routes = {
        f"{method} {rule.rule}"
        for rule in town._app.url_map.iter_rules()
        if rule.rule.startswith("/open-apis/") and not rule.rule.startswith(open_to_all)
        for method in rule.methods or set()
        if method not in {"HEAD", "OPTIONS"}
    }
    assert routes == set(APIS)
