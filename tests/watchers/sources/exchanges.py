"""Loki and Elasticsearch on loopback, as far as they are asked here.

No package of Debian or of the Python index ships either server, so these exchanges are written
after the published references of their interfaces (Loki's HTTP API 2.9 and 3; the search API of
Elasticsearch 8 and OpenSearch 2) and were not recorded from a running one. Each answers from lines
that a test gave it, and shows a line only once that has arrived, as the real ones do.
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SECOND = 1_000_000_000


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    body: dict[str, Any] | None


@dataclass
class Line:
    """A line a server has: its time in nanoseconds, what it says, and what is known of it."""

    at: int
    text: str
    labels: dict[str, Any] = field(default_factory=dict)
    id: str = ""


class Exchange:
    """A server whose answers a subclass makes; `fails` is answered instead while it is set."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.lines: list[Line] = []
        self.fails: tuple[int, str] | None = None
        exchange = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(None)

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                self._answer(json.loads(self.rfile.read(length)))

            def _answer(self, body: dict[str, Any] | None) -> None:
                parts = urlsplit(self.path)
                params = {key: values[0] for key, values in parse_qs(parts.query).items()}
                headers = {key.lower(): text for key, text in self.headers.items()}
                asked = Asked(self.command, parts.path, params, headers, body)
                exchange.asked.append(asked)
                status, text = exchange.fails or (200, json.dumps(exchange.answer(asked)))
                data = text.encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                if status in (301, 302):
                    self.send_header("Location", "/elsewhere")
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()

    def answer(self, asked: Asked) -> object:
        """What is answered."""
        raise NotImplementedError

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


class Loki(Exchange):
    """``GET /loki/api/v1/query_range``: start inclusive, end exclusive, so many in all."""

    def answer(self, asked: Asked) -> object:
        assert asked.path == "/loki/api/v1/query_range"
        start, end = int(asked.params["start"]), int(asked.params["end"])
        newest_first = asked.params["direction"] == "backward"
        filters = re.findall(r"\|~ (\".*\")", asked.params["query"])
        inside = sorted(
            (
                one
                for one in self.lines
                if start <= one.at < end
                and all(re.search(json.loads(each), one.text) for each in filters)
            ),
            key=lambda one: one.at,
            reverse=newest_first,
        )
        streams: dict[str, dict[str, Any]] = {}
        for one in inside[: int(asked.params["limit"])]:
            key = json.dumps(one.labels, sort_keys=True)
            stream = streams.setdefault(key, {"stream": one.labels, "values": []})
            stream["values"].append([str(one.at), one.text])
        result = list(streams.values())
        return {"status": "success", "data": {"resultType": "streams", "result": result}}


class Elasticsearch(Exchange):
    """``POST /INDEX/_search`` with a range and an ascending sort by time."""

    def __init__(self) -> None:
        self.shards: dict[str, Any] = {"total": 1, "successful": 1, "skipped": 0, "failed": 0}
        super().__init__()

    def answer(self, asked: Asked) -> object:
        assert asked.body is not None
        assert asked.path.endswith("/_search")
        span = asked.body["query"]["bool"]["filter"][0]["range"]["@timestamp"]
        start, end = nanoseconds(span["gte"]), nanoseconds(span["lt"])
        # Two parts, each of which counts its documents for itself.
        turns = {id(one): n // 2 for n, one in enumerate(self.lines)}
        inside = [one for one in self.lines if start <= one.at < end]
        for each in asked.body["query"]["bool"]["filter"][1:]:
            if "bool" not in each:
                continue  # it has no other documents than those of the query
            phrase, part = each["bool"]["should"]
            words = phrase["match_phrase_prefix"]["message"]
            assert part["wildcard"]["message"]["case_insensitive"]
            inside = [one for one in inside if words.lower() in one.text.lower()]
        by_turn = len(asked.body["sort"]) > 1
        if by_turn:
            inside.sort(key=lambda one: (one.at, turns[id(one)]))
            at, turn = asked.body["search_after"]
            behind = (nanoseconds(at), turn)
            inside = [one for one in inside if (one.at, turns[id(one)]) > behind]
        else:
            newest_first = asked.body["sort"][0]["@timestamp"]["order"] == "desc"
            inside.sort(key=lambda one: one.at, reverse=newest_first)
        hits = [
            {
                "_index": "logs-1",
                "_id": one.id or f"{one.at}-{one.text}",
                "_score": None,
                "_source": {"message": one.text, **one.labels},
                "sort": [written(one.at), *([turns[id(one)]] if by_turn else [])],
            }
            for one in inside[: asked.body["size"]]
        ]
        return {
            "took": 3,
            "timed_out": False,
            "_shards": self.shards,
            "hits": {"max_score": None, "hits": hits},
        }


def nanoseconds(text: str) -> int:
    """Of a time as ``strict_date_optional_time_nanos`` writes it."""
    found = re.fullmatch(r"(.*?)(?:\.(\d+))?Z", text)
    assert found is not None
    whole = datetime.fromisoformat(found[1]).replace(tzinfo=UTC)
    return round(whole.timestamp()) * SECOND + int((found[2] or "0").ljust(9, "0"))


def written(at: int) -> str:
    """The other way, with as many digits as are needed but three at least."""
    whole, nanos = divmod(at, SECOND)
    digits = f"{nanos:09}"
    while len(digits) > 3 and digits.endswith("0"):
        digits = digits[:-1]
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}.{digits}Z"


@contextmanager
def loki() -> Iterator[Loki]:
    server = Loki()
    try:
        yield server
    finally:
        server.close()


@contextmanager
def elasticsearch() -> Iterator[Elasticsearch]:
    server = Elasticsearch()
    try:
        yield server
    finally:
        server.close()
