"""The official SDK, unmodified, takes the sandbox for Feishu."""

import asyncio
import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import flask
import lark_oapi as lark
import lark_oapi.ws.client as lark_ws
import pytest
from lark_oapi.adapter.flask import parse_req, parse_resp
from lark_oapi.api.im.v1 import (
    CreateMessageRequest,
    CreateMessageRequestBody,
    GetChatMembersRequest,
    PatchMessageRequest,
    PatchMessageRequestBody,
)
from lark_oapi.event.callback.model.p2_card_action_trigger import P2CardActionTriggerResponse
from werkzeug.serving import WSGIRequestHandler, make_server

from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox, Settings
from bot.sandbox.town import FIRST_GROUP, GROUP_WITHOUT_BOT, OWNER
from bot.sandbox.wire import stable_id

GROUP, OUTSIDE = stable_id("oc_", FIRST_GROUP), stable_id("oc_", GROUP_WITHOUT_BOT)
PERSON = stable_id("ou_", OWNER)
CARD: dict[str, Any] = {
    "schema": "2.0",
    "config": {"update_multi": True},
    "body": {"elements": [{"tag": "button", "text": {"tag": "plain_text", "content": "认领"}}]},
}
DONE = {"schema": "2.0", "config": {"update_multi": True}, "body": {"elements": [{"tag": "hr"}]}}


class Heard:
    """What the handlers of the bot were given."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.values: list[Any] = []
        self.added: list[str] = []

    def handler(self, encrypt_key: str = "", token: str = "") -> Any:
        builder = lark.EventDispatcherHandler.builder(encrypt_key, token)
        builder.register_p2_im_message_receive_v1(self._text)
        builder.register_p2_im_chat_member_bot_added_v1(
            lambda data: self.added.append(data.event.chat_id)
        )
        builder.register_p2_card_action_trigger(self._press)
        return builder.build()

    def _text(self, data: Any) -> None:
        self.texts.append(json.loads(data.event.message.content)["text"])

    def _press(self, data: Any) -> Any:
        self.values.append(data.event.action.value)
        toast = {"type": "success", "content": "林晓 已认领"}
        return P2CardActionTriggerResponse({"toast": toast, "card": {"type": "raw", "data": DONE}})


class LongConnection:
    """The SDK's client on a loop of its own, with the stop that it lacks."""

    def __init__(self, town: Sandbox, handler: Any) -> None:
        self._loop = asyncio.new_event_loop()
        self._town = town
        self._handler = handler
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def close(self) -> None:
        self._client._auto_reconnect = False
        stop = asyncio.run_coroutine_threadsafe(self._client._disconnect(), self._loop)
        stop.result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        lark_ws.loop = self._loop
        self._client = lark.ws.Client(
            self._town.settings.app_id,
            self._town.settings.app_secret,
            event_handler=self._handler,
            domain=self._town.address,
            log_level=lark.LogLevel.CRITICAL,
        )
        with contextlib.suppress(RuntimeError):  # the loop is stopped under it
            self._client.start()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def over_long_connection(heard: Heard, until: Any) -> Iterator[Sandbox]:
    town = Sandbox(Settings(ping_interval_s=1))
    town.start()
    connection = LongConnection(town, heard.handler())
    until(lambda: town.online)
    yield town
    connection.close()
    town.stop()


class Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        pass


@pytest.fixture
def over_http(heard: Heard) -> Iterator[Sandbox]:
    app = flask.Flask("bot")
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    url = f"http://127.0.0.1:{server.port}/callback"
    town = Sandbox(Settings(request_url=url, encrypt_key="a key"))
    handler = heard.handler("a key", town.settings.verification_token)
    app.add_url_rule(
        "/callback", view_func=lambda: parse_resp(handler.do(parse_req())), methods=["POST"]
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    town.start()
    assert town.save_request_url() is None
    yield town
    town.stop()
    server.shutdown()
    thread.join()


@pytest.fixture(params=["over_long_connection", "over_http"])
def town(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    return request.getfixturevalue(request.param)


def client(town: Sandbox) -> Any:
    return (
        lark.Client.builder()
        .app_id(town.settings.app_id)
        .app_secret(town.settings.app_secret)
        .domain(town.address)
        .log_level(lark.LogLevel.CRITICAL)
        .build()
    )


def send(town: Sandbox, card: Any) -> Any:
    body = (
        CreateMessageRequestBody.builder()
        .receive_id(GROUP)
        .msg_type("interactive")
        .content(json.dumps(card))
        .build()
    )
    request = CreateMessageRequest.builder().receive_id_type("chat_id").request_body(body).build()
    return client(town).im.v1.message.create(request)


def test_a_card_is_sent_pressed_answered_and_replaced(
    town: Sandbox, heard: Heard, until: Callable[[Callable[[], object]], None]
) -> None:
    sent = send(town, CARD)
    assert sent.success(), (sent.code, sent.msg)
    message_id = sent.data.message_id
    shown = town.press(message_id, PERSON, value={"a": "ack", "id": 7})
    assert shown == {
        "ok": True,
        "toast": {"type": "success", "content": "林晓 已认领"},
        "card_changed": True,
    }
    assert heard.values == [{"a": "ack", "id": 7}]
    assert town.state.message(message_id).body == DONE
    body = PatchMessageRequestBody.builder().content(json.dumps(CARD)).build()
    patch = PatchMessageRequest.builder().message_id(message_id).request_body(body).build()
    assert client(town).im.v1.message.patch(patch).success()
    assert town.state.message(message_id).body == CARD
    town.post_text(GROUP, "/status", PERSON)
    town.add_bot(OUTSIDE, PERSON)
    until(lambda: len(town.pushes()) == 3)
    assert heard.texts == ["@_user_1 /status"]
    assert heard.added == [OUTSIDE]
    assert [push.status for push in town.pushes()] == [200] * 3


def test_the_client_reads_errors_lists_and_trace_ids(over_long_connection: Sandbox) -> None:
    town = over_long_connection
    refused = send(town, {"schema": "2.0", "body": {"elements": [{"tag": "note"}]}})
    assert (refused.success(), refused.code) == (False, 230099)
    assert "ErrCode: 200861" in refused.msg
    assert refused.get_log_id() == refused.error["log_id"]
    request = GetChatMembersRequest.builder().chat_id(GROUP).page_size(100).build()
    members = client(town).im.v1.chat_members.get(request)
    assert next(one.name for one in members.data.items) == OWNER


def test_fragments_are_put_together_and_a_broken_connection_comes_back(
    over_long_connection: Sandbox, heard: Heard, until: Callable[[Callable[[], object]], None]
) -> None:
    town = over_long_connection
    town.faults.set(Fault.FRAGMENTED)
    town.post_text(GROUP, "中文" * 2000, PERSON)
    until(lambda: heard.texts)
    assert heard.texts == ["@_user_1 " + "中文" * 2000]
    # An answer lost with the connection would make the next message wait behind this one.
    until(lambda: [push.status for push in town.pushes("im.message.receive_v1")] == [200])
    town.drop_connections()
    until(lambda: town.calls("/callback/ws/endpoint")[1:] and town.online)
    town.post_text(GROUP, "again", PERSON)
    until(lambda: heard.texts[1:])


def test_an_app_is_registered_and_approved_by_a_person(town: Sandbox) -> None:
    told: list[str] = []

    def scan(code: Any) -> None:
        address = urlsplit(code["url"])
        query = parse_qs(address.query)
        told.append(address.path)
        town.registrations.decide(
            query["user_code"][0], PERSON, approve=True, addons=query["addons"][0]
        )

    addons = {"preset": False, "scopes": {"tenant": ["im:message:send_as_bot"]}}
    registered = lark.register_app(scan, domain=town.address, addons=addons)
    assert registered == {
        "client_id": town.settings.app_id,
        "client_secret": town.settings.app_secret,
        "user_info": {"open_id": PERSON, "tenant_brand": "feishu"},
    }
    assert told == ["/registration"]
    assert town.application.live.scopes == {"im:message:send_as_bot"}
