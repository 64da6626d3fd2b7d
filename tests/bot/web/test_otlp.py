"""The address for log records: what OpenTelemetry's own exporter posts, and who may post."""

import json
import logging
import threading
from collections.abc import Iterator, Sequence

import pytest
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from werkzeug.serving import make_server

from bot.core.errors import BusyError
from bot.web.factory import Doors, create_app
from bot.web.otlp import OtlpDoor
from watchers.clock import SystemClock
from watchers.streams.pushed import PushedLine

TOKEN = "the token of apps"


class Desk:
    """Takes what is let in; now and then it is busy."""

    def __init__(self) -> None:
        self.lines: list[PushedLine] = []
        self.busy = 0
        self.wait_s = 0.0
        self.door = OtlpDoor(who=lambda token: "apps" if token == TOKEN else None, take=self.take)
        self.app = create_app(clock=SystemClock(), unready=list, doors=Doors(otlp=self.door))

    def take(self, watch: str, lines: Sequence[PushedLine]) -> float:
        assert watch == "apps"
        if self.busy:
            self.busy -= 1
            raise BusyError
        if not self.wait_s:
            self.lines += lines
        return self.wait_s


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def url(desk: Desk) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, desk.app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1/logs"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("compression", list(Compression))
def test_the_exporter_of_opentelemetry_delivers_and_comes_again_when_told(
    desk: Desk, url: str, compression: Compression
) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    exporter = OTLPLogExporter(endpoint=url, headers=headers, compression=compression)
    provider = LoggerProvider(Resource({"service.name": "pay", "host.name": "web1"}))
    provider.add_log_record_processor(SimpleLogRecordProcessor(exporter))
    desk.busy = int(compression is Compression.Gzip)
    log = logging.getLogger("shop.cards")
    with pytest.deprecated_call():  # its own place is a package of instrumentation by now
        handler = LoggingHandler(logger_provider=provider)
    log.addHandler(handler)
    try:
        int("no card")
    except ValueError:
        log.exception("card declined", extra={"order": 7})
    finally:
        log.removeHandler(handler)
        provider.shutdown()
    (line,) = desk.lines
    first, *rest = line.text.split("\n")
    said = json.loads(first)
    assert (said["level"], said["message"]) == ("ERROR", "card declined")
    assert (said["order"], said["logger"]) == (7, "shop.cards")
    assert (rest[0], rest[-1]) == (
        "Traceback (most recent call last):",
        "ValueError: invalid literal for int() with base 10: 'no card'",
    )
    assert dict(line.labels) == {"host": "web1", "service": "pay", "severity": "error"}


def test_who_has_no_token_learns_nothing(desk: Desk) -> None:
    client = desk.app.test_client()
    for header in ("", "Bearer", "Bearer wrong", f"Basic {TOKEN}"):
        answer = client.post("/v1/logs", json={}, headers={"Authorization": header})
        assert (answer.status_code, answer.json) == (401, {"message": "Unauthorized"})
    counted = client.get("/metrics").get_data(as_text=True)
    assert 'larkwatch_http_rejected_total{address="otlp",why="bad_token"} 4' in counted


def test_too_many_and_busy_are_told_when_to_come_again(desk: Desk) -> None:
    client, headers = desk.app.test_client(), {"Authorization": f"bearer {TOKEN}"}
    one = {"logRecords": [{"body": {"stringValue": "x"}}]}
    body = {"resourceLogs": [{"scopeLogs": [one]}]}
    desk.busy, desk.wait_s = 1, 2.5
    busy = client.post("/v1/logs", json=body, headers=headers)
    many = client.post("/v1/logs", json=body, headers=headers)
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "1")
    assert (many.status_code, many.headers["Retry-After"]) == (429, "3")
    desk.wait_s = 0.0
    taken = client.post("/v1/logs", json=body, headers=headers)
    assert (taken.status_code, taken.json, len(desk.lines)) == (200, {}, 1)
    empty = client.post("/v1/logs", json={}, headers=headers)
    assert (empty.status_code, len(desk.lines)) == (200, 1)
    assert client.post("/v1/logs", data=b"x" * (5 << 20), headers=headers).status_code == 413
