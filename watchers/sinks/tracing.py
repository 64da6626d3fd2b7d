"""Begins a trace for every finding on its way into another sink."""

from dataclasses import replace

from watchers.finding import Finding, Report
from watchers.sinks.base import Sink
from watchers.spans import Tracer


class TracingSink:
    """Stands before the sink that hands findings over; thread-safe.

    A report that is handed over again has the same traces, so it is the same report.
    """

    def __init__(self, sink: Sink, tracer: Tracer) -> None:
        self._sink = sink
        self._tracer = tracer

    def accept(self, report: Report) -> None:
        """Hand the report on, each finding with what its alert is to go on from."""
        if not report.findings:
            self._sink.accept(report)
            return
        findings = tuple(self._traced(finding) for finding in report.findings)
        # Of many findings the first one's trace says how long handing them over took.
        first = findings[0].traceparent
        with self._tracer.span("report", parent=first, facts={"findings": len(findings)}):
            self._sink.accept(replace(report, findings=findings))

    def _traced(self, finding: Finding) -> Finding:
        facts: dict[str, str | int] = {"rule": finding.rule, "watch": finding.watch}
        with self._tracer.span(
            "finding", root=finding.id, since=finding.seen_at, facts=facts
        ) as traceparent:
            return replace(finding, traceparent=traceparent)
