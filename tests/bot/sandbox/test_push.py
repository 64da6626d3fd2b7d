"""Events and callbacks over HTTP: vectors, and a request URL that answers well or badly."""

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from Crypto.Cipher import AES

from bot.sandbox.answers import Unreachable
from bot.sandbox.application import Application
from bot.sandbox.push import HttpPush, encrypt, signature
from bot.sandbox.server import Sandbox, Settings
from bot.sandbox.town import FIRST_GROUP, OWNER
from bot.sandbox.wire import stable_id

GROUP, PERSON = stable_id("oc_", FIRST_GROUP), stable_id("ou_", OWNER)
KEY = "test key"
MESSAGE = "im.message.receive_v1"


def decrypted(body: bytes) -> bytes:
    blob = base64.b64decode(json.loads(body)["encrypt"])
    cipher = AES.new(hashlib.sha256(KEY.encode()).digest(), AES.MODE_CBC, blob[:16])
    plain = cipher.decrypt(blob[16:])
    return plain[: -plain[-1]]


class Receiver(HTTPServer):
    """A bot's callback server."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        self.answer: Callable[[Any], bytes] = lambda body: json.dumps(
            {"challenge": body.get("challenge")}
        ).encode()
        self.hold = threading.Event()
        self.hold.set()


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((dict(self.headers), body))
        self.server.hold.wait(5)
        answer = self.server.answer(json.loads(decrypted(body)))
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.hold.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def town(receiver: Receiver, clock: Any) -> Iterator[Sandbox]:
    url = f"http://127.0.0.1:{receiver.server_port}/feishu/callback?a=1"
    sandbox = Sandbox(Settings(request_url=url, encrypt_key=KEY, answer_limit_s=0.5), clock)
    sandbox.start()
    yield sandbox
    sandbox.stop()


def test_encryption_and_signature_are_those_of_the_documentation() -> None:
    assert encrypt(b'{"challenge":"x"}', KEY, bytes(range(16))) == (
        "AAECAwQFBgcICQoLDA0OD75dzkqS42VIOj1fNks7Pq7FPFPrasQmLXjzoxzHo/N1"
    )
    signed = signature("1700000000", "n0nce", KEY, b'{"encrypt":"abc"}')
    assert signed == "e195c9e5af14a703921143d3c2afd1c1ed93a50838a77a121a7da206a1a2651f"


def test_the_request_url_must_echo_the_challenge(town: Sandbox, receiver: Receiver) -> None:
    assert town.save_request_url() is None
    receiver.answer = lambda _: b"{}"
    assert town.save_request_url() == "HTTP 200 without the challenge"
    receiver.status = 302
    assert town.save_request_url() == "HTTP 302 without the challenge"


def test_an_event_is_encrypted_and_signed_over_its_raw_bytes(
    town: Sandbox, receiver: Receiver, until: Any
) -> None:
    town.post_text(GROUP, "中文", PERSON)
    until(lambda: town.pushes(MESSAGE))
    ((headers, body),) = receiver.requests
    stamp, nonce = headers["X-Lark-Request-Timestamp"], headers["X-Lark-Request-Nonce"]
    assert stamp == "1767225600"
    assert headers["X-Lark-Signature"] == signature(stamp, nonce, KEY, body)
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    plain = decrypted(body).decode()
    assert "中文" in plain
    assert json.loads(plain)["header"]["token"] == town.settings.verification_token


def test_an_event_that_fails_comes_again_with_the_same_id(
    town: Sandbox, receiver: Receiver, until: Any, clock: Any
) -> None:
    receiver.status = 500
    town.post_text(GROUP, "x", PERSON)
    until(lambda: len(town.pushes(MESSAGE)) == 1)
    receiver.status = 200
    clock.move(15)
    until(lambda: len(town.pushes(MESSAGE)) == 2)
    first, second = (decrypted(body) for _, body in receiver.requests)
    assert first == second


@pytest.mark.parametrize(
    ("status", "answer", "code"),
    [(500, b"{}", 200671), (302, b"{}", 200671), (200, b"<html>", 200672)],
)
def test_a_callback_over_http_fails_with_the_code_of_the_client(
    town: Sandbox, receiver: Receiver, bot: Any, status: int, answer: bytes, code: int
) -> None:
    receiver.status, receiver.answer = status, lambda _: answer
    assert town.press(bot.send_card(GROUP), PERSON)["code"] == code


def test_a_callback_over_http_is_answered(town: Sandbox, receiver: Receiver, bot: Any) -> None:
    receiver.answer = lambda _: b'{"toast":{"type":"info","content":"ok"}}'
    shown = town.press(bot.send_card(GROUP), PERSON)
    assert shown["toast"] == {"type": "info", "content": "ok"}


def test_a_slow_or_absent_receiver_is_told_apart(
    town: Sandbox, receiver: Receiver, bot: Any
) -> None:
    message_id = bot.send_card(GROUP)
    receiver.hold.clear()
    assert town.press(message_id, PERSON)["code"] == 200341
    gone = Sandbox(Settings(request_url="http://127.0.0.1:1/"))
    assert "refused" in (gone.save_request_url() or "").lower()


@pytest.mark.parametrize(
    ("url", "code"),
    [("", 200340), ("http://127.0.0.1:1/", 200342), ("http://nowhere.invalid/", 200343)],
)
def test_a_callback_that_does_not_get_through_has_the_code_of_its_reason(
    clock: Any, url: str, code: int
) -> None:
    settings = Settings()
    answer = HttpPush(settings, Application(settings), clock).post(url, b"{}")
    assert isinstance(answer, Unreachable)
    assert answer.code == code
