"""Whether spans are kept, as configured."""

import importlib
from typing import Protocol

from bot.config.schema import Config
from bot.config.secrets import Secrets
from watchers.sinks.base import Sink
from watchers.sinks.tracing import TracingSink
from watchers.spans import UNTRACED, Tracer

_SENDER = "bot.app.otel"
"""Imported where traces are wanted: its library is an extra."""


class Traces(Tracer, Protocol):
    """Keeps spans until it is closed."""

    def close(self) -> None:
        """Send what waits, and end."""
        ...


def traced(sink: Sink, traces: Traces) -> Sink:
    """A sink before which traces begin, where they are kept."""
    return sink if traces is UNTRACED else TracingSink(sink, traces)


def traces_of(config: Config, secrets: Secrets) -> Traces:
    """As configured; what keeps nothing where nothing is."""
    if not config.traces.endpoint:
        return UNTRACED
    made: Traces = importlib.import_module(_SENDER).Traces(config.traces, secrets.trace_headers)
    return made
