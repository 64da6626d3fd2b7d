"""The door to the long connection, with the real SDK against the sandbox."""

import base64
import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

from bot.feishu.client import Credentials, FeishuClient
from bot.feishu.long_connection import ConnectionState, LongConnection, OnEvent, sdk
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox, Settings
from bot.sandbox.town import FIRST_GROUP, OWNER, SECOND_GROUP
from bot.sandbox.wire import stable_id
from tests.bot.feishu.openapi_server import OpenApi, Reply, serving
from tests.waiting import until
from watchers.clock import SystemClock

Frame = sdk.Frame
GROUP = stable_id("oc_", FIRST_GROUP)
OTHER_GROUP = stable_id("oc_", SECOND_GROUP)
OWNER_ID = stable_id("ou_", OWNER)


@pytest.fixture
def town() -> Iterator[Sandbox]:
    sandbox = Sandbox(Settings(ping_interval_s=1))
    sandbox.start()
    yield sandbox
    sandbox.stop()


def credentials(town: Sandbox, secret: str = "", timeout_s: float = 5.0) -> Credentials:
    return Credentials(
        app_id=town.settings.app_id,
        app_secret=secret or town.settings.app_secret,
        domain=town.address,
        timeout_s=timeout_s,
    )


@contextmanager
def connected(town: Sandbox, on_event: OnEvent) -> Iterator[LongConnection]:
    with running(credentials(town), on_event) as connection:
        until(lambda: connection.state().connected and town.online, "the connection")
        yield connection


@contextmanager
def running(creds: Credentials, on_event: OnEvent) -> Iterator[LongConnection]:
    before = set(threading.enumerate())
    connection = LongConnection(creds, on_event, slow_retry=timedelta(milliseconds=50))
    connection.start()
    try:
        yield connection
    finally:
        connection.stop()
        ours = {t for t in threading.enumerate() if t.name.startswith("feishu")} - before
        until(lambda: not any(thread.is_alive() for thread in ours), "the threads' end")


def nothing(envelope: dict[str, Any]) -> None:
    return None


def a_card(town: Sandbox) -> str:
    """The id of a card in the first group, sent by the bot."""
    client = FeishuClient(credentials(town))
    client.warm()
    value = {"type": "callback", "value": {"action": "ack"}}
    button = {"tag": "button", "text": {"tag": "plain_text", "content": "认领"}}
    card = {"schema": "2.0", "body": {"elements": [{**button, "behaviors": [value]}]}}
    return client.send_card(GROUP, card, "uuid-1")


def say(town: Sandbox, text: str, chat_id: str = GROUP) -> None:
    town.post_text(chat_id, text, OWNER_ID)


def texts(events: list[dict[str, Any]]) -> str:
    return json.dumps([e["event"].get("message", {}).get("content") for e in events])


def test_an_event_arrives_as_it_was_sent(town: Sandbox) -> None:
    events: list[dict[str, Any]] = []
    with connected(town, events.append):
        say(town, "status")
        until(lambda: events, "the event")
    assert events[0]["schema"] == "2.0"
    assert events[0]["header"]["event_type"] == "im.message.receive_v1"


def test_a_click_is_answered_over_the_connection(town: Sandbox) -> None:
    clicks: list[dict[str, Any]] = []

    def answer(envelope: dict[str, Any]) -> dict[str, Any] | None:
        if envelope["header"]["event_type"] != "card.action.trigger":
            return None
        clicks.append(envelope)
        return {"toast": {"type": "success", "content": "已认领 ✓"}}

    message_id = a_card(town)
    with connected(town, answer):
        told = town.press(message_id, OWNER_ID, tag="button", value={"action": "ack"})
    assert "已认领 ✓" in json.dumps(told, ensure_ascii=False)
    assert clicks[0]["event"]["action"]["value"] == {"action": "ack"}


def test_a_failing_handler_is_told_to_feishu_and_harms_nothing(
    town: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(envelope: dict[str, Any]) -> None:
        raise RuntimeError("out of order")

    message_id = a_card(town)
    with connected(town, fail) as connection:
        told = town.press(message_id, OWNER_ID, tag="button", value={"action": "ack"})
        assert connection.state().connected
    assert "200671" in json.dumps(told)
    assert "an event could not be handled" in caplog.text


def test_a_slow_handler_holds_up_no_other_event(town: Sandbox) -> None:
    events: list[dict[str, Any]] = []
    gate = threading.Event()

    def slow(envelope: dict[str, Any]) -> None:
        events.append(envelope)
        if "first" in texts([envelope]):
            gate.wait(10)

    with connected(town, slow):
        say(town, "first")
        until(lambda: "first" in texts(events), "the first event")
        say(town, "second", OTHER_GROUP)  # messages of one chat wait for each other
        until(lambda: "second" in texts(events), "the second event")
        gate.set()


def test_a_fragmented_event_arrives_whole_and_once(town: Sandbox) -> None:
    events: list[dict[str, Any]] = []
    town.faults.set(Fault.FRAGMENTED)
    with connected(town, events.append):
        say(town, "one")
        say(town, "two")
        until(lambda: "two" in texts(events), "the events")
    assert len(events) == 2


def test_a_kicked_connection_comes_back(town: Sandbox) -> None:
    events: list[dict[str, Any]] = []
    with connected(town, events.append) as connection:
        first = connection.state().since
        town.drop_connections()
        until(lambda: connection.state().connected and connection.state().since != first)
        until(lambda: town.online == 1, "the new connection")
        say(town, "back")
        until(lambda: "back" in texts(events), "the event")


def test_a_restarted_server_is_found_again(town: Sandbox) -> None:
    with connected(town, nothing) as connection:
        port = int(town.address.rpartition(":")[2])
        town.stop()
        until(lambda: not connection.state().connected, "the loss")
        until(lambda: "tried again" in connection.state().error, "the reason")
        again = Sandbox(Settings(port=port, ping_interval_s=1))
        again.start()
        try:
            until(lambda: connection.state().connected, "the new connection")
            assert connection.state().error == ""
        finally:
            again.stop()


def test_a_connection_that_falls_silent_is_opened_anew(town: Sandbox) -> None:
    with connected(town, nothing) as connection:
        town.faults.set(Fault.HALF_OPEN)
        until(lambda: "silent" in connection.state().error, "the watchdog")
        town.faults.set(Fault.HALF_OPEN, active=False)
        until(lambda: connection.state().connected, "the new connection")


@pytest.mark.parametrize(
    ("code", "remedy"), [(514, "app secret"), (1000040350, "50 long connections"), (77, "77")]
)
def test_a_refused_app_is_said_loudly_and_tried_again(
    caplog: pytest.LogCaptureFixture, code: int, remedy: str
) -> None:
    with serving(OpenApi()) as api:
        api.replies.extend([Reply({"code": code, "msg": "no"})] * 1000)
        creds = Credentials(app_id="cli_1", app_secret="s3cr3t", domain=api.address)
        with running(creds, nothing) as connection:
            until(lambda: len(api.calls) > 2, "another try")
            assert remedy in connection.state().error
            assert not connection.state().connected
    ours = [r for r in caplog.records if r.name == "bot.feishu.long_connection"]
    assert ours[0].levelno == logging.ERROR
    assert remedy in vars(ours[0])["reason"]
    assert "s3cr3t" not in str([vars(record) for record in caplog.records])


@pytest.mark.parametrize(
    "reply",
    [Reply({"code": 1, "msg": "busy"}), Reply(b"<html>", 502), Reply(b"<html>", 200), Reply({})],
)
def test_a_passing_fault_of_the_server_is_tried_again(reply: Reply) -> None:
    with serving(OpenApi()) as api:
        api.replies.extend([reply] * 1000)
        creds = Credentials(app_id="cli_1", app_secret="s", domain=api.address)
        with running(creds, nothing) as connection:
            until(lambda: len(api.calls) > 1, "another try")
            until(lambda: connection.state().error, "the reason")


def test_stopping_does_not_wait_for_a_server_that_hangs() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        domain = f"http://127.0.0.1:{mute.getsockname()[1]}"
        connection = LongConnection(
            Credentials(app_id="cli_1", app_secret="s", domain=domain), nothing
        )
        connection.start()
        with mute.accept()[0]:
            connection.stop(timeout_s=0.1)
            assert connection._thread.is_alive()  # it ends when the server hangs up
    until(lambda: not connection._thread.is_alive(), "the thread's end")


def test_a_connection_may_be_stopped_before_it_was_started() -> None:
    connection = LongConnection(Credentials(app_id="cli_1", app_secret="s"), nothing)
    connection.stop()
    assert not connection.state().connected


@contextmanager
def gateway(
    handle: Callable[[ServerConnection], None], refuse: dict[str, str] | None = None
) -> Iterator[Credentials]:
    """A bare long-connection server for what the sandbox does not do."""

    def check(connection: ServerConnection, request: Request) -> Response | None:
        if refuse is None:
            return None
        return Response(403, "Forbidden", Headers({**refuse, "Content-Length": "0"}), b"")

    with serve(handle, "127.0.0.1", 0, process_request=check) as server, serving(OpenApi()) as api:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"ws://127.0.0.1:{server.socket.getsockname()[1]}/?x=1&device_id=d&service_id=1"
        config = {"ReconnectCount": -1, "ReconnectInterval": 1, "ReconnectNonce": 1}
        data = {"URL": url, "ClientConfig": {**config, "PingInterval": 1}}
        api.replies.extend([Reply({"code": 0, "msg": "", "data": data})] * 1000)
        try:
            yield Credentials(app_id="cli_1", app_secret="s", domain=api.address)
        finally:
            server.shutdown()
            thread.join()


def frame(kind: str, payload: bytes) -> bytes:
    made = Frame()
    made.SeqID, made.LogID, made.service, made.method = 1, 2, 1, 1
    named = {"type": kind, "message_id": "m1", "sum": "1", "seq": "0", "trace_id": "t1"}
    for key, value in named.items():
        header = made.headers.add()
        header.key, header.value = key, value
    made.payload = payload
    return bytes(made.SerializeToString())


def test_a_frame_of_type_card_is_handled_too() -> None:
    replies: list[Any] = []

    def handle(socket: ServerConnection) -> None:
        socket.send(frame("card", b'{"schema":"2.0"}'))
        for message in socket:
            back = Frame()
            back.ParseFromString(message)
            if back.method == 1:
                replies.append(back)

    with gateway(handle) as creds, running(creds, lambda envelope: {"got": envelope}):
        until(lambda: replies, "the answer")
    answer = json.loads(replies[0].payload)
    assert answer["code"] == 200
    assert json.loads(base64.b64decode(answer["data"])) == {"got": {"schema": "2.0"}}
    assert {h.key for h in replies[0].headers} >= {"message_id", "trace_id", "biz_rt"}


@pytest.mark.parametrize("payload", [b"not json", b"[1]", b"\xff"])
def test_a_frame_that_cannot_be_read_is_answered_with_500(payload: bytes) -> None:
    replies: list[int] = []

    def handle(socket: ServerConnection) -> None:
        socket.send(b"\x00 no frame")
        socket.send(frame("event", payload))
        for message in socket:
            back = Frame()
            back.ParseFromString(message)
            if back.method == 1:
                replies.append(json.loads(back.payload)["code"])

    with gateway(handle) as creds, running(creds, lambda envelope: envelope["header"]):
        until(lambda: replies, "the answer")
    assert replies == [500]


def test_a_connection_too_many_is_refused_at_the_door() -> None:
    refusal = {
        "handshake-status": "514",
        "handshake-msg": "too many",
        "handshake-autherrcode": "1000040350",
    }
    with gateway(lambda socket: None, refusal) as creds, running(creds, nothing) as connection:
        until(lambda: connection.state().error, "the reason")
        assert "50 long connections" in connection.state().error


def test_the_state_starts_without_an_error() -> None:
    clock = SystemClock()
    creds = Credentials(app_id="cli_1", app_secret="s")
    state = LongConnection(creds, nothing, clock=clock).state()
    assert state == ConnectionState(connected=False, since=state.since)
