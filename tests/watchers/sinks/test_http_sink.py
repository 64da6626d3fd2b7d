"""The agent's post: signed, and positions move only after the server's 200."""

import json
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from tests.builders import finding, report, sample
from watchers.checkpoint import FileCheckpoint
from watchers.clock import SystemClock
from watchers.errors import SinkError
from watchers.finding import Report, SourceProgress, from_dict
from watchers.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign, verify
from watchers.sinks.http import HttpSink
from watchers.spans import CURRENT

REPORT = Report(agent="a", progress=(SourceProgress(name="w", state="ok"),), positions={"k": "v"})


class Server(HTTPServer):
    """Answers as told and keeps what came."""

    status = 200
    says: Mapping[str, object] = MappingProxyType({})
    """What it answers, signed, with what it answers to."""
    said: bytes | None = None
    """What it answers instead, signed."""
    secret = "secret"
    came: list[tuple[str, dict[str, str], bytes]]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.came.append((self.path, dict(self.headers), body))
        said = self.server.said
        if said is None:
            said = json.dumps(
                {"answers": self.headers[SIGNATURE_HEADER]} | dict(self.server.says)
            ).encode()
        now = int(SystemClock().now().timestamp())
        self.send_response(self.server.status)
        self.send_header("Retry-After", "7")
        self.send_header("Content-Length", str(len(said)))
        self.send_header(TIMESTAMP_HEADER, str(now))
        if self.server.secret:
            self.send_header(SIGNATURE_HEADER, sign(self.server.secret, now, said))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Handler)
    server.came = []
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def checkpoint(tmp_path: Path) -> Iterator[FileCheckpoint]:
    checkpoint = FileCheckpoint(tmp_path)
    yield checkpoint
    checkpoint.close()


def post(server: Server, checkpoint: FileCheckpoint) -> None:
    sink = HttpSink(f"http://127.0.0.1:{server.server_port}/", "secret", checkpoint, SystemClock())
    try:
        sink.accept(REPORT)
    finally:
        sink.close()


def test_a_report_is_signed_and_its_positions_stay_here(
    server: Server, checkpoint: FileCheckpoint
) -> None:
    post(server, checkpoint)
    path, headers, body = server.came[0]
    assert path == "/ingest/findings"
    now = SystemClock().now().timestamp()
    verify("secret", headers["X-Larkwatch-Timestamp"], headers["X-Signature"], body, now)
    assert from_dict(json.loads(body)).progress == REPORT.progress
    assert b'"k"' not in body
    assert checkpoint.positions == {"k": "v"}


def test_what_stands_between_is_told_the_trace_and_only_where_there_is_one(
    server: Server, checkpoint: FileCheckpoint
) -> None:
    traceparent = f"00-{'a' * 32}-{'b' * 16}-01"
    token = CURRENT.set(traceparent)
    try:
        post(server, checkpoint)
    finally:
        CURRENT.reset(token)
    post(server, checkpoint)
    assert [headers.get("traceparent") for _, headers, _ in server.came] == [traceparent, None]


@pytest.mark.parametrize(
    ("status", "retry_after_s", "said"),
    [(503, 7, "503"), (429, 7, "429"), (401, 60, "same secret"), (403, 60, "same secret"),
     (404, 60, "Larkwatch server"), (302, 60, "Larkwatch server")],
)  # fmt: skip
def test_anything_but_200_moves_no_position(
    server: Server, checkpoint: FileCheckpoint, status: int, retry_after_s: float, said: str
) -> None:
    server.status = status
    with pytest.raises(SinkError, match=said) as refused:
        post(server, checkpoint)
    assert refused.value.retry_after_s == retry_after_s
    assert checkpoint.positions == {}


def heard(server: Server, checkpoint: FileCheckpoint) -> list[Mapping[str, Any]]:
    """What an agent takes of the server's answer to a report; the report is taken in any case."""
    came: list[Mapping[str, Any]] = []
    url = f"http://127.0.0.1:{server.server_port}"
    sink = HttpSink(url, "secret", checkpoint, SystemClock(), came.append)
    sink.accept(REPORT)
    sink.close()
    assert checkpoint.positions == {"k": "v"}
    return came


def test_what_the_server_says_back_is_handed_on(server: Server, checkpoint: FileCheckpoint) -> None:
    server.says = {"taken": 0, "health_every_s": 30}
    (told,) = heard(server, checkpoint)
    assert told == {
        "taken": 0,
        "health_every_s": 30,
        "answers": server.came[0][1][SIGNATURE_HEADER],
    }


@pytest.mark.parametrize("secret", ["", "another"])
def test_what_the_server_did_not_sign_is_not_heard(
    server: Server, checkpoint: FileCheckpoint, secret: str
) -> None:
    server.secret = secret
    assert heard(server, checkpoint) == []


@pytest.mark.parametrize("said", [b"", b"<html>", b"[1]", b"{}", b'{"answers": "something else"}'])
def test_what_answers_something_else_is_not_heard(
    server: Server, checkpoint: FileCheckpoint, said: bytes
) -> None:
    server.said = said
    assert heard(server, checkpoint) == []


def test_a_server_that_is_not_there_moves_no_position(checkpoint: FileCheckpoint) -> None:
    sink = HttpSink("http://127.0.0.1:9", "secret", checkpoint, SystemClock())
    with pytest.raises(SinkError, match="cannot be reached"):
        sink.accept(REPORT)
    sink.close()
    assert checkpoint.positions == {}


def url(server: Server) -> str:
    return f"http://127.0.0.1:{server.server_port}"


def test_case_40_after_a_crash_the_very_same_findings_are_posted_again(
    server: Server, tmp_path: Path
) -> None:
    server.status = 503
    first = FileCheckpoint(tmp_path)
    sink = HttpSink(url(server), "secret", first, SystemClock())
    with pytest.raises(SinkError):
        sink.accept(report(finding("f1"), positions={"k": "9"}))
    sink.close()
    first.close()  # the process is gone here: the server may have the findings or not
    server.status, server.came = 200, []
    checkpoint = FileCheckpoint(tmp_path)
    again = HttpSink(url(server), "secret", checkpoint, SystemClock())

    assert again.positions == {"k": "9"}
    again.accept(report(finding("f2"), positions={"k": "20"}))

    sent = [from_dict(json.loads(body)).findings[0].id for _, _, body in server.came]
    assert sent == ["f1", "f2"]
    assert checkpoint.positions == again.positions == {"k": "20"}
    again.close()
    checkpoint.close()


def test_what_is_on_the_way_is_posted_before_positions_move_past_it(
    server: Server, checkpoint: FileCheckpoint
) -> None:
    sink = HttpSink(url(server), "secret", checkpoint, SystemClock())
    server.status = 503
    with pytest.raises(SinkError):
        sink.accept(report(finding("f1"), positions={"k": "9"}))
    with pytest.raises(SinkError):
        sink.accept(REPORT)

    server.status = 200
    sink.accept(report(finding("f1"), positions={"k": "9"}))

    assert checkpoint.positions == {"k": "9"}
    sink.close()


def test_a_report_of_huge_samples_is_shortened_until_the_server_takes_it(
    server: Server, checkpoint: FileCheckpoint
) -> None:
    sink = HttpSink(url(server), "secret", checkpoint, SystemClock())
    many = [finding(f"f{n}", samples=(sample("错" * 4000),) * 5, count=n + 1) for n in range(50)]

    sink.accept(report(*many))

    (_, _, body) = server.came[0]
    assert len(body) < 1024 * 1024
    assert [one.count for one in from_dict(json.loads(body)).findings] == list(range(1, 51))
    sink.close()
