"""Spans by OpenTelemetry's own library, sent by OTLP over HTTP; imported only where configured."""

import hashlib
import importlib.metadata
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)

from bot.config.traces import TracesSection
from watchers.spans import CURRENT

_SENT_WITHIN_MS = 1000
_TIMEOUT_S = 10.0
_LAST_WORDS_S = 2.0
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_NO_FACTS: Mapping[str, str | int] = {}


class Traces:
    """Spans on their way to a collector, in one thread of the library's own.

    When the collector is slower than what happens, or away, spans are dropped: nothing waits.
    """

    def __init__(self, settings: TracesSection, headers: Mapping[str, str]) -> None:
        """Start the thread; `headers` go with every request."""
        self._link = settings.link
        self._ids = _Ids()
        about = {
            "service.name": settings.service,
            "service.version": importlib.metadata.version("larkwatch"),
        }
        self._provider = TracerProvider(
            sampler=ParentBased(TraceIdRatioBased(settings.sample)),
            resource=Resource.create(about),
            id_generator=self._ids,
            shutdown_on_exit=False,
        )
        exporter = OTLPSpanExporter(settings.endpoint, headers=dict(headers), timeout=_TIMEOUT_S)
        self._provider.add_span_processor(
            BatchSpanProcessor(exporter, schedule_delay_millis=_SENT_WITHIN_MS)
        )
        self._tracer = self._provider.get_tracer("larkwatch")

    @contextmanager
    def span(
        self,
        name: str,
        *,
        parent: str = "",
        root: str = "",
        since: datetime | None = None,
        facts: Mapping[str, str | int] = _NO_FACTS,
    ) -> Iterator[str]:
        """A step; see `watchers.spans.Tracer`."""
        led_to = parent or CURRENT.get()
        with self._ids.of("" if led_to else root):
            span = self._tracer.start_span(
                name,
                context=_context(led_to),
                attributes={f"larkwatch.{key}": fact for key, fact in facts.items()},
                start_time=None if since is None else _nanoseconds(since),
                record_exception=False,
            )
        traceparent = _traceparent(span.get_span_context())
        token = CURRENT.set(traceparent)
        try:
            yield traceparent
        except Exception as error:
            # Its text may hold what people wrote.
            span.set_status(StatusCode.ERROR, type(error).__name__)
            raise
        finally:
            CURRENT.reset(token)
            span.end()

    def link(self, traceparent: str) -> str:
        """Where a trace can be looked at, if it is kept."""
        _, trace, _, flags = traceparent.split("-")
        kept = int(flags, 16) & TraceFlags.SAMPLED
        return self._link.replace("{trace}", trace) if kept else ""

    def close(self) -> None:
        """Send what waits, and end; a collector that does not answer holds up nobody for long."""
        thread = threading.Thread(target=self._provider.shutdown, name="last-spans", daemon=True)
        thread.start()
        thread.join(_LAST_WORDS_S)


class _Ids(RandomIdGenerator):
    """Ids of a root's own where a trace begins that has one, else random ones."""

    def __init__(self) -> None:
        self._root: ContextVar[bytes] = ContextVar("root", default=b"")

    @contextmanager
    def of(self, root: str) -> Iterator[None]:
        """What begins in this block has this root, or none when it is ""."""
        token = self._root.set(hashlib.sha256(root.encode()).digest() if root else b"")
        try:
            yield
        finally:
            self._root.reset(token)

    def generate_trace_id(self) -> int:
        """Asked for when a trace begins."""
        root = self._root.get()
        return int.from_bytes(root[:16]) if root else super().generate_trace_id()

    def generate_span_id(self) -> int:
        """Asked for with each span."""
        root = self._root.get()
        return int.from_bytes(root[16:24]) if root else super().generate_span_id()


def _context(traceparent: str) -> Context:
    if not traceparent:
        return Context()
    _, trace, span, flags = traceparent.split("-")
    parent = SpanContext(
        int(trace, 16), int(span, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16))
    )
    return set_span_in_context(NonRecordingSpan(parent), Context())


def _traceparent(context: SpanContext) -> str:
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


def _nanoseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1000
