"""Takes secrets and personal data out of reports on their way into another sink."""

from watchers.finding import Report
from watchers.redaction.redactor import Redactor
from watchers.sinks.base import Sink


class RedactingSink:
    """Stands before the sink that leaves the host, so that nothing passes by; thread-safe."""

    def __init__(self, sink: Sink, redactor: Redactor) -> None:
        self._sink = sink
        self._redactor = redactor

    def accept(self, report: Report) -> None:
        """Hand the report on, redacted; the same one again is redacted the same way."""
        self._sink.accept(self._redactor.report(report))
