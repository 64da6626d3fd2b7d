"""A collector of OpenTelemetry's traces: takes OTLP over HTTP, and keeps the spans."""

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

_WITHIN_S = 90.0


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One span, as it came in."""

    name: str
    trace: str
    id: str
    parent: str
    service: str
    ms: float
    failed: bool
    facts: dict[str, str | int]


@dataclass
class Collector:
    """What came in so far."""

    url: str
    spans: list[Kept] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def expect(self, count: int) -> None:
        """Wait until so many spans came in."""
        ends, pause = time.monotonic() + _WITHIN_S, threading.Event()
        while len(self.spans) < count:
            assert time.monotonic() < ends, f"waited in vain for {count} spans: {self.spans}"
            pause.wait(0.01)

    def named(self, name: str) -> list[Kept]:
        return [one for one in list(self.spans) if one.name == name]

    def way_to(self, end: Kept) -> list[str]:
        """Names of the spans that led to one, the first of them first; of one trace."""
        known = {one.id: one for one in list(self.spans) if one.trace == end.trace}
        way = [end]
        while way[0].parent in known:
            way.insert(0, known[way[0].parent])
        return [one.name for one in way]


@contextmanager
def collecting() -> Iterator[Collector]:
    """Listens on a free port of this machine."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            kept.headers.append({name.lower(): said for name, said in self.headers.items()})
            kept.spans.extend(_spans(ExportTraceServiceRequest.FromString(body)))
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_args: object) -> None:
            """Be quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    kept = Collector(f"http://127.0.0.1:{server.server_port}/v1/traces")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _spans(request: ExportTraceServiceRequest) -> Iterator[Kept]:
    for resource in request.resource_spans:
        about = {one.key: one.value.string_value for one in resource.resource.attributes}
        for span in (span for scope in resource.scope_spans for span in scope.spans):
            facts = {
                one.key.removeprefix("larkwatch."): one.value.string_value or one.value.int_value
                for one in span.attributes
            }
            yield Kept(
                name=span.name,
                trace=span.trace_id.hex(),
                id=span.span_id.hex(),
                parent=span.parent_span_id.hex(),
                service=about["service.name"],
                ms=(span.end_time_unix_nano - span.start_time_unix_nano) / 1e6,
                failed=span.status.code == span.status.STATUS_CODE_ERROR,
                facts=facts,
            )
