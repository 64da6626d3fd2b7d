"""Stands between the watches and their sink: tells incidents in place of single errors."""

import logging
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from watchers.clock import Clock
from watchers.detectors.templates.constant import Constants
from watchers.finding import Finding, Report, Response
from watchers.incidents.engine import Incidents
from watchers.incidents.entry import Entry, Kind, News
from watchers.incidents.findings import finding_of
from watchers.incidents.lone import LoneErrors
from watchers.incidents.settings import IncidentTerms
from watchers.sinks.base import Sink

KEY = "incidents"
"""Position that keeps what is known of the everyday."""
OPEN = "incidents.open"
"""Position that keeps what burns."""
LINES = "incidents.lines"
"""Position that keeps how many lines that has."""
LEAST_LINES = 200
"""With fewer lines known there is no everyday that people must be kept from."""
_KEEP_EVERY_S = 300.0
_KEEP_SOON_S = 1.0
"""The same when other things burn: after a restart these mean nothing without the everyday."""
_ONE_BY_ONE = 200
"""Of one kind in one block; the others only raise its figures."""

_log = logging.getLogger(__name__)


class IncidentSink:
    """Tells incidents of what some rules find; thread-safe.

    While little is known of what is everyday, what is found is told as it is; from then on it goes
    to the local record, and what is told is an incident made of it, or one error of a kind that was
    never seen. What a watch finds before it is live is only learned from. Positions wait for what
    is not told yet, so that a stop in between finds it again.
    """

    def __init__(  # noqa: PLR0913 - it stands between everything
        self,
        sink: Sink,
        *,
        agent: str,
        rules: Collection[str],
        learn: timedelta,
        terms: IncidentTerms,
        positions: Mapping[str, str],
        clock: Clock,
        clean: Callable[[str], str] = str,
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
            clean: Takes out of a text what must not be kept.
        """
        self._sink = sink
        self._agent = agent
        self._rules = frozenset(rules)
        self._quiet = timedelta(seconds=terms.quiet_s)
        self._learn_s = learn.total_seconds()
        self._clock = clock
        self._lock = threading.Lock()
        self._incidents = Incidents(Constants(clean), terms)
        self._lone = LoneErrors(self._incidents, terms.hold_s)
        self._told: set[int] = set()
        self._tried: dict[int, tuple[Report, Report]] = {}
        self._positions: dict[str, str] = {}
        self._kept_at = clock.monotonic()
        self._kept_changes = 0
        self._kept_open = positions.get(OPEN, "")
        self._kept_lines = positions.get(LINES, "")
        self._go_on(positions)

    def _go_on(self, positions: Mapping[str, str]) -> None:
        try:
            self._incidents.go_on(positions.get(KEY, ""))
        except ValueError as error:
            _log.warning("what was everyday cannot be read", extra={"reason": str(error)})
        try:
            now_s = self._clock.now().timestamp()
            self._told = self._incidents.resume(self._kept_open, self._kept_lines, now_s)
        except ValueError as error:
            _log.warning("open incidents cannot be read", extra={"reason": str(error)})

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
            alone = replace(finding, kinds=())
            for entry, count in _entries(finding, now_s):
                if known:
                    self._lone.consider(self._incidents.template(entry.message), alone, now_s)
                for _ in range(min(count, _ONE_BY_ONE)):
                    news += self._incidents.feed(entry)
                self._incidents.feed_more(entry, count - _ONE_BY_ONE)
            quiet = (finding.responses - {Response.ALERT}) | {Response.RECORD}
            findings.append(replace(alone, responses=quiet) if known else alone)
        for finding in filter(self._concerned, report.learned):
            for entry, count in _entries(finding, now_s):
                self._incidents.learn(entry, count)
        findings += self._telling(news, now_s)
        findings += self._lone.due(now_s)
        self._positions.update(report.positions)
        positions: dict[str, str] = {}
        if not self._incidents.holding and not self._lone.holding:
            positions, self._positions = self._positions, {}
            positions |= self._kept(now_s)
        return replace(report, findings=tuple(findings), positions=positions, learned=())

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
        kept: dict[str, str] = {}
        every_s = _KEEP_EVERY_S
        if self._incidents.changes != self._kept_changes:
            self._kept_changes = self._incidents.changes
            text = self._incidents.open_ones(self._told)
            if text != self._kept_open:
                self._kept_open = kept[OPEN] = text
                every_s = _KEEP_SOON_S
        lines = self._incidents.open_lines
        if lines != self._kept_lines:
            self._kept_lines = kept[LINES] = lines
        if monotonic - self._kept_at >= every_s:
            self._kept_at = monotonic
            kept[KEY] = self._incidents.written(now_s)
        return kept


def _entries(finding: Finding, now_s: float) -> Iterator[tuple[Entry, int]]:
    """The kinds of a finding's records, each as its first one and how many there are."""
    labels = {"host": finding.labels["host"]} if finding.labels.get("host") else {}
    service = finding.labels.get("service", "")
    kind = finding.labels.get("error_type", "")

    def entry(message: str, source: object) -> Entry:
        said = message if not kind or kind in message else f"{message} {kind}"
        return Entry(now_s, finding.severity, service, said, source, labels, finding.templates)

    shown = finding.kinds or tuple((one, 1) for one in finding.samples)
    counts = [(entry(one.text.partition("\n")[0], one), count) for one, count in shown]
    if not counts:
        counts = [(entry(finding.annotations.get("message", finding.title), None), 0)]
    # What is of too many kinds counts as more of the last one.
    more = finding.records - sum(count for _, count in counts)
    last, count = counts[-1]
    yield from counts[:-1]
    yield last, count + max(0, more)
