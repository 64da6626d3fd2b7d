"""Health posted elsewhere: signed, again after a failure, kept on the disk meanwhile."""

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.builders import host_sample, later
from tests.waiting import until
from watchers.clock import SystemClock
from watchers.signing import verify
from watchers.sinks.health_endpoint import MOST_WAITING, HealthEndpoint

SECRET = "between us"


class Collector:
    """A real HTTP server that keeps what is posted and answers as told."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.ids: list[str] = []
        self.answers: list[int] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                timestamp = self.headers["X-Larkwatch-Timestamp"]
                now = SystemClock().now().timestamp()
                verify(SECRET, timestamp, self.headers["X-Signature"], body, now)
                status = collector.answers.pop(0) if collector.answers else 204
                collector.ids.append(self.headers["X-Larkwatch-Id"])
                if status == 204:
                    collector.taken.append(json.loads(body))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/health"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    @property
    def hosts(self) -> list[str]:
        return [one["host"] for one in self.taken]


@pytest.fixture
def collector() -> Iterator[Collector]:
    one = Collector()
    yield one
    one.close()


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "state" / "health"


def endpoint(url: str, spool: Path, most_waiting: int = MOST_WAITING) -> HealthEndpoint:
    return HealthEndpoint(url, SECRET, spool, SystemClock(), most_waiting)


def offer(to: HealthEndpoint, *names: str) -> None:
    for n, name in enumerate(names):
        to.offer(host_sample(host=name, at=later(seconds=n)))


def test_a_sample_is_posted_signed_and_leaves_nothing_behind(
    collector: Collector, spool: Path
) -> None:
    one = endpoint(collector.url, spool)
    offer(one, "a", "b")
    until(lambda: len(collector.taken) == 2)
    until(lambda: not list(spool.iterdir()))
    assert one.close()
    assert collector.hosts == ["a", "b"]
    assert collector.taken[0]["status"] == "UP"
    assert set(collector.taken[0]) >= {"cpu_usage", "memory_usage", "timestamp", "version"}


def test_what_is_not_taken_is_posted_again_under_the_same_id(
    collector: Collector, spool: Path
) -> None:
    collector.answers = [503]
    one = endpoint(collector.url, spool)
    offer(one, "a")
    until(lambda: collector.taken)
    assert one.close()
    assert collector.hosts == ["a"]
    assert len(collector.ids) == 2
    assert len(set(collector.ids)) == 1


def test_what_waits_survives_a_restart_in_its_order(collector: Collector, spool: Path) -> None:
    nowhere = endpoint("http://127.0.0.1:9/", spool)
    offer(nowhere, "a", "b", "c")
    until(lambda: spool.is_dir() and len(list(spool.glob("[!.]*.json"))) == 3)
    assert nowhere.close()
    again = endpoint(collector.url, spool)
    again.offer(host_sample(host="d", at=later(minutes=1)))
    until(lambda: len(collector.taken) == 4)
    assert again.close()
    assert collector.hosts == ["a", "b", "c", "d"]


def test_what_would_be_refused_for_ever_does_not_hold_up_the_rest(
    collector: Collector, spool: Path
) -> None:
    collector.answers = [422]
    one = endpoint(collector.url, spool)
    offer(one, "a", "b")
    until(lambda: collector.taken)
    assert one.close()
    assert collector.hosts == ["b"]


def test_the_oldest_are_dropped_when_too_much_waits(spool: Path) -> None:
    nowhere = endpoint("http://127.0.0.1:9/", spool, most_waiting=3)
    offer(nowhere, *"abcdef")
    until(lambda: "f" in _waiting(spool))
    assert nowhere.close()
    assert _waiting(spool) == ["d", "e", "f"]


def _waiting(spool: Path) -> list[str]:
    return [json.loads(one.read_text())["host"] for one in sorted(spool.glob("[!.]*.json"))]


def test_a_spool_that_cannot_be_written_is_no_reason_to_be_silent(
    collector: Collector, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    one = endpoint(collector.url, tmp_path / "file" / "health")
    offer(one, "a")
    until(lambda: collector.taken)
    assert one.close()


def test_who_offers_never_waits(spool: Path) -> None:
    """The endpoint accepts and says nothing; many more are offered than it can hold."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        one = endpoint(f"http://127.0.0.1:{server.getsockname()[1]}/", spool)
        server.settimeout(10)
        offer(one, *["a"] * 500)
        silent, _ = server.accept()
        with silent:
            offer(one, *["a"] * 500)
            assert not one.close(timeout_s=0.1)
