import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
import simple_websocket

from bot.sandbox import frames
from bot.sandbox.server import Sandbox, Settings
from bot.sandbox.town import FIRST_GROUP, OWNER
from bot.sandbox.wire import stable_id
from tests import waiting


class MovedClock:
    """Stands still until moved."""

    def __init__(self) -> None:
        self._now = datetime(2026, 1, 1, tzinfo=UTC)
        self._seconds = 1000.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._seconds

    def move(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._seconds += seconds


class Caller:
    """A bot's HTTP side, in the fewest lines."""

    def __init__(self, town: Sandbox) -> None:
        self.address = town.address
        secrets = {"app_id": town.settings.app_id, "app_secret": town.settings.app_secret}
        reply = self.call("POST", "/auth/v3/tenant_access_token/internal", secrets)
        self.headers = {"Authorization": f"Bearer {reply.json()['tenant_access_token']}"}

    headers: dict[str, str] = {}  # noqa: RUF012 - before the token there are none

    def call(self, method: str, path: str, body: object = None, **more: Any) -> requests.Response:
        more.setdefault("headers", self.headers)
        url = f"{self.address}/open-apis{path}"
        return requests.request(method, url, json=body, timeout=10, **more)

    def send(self, chat_id: str, content: object, kind: str = "text", **more: Any) -> Any:
        body = {"receive_id": chat_id, "msg_type": kind, "content": json.dumps(content), **more}
        return self.call("POST", "/im/v1/messages?receive_id_type=chat_id", body)

    def send_card(self, chat_id: str, *elements: object) -> str:
        reply = self.send(chat_id, card(*elements), "interactive").json()
        assert reply["code"] == 0, reply
        return str(reply["data"]["message_id"])

    def patch(self, message_id: str, content: object) -> Any:
        return self.call("PATCH", f"/im/v1/messages/{message_id}", {"content": json.dumps(content)})


class Listener:
    """A bot's long connection: keeps what arrives and answers what it is told to."""

    def __init__(self, town: Sandbox) -> None:
        self.reply: Callable[[dict[str, Any]], dict[str, Any] | None] = lambda _: {"code": 200}
        self.heard: list[dict[str, Any]] = []
        self.frames: list[frames.Frame] = []
        body = {"AppID": town.settings.app_id, "AppSecret": town.settings.app_secret}
        endpoint = requests.post(f"{town.address}/callback/ws/endpoint", json=body, timeout=5)
        self._socket = simple_websocket.Client(endpoint.json()["data"]["URL"])
        self._parts: dict[str, dict[int, bytes]] = {}
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def send(self, frame: frames.Frame) -> None:
        self._socket.send(frame.encode())

    def close(self) -> None:
        # The server may have ended it meanwhile.
        with contextlib.suppress(simple_websocket.ConnectionClosed, OSError):
            if self._socket.connected:
                self._socket.close()
        self._thread.join()
        self._socket.thread.join()

    def events(self, event_type: str) -> list[dict[str, Any]]:
        return [one for one in self.heard if one["header"]["event_type"] == event_type]

    def _listen(self) -> None:
        while True:
            try:
                data = self._socket.receive()
            except simple_websocket.ConnectionClosed:
                return
            frame = frames.decode(data)
            self.frames.append(frame)
            if frame.method == frames.DATA:
                self._take(frame)

    def _take(self, frame: frames.Frame) -> None:
        parts = self._parts.setdefault(frame.headers["message_id"], {})
        parts[int(frame.headers["seq"])] = frame.payload
        if len(parts) < int(frame.headers["sum"]):
            return
        envelope = json.loads(b"".join(parts[seq] for seq in sorted(parts)))
        self.heard.append(envelope)
        answer = self.reply(envelope)
        if answer is not None:
            said = frames.Frame(
                method=frames.DATA,
                service=frame.service,
                headers=frame.headers,
                payload=json.dumps(answer).encode(),
            )
            with contextlib.suppress(simple_websocket.ConnectionClosed, OSError):  # it is over
                self.send(said)


def card(*elements: object) -> dict[str, Any]:
    """A card of JSON 2.0 that may be updated."""
    config = {"update_multi": True}
    return {"schema": "2.0", "config": config, "body": {"elements": list(elements)}}


def plain(text: str) -> dict[str, str]:
    return {"tag": "plain_text", "content": text}


@pytest.fixture
def until() -> Callable[[Callable[[], object]], object]:
    """Waits for a condition, with a limit."""
    return waiting.until


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def town(clock: MovedClock) -> Iterator[Sandbox]:
    sandbox = Sandbox(Settings(answer_limit_s=0.3), clock)
    sandbox.start()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def bot(town: Sandbox) -> Caller:
    return Caller(town)


@pytest.fixture
def listener(town: Sandbox, until: Callable[[Callable[[], object]], None]) -> Iterator[Listener]:
    listener = Listener(town)
    until(lambda: town.online)
    yield listener
    listener.close()


@pytest.fixture
def group() -> str:
    return stable_id("oc_", FIRST_GROUP)


@pytest.fixture
def owner() -> str:
    return stable_id("ou_", OWNER)


@pytest.fixture
def make_card() -> Callable[..., dict[str, Any]]:
    return card


@pytest.fixture
def make_listener(
    town: Sandbox, until: Callable[[Callable[[], object]], None]
) -> Iterator[Callable[[], Listener]]:
    made: list[Listener] = []

    def make() -> Listener:
        made.append(Listener(town))
        until(lambda: town.online >= len(made))
        return made[-1]

    yield make
    for one in made:
        one.close()
