"""How the server reads requests, byte by byte."""

import socket
from collections.abc import Callable
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
import requests

from bot.sandbox.http_server import HttpServer, taken_over
from bot.sandbox.server import Sandbox

ASK = b"GET /open-apis/bot/v3/info HTTP/1.1\r\nHost: sandbox\r\n"
Say = Callable[[bytes], bytes]


@pytest.fixture
def say(town: Sandbox) -> Say:
    """Says something on a connection of its own and gives what came back until the end."""
    host = urlsplit(town.address)

    def talk(data: bytes) -> bytes:
        with socket.create_connection((host.hostname or "", host.port or 0), 10) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    return talk


@pytest.mark.parametrize(
    "data",
    [
        b"hello\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET / HTTP/2.0\r\n\r\n",
        ASK + b"no colon\r\n\r\n",
        ASK + b"X-Many: 1\r\n" * 101 + b"\r\n",
        ASK + b"X-Long: " + b"x" * 70_000 + b"\r\n\r\n",
        ASK,
    ],
)
def test_what_is_no_request_is_refused(say: Say, data: bytes) -> None:
    assert say(data).startswith(b"HTTP/1.1 400 ")


def test_requests_follow_each_other_until_one_asks_for_the_end(say: Say) -> None:
    last = ASK + b"Connection: close\r\n\r\n"
    answers = say((ASK + b"\r\n") * 2 + last + ASK + b"\r\n")
    assert answers.count(b"HTTP/1.1 400 BAD REQUEST") == 3
    assert answers.count(b"99991661") == 3, "there was no token"


def test_an_old_client_is_answered_once(say: Say) -> None:
    old = b"GET /sandbox/faults HTTP/1.0\r\n\r\n"
    assert say(old + old).count(b"HTTP/1.1 200 OK") == 1


def test_a_body_that_is_waited_for_is_asked_for(say: Say) -> None:
    head = b"POST /sandbox/logs HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    assert say(head + b"{}").startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 400 ")


def test_who_does_not_ask_for_a_websocket_at_its_address_is_told(town: Sandbox, say: Say) -> None:
    body = {"AppID": town.settings.app_id, "AppSecret": town.settings.app_secret}
    endpoint = requests.post(f"{town.address}/callback/ws/endpoint", json=body, timeout=5).json()
    query = urlsplit(endpoint["data"]["URL"]).query
    plain = say(f"GET /ws/v2?{query} HTTP/1.1\r\nHost: sandbox\r\n\r\n".encode())
    assert plain.startswith(b"HTTP/1.1 426 ")
    assert town.online == 0


def test_a_connection_that_is_taken_over_is_let_alone(
    capfd: pytest.CaptureFixture[str], until: Callable[[Callable[[], object]], None]
) -> None:
    """Also when the answer before came in pieces."""
    taken: list[socket.socket] = []

    def app(environ: WSGIEnvironment, begin: StartResponse) -> list[bytes]:
        if environ["PATH_INFO"] == "/take":
            taken.append(taken_over(environ))
            return []
        begin("200 OK", [])
        return [b"piece"]

    server = HttpServer(0, app)
    server.start()
    try:
        with socket.create_connection(("127.0.0.1", server.port), 10) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\n\r\nGET /take HTTP/1.1\r\n\r\n")
            said = b""
            while not said.endswith(b"0\r\n\r\n"):
                said += connection.recv(65536)
            until(lambda: taken)
            taken[0].sendall(b"mine")
            assert connection.recv(65536) == b"mine"
            taken[0].close()
    finally:
        server.stop()
    assert capfd.readouterr().err == ""
