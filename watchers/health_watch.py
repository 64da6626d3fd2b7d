"""Watches the health of one machine: samples it, runs its checks, says what is wrong."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from watchers.clock import Clock
from watchers.detectors.health import CheckTerms, HealthDetector, HealthTerms
from watchers.detectors.host_series import HostSeries, UnusualTerms
from watchers.finding import Finding
from watchers.health import USUAL_EVERY, HostSample
from watchers.sources.checks.runner import Checks
from watchers.sources.checks.settings import CheckSettings
from watchers.sources.host import HostSource

SHORTEST, LONGEST = timedelta(seconds=2), timedelta(minutes=10)
"""Of the interval."""
_MOST_FINDINGS = 500
_WAIT_FOR_CHECKS_S = 1.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthSettings:
    """What is looked at, how often, and from when on it is told.

    Attributes:
        terms: For the figures; those of the checks stand in their settings.
        unusual: Figures that are judged by what is usual.
    """

    every: timedelta = USUAL_EVERY
    checks: tuple[CheckSettings, ...] = ()
    terms: HealthTerms = field(default_factory=HealthTerms)
    unusual: UnusualTerms = field(default_factory=UnusualTerms)


class HealthWatch:
    """One thread's work; what it found waits for whoever reports.

    Neither the endpoint nor the receiver of reports can hold it up: the one queues, the other
    comes to take what is newest.
    """

    def __init__(
        self,
        *,
        agent: str,
        host: str,
        settings: HealthSettings,
        clock: Clock,
        offer: Callable[[HostSample], None] | None = None,
    ) -> None:
        """`offer` takes every sample and must not block."""
        terms = replace(
            settings.terms,
            checks={
                one.name: CheckTerms(severity=one.severity, service=one.service, fails=one.fails)
                for one in settings.checks
            },
        )
        self._host = host
        self._usual = self._every = settings.every
        self._clock = clock
        self._offer = offer
        self._checks = Checks(settings.checks, clock)
        self._detector = HealthDetector(agent, terms)
        self._series = HostSeries(agent, settings.unusual)
        self._lock = threading.Lock()
        self._changed = threading.Event()
        self._stopped = False
        self._sample: HostSample | None = None
        self._findings: tuple[Finding, ...] = ()

    @property
    def every(self) -> timedelta:
        """Time from one sample to the next."""
        return self._every

    def set_every(self, every: timedelta | None) -> None:
        """Sample that often from now on, None for as often as configured; any thread."""
        wanted = self._usual if every is None else min(max(every, SHORTEST), LONGEST)
        if wanted != self._every:
            self._every = wanted
            self._changed.set()

    def take(self) -> tuple[HostSample | None, tuple[Finding, ...]]:
        """The newest sample since the last call, and what was found."""
        with self._lock:
            taken = self._sample, self._findings
            self._sample, self._findings = None, ()
        return taken

    def put_back(self, sample: HostSample | None, findings: tuple[Finding, ...]) -> None:
        """They were not taken: they come again, unless there is a newer sample by now."""
        with self._lock:
            self._sample = self._sample or sample
            self._findings = (*findings, *self._findings)[-_MOST_FINDINGS:]

    def run(self) -> None:
        """Sample until told to stop."""
        source: HostSource | None = None
        while not self._stopped:
            began_s = self._clock.monotonic()
            try:
                source = source or HostSource(self._host, self._clock)
                self._look(source)
            except Exception:
                # A fault in one look must not end the others.
                log.exception("the host could not be sampled")
            self._wait(began_s)
        self._checks.close()

    def stop(self) -> None:
        """End `run` soon."""
        self._stopped = True
        self._changed.set()
        self._checks.close()

    def _wait(self, began_s: float) -> None:
        """Until the next sample is due, or the interval changed: the sample says what it is."""
        left_s = began_s + self._every.total_seconds() - self._clock.monotonic()
        if not self._stopped and left_s > 0 and self._changed.wait(left_s):
            self._changed.clear()

    def _look(self, source: HostSource) -> None:
        self._checks.begin()
        results = self._checks.results(_WAIT_FOR_CHECKS_S)
        sample = replace(
            source.sample(self._clock.now()), checks=results, every_s=self._every.total_seconds()
        )
        findings = self._detector.detect(sample, self._clock.monotonic())
        findings += self._series.detect(sample)
        with self._lock:
            self._sample = sample
            self._findings = (*self._findings, *findings)[-_MOST_FINDINGS:]
        if self._offer is not None:
            self._offer(sample)
