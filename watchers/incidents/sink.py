"""Stands between the watches and their sink: tells incidents in place of single errors."""

import logging
import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from watchers.clock import Clock
from watchers.finding import Finding, Report, Response
from watchers.incidents.engine import Incidents
from watchers.incidents.entry import Entry, Kind, News
from watchers.incidents.findings import finding_of
from watchers.incidents.masks import Masks
from watchers.incidents.settings import IncidentTerms
from watchers.sinks.base import Sink

KEY = "incidents"
"""Position that keeps what is known of the everyday."""
LEAST_LINES = 200
"""With fewer lines known there is no everyday that people must be kept from."""
_KEEP_EVERY_S = 300.0
_MOST_AT_ONCE = 2000

_log = logging.getLogger(__name__)


class IncidentSink:
    """Tells incidents of what some rules find; thread-safe.

    While little is known of what is everyday, what is found is told as it is; from then on it goes
    to the local record, and an incident made of it is told. Positions wait for an incident that is
    not told yet, so that a stop in between finds it again.
    """

    def __init__(
        self,
        sink: Sink,
        *,
        agent: str,
        rules: Collection[str],
        learn: timedelta,
        terms: IncidentTerms,
        positions: Mapping[str, str],
        clock: Clock,
    ) -> None:
        """Go on with what was known before, if that is in the positions.

        Args:
            sink: Where reports go on to.
            agent: Part of the findings' ids.
            rules: Whose findings incidents are made of.
            learn: So long nothing is kept from being told.
            terms: How incidents are told from the everyday.
            positions: Everything stored earlier.
            clock: The time; lines count as of when they are read.
        """
        self._sink = sink
        self._agent = agent
        self._rules = frozenset(rules)
        self._quiet = timedelta(seconds=terms.quiet_s)
        self._learn_s = learn.total_seconds()
        self._clock = clock
        self._lock = threading.Lock()
        self._incidents = Incidents(Masks(), terms)
        self._told: set[int] = set()
        self._tried: dict[int, tuple[Report, Report]] = {}
        self._positions: dict[str, str] = {}
        self._kept_at = clock.monotonic()
        try:
            self._incidents.go_on(positions.get(KEY, ""))
        except ValueError as error:
            _log.warning("what was everyday cannot be read", extra={"reason": str(error)})

    def accept(self, report: Report) -> None:
        """Hand a report on; one that was not taken is the same when it is tried again."""
        thread = threading.get_ident()
        with self._lock:
            before, changed = self._tried.get(thread, (None, report))
            if before is not report:
                changed = self._changed(report)
                self._tried[thread] = (report, changed)
        self._sink.accept(changed)
        with self._lock:
            self._tried.pop(thread, None)

    def _changed(self, report: Report) -> Report:
        now_s = self._clock.now().timestamp()
        findings: list[Finding] = []
        news = self._incidents.observe(now_s)
        for finding in report.findings:
            if not self._concerned(finding):
                findings.append(finding)
                continue
            known = self._knows(now_s)
            for entry in _entries(finding, now_s):
                news += self._incidents.feed(entry)
            quiet = (finding.responses - {Response.ALERT}) | {Response.RECORD}
            findings.append(replace(finding, responses=quiet) if known else finding)
        findings += self._telling(news, now_s)
        self._positions.update(report.positions)
        positions: dict[str, str] = {}
        if not self._incidents.holding:
            positions, self._positions = self._positions, {}
            positions |= self._kept(now_s)
        return replace(report, findings=tuple(findings), positions=positions)

    def _concerned(self, finding: Finding) -> bool:
        alerts = Response.ALERT in finding.responses and not finding.recovers
        return alerts and finding.rule in self._rules

    def _knows(self, now_s: float) -> bool:
        """Whether there is an everyday, and it is known."""
        known_s = self._incidents.known_s(now_s)
        return known_s >= self._learn_s and self._incidents.lines >= LEAST_LINES

    def _telling(self, news: list[News], now_s: float) -> Iterator[Finding]:
        """Incidents that burn once the everyday is known, and what becomes of those."""
        for one in news:
            if one.kind is not Kind.RESOLVE and self._knows(now_s):
                self._told.add(one.incident)
            if one.incident in self._told:
                yield finding_of(one, self._agent, self._quiet)
            if one.kind is Kind.RESOLVE:
                self._told.discard(one.incident)

    def _kept(self, now_s: float) -> dict[str, str]:
        monotonic = self._clock.monotonic()
        if monotonic - self._kept_at < _KEEP_EVERY_S:
            return {}
        self._kept_at = monotonic
        return {KEY: self._incidents.written(now_s)}


def _entries(finding: Finding, now_s: float) -> Iterator[Entry]:
    """A finding's records: those that it shows, and the others as more of the newest."""
    labels = {"host": finding.labels["host"]} if finding.labels.get("host") else {}
    service = finding.labels.get("service", "")
    kind = finding.labels.get("error_type", "")

    def entry(message: str, source: object) -> Entry:
        said = message if not kind or kind in message else f"{message} {kind}"
        return Entry(now_s, finding.severity, service, said, source, labels)

    shown = [entry(sample.text.partition("\n")[0], sample) for sample in finding.samples] or [
        entry(finding.annotations.get("message", finding.title), None)
    ]
    yield from shown
    for _ in range(min(finding.records - len(shown), _MOST_AT_ONCE)):
        yield shown[-1]
