"""Runs the pipelines of one machine, each in a thread, and tells how they stand."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from watchers.clock import Clock
from watchers.detectors.base import RuleSettings
from watchers.errors import SinkError
from watchers.finding import Report, SourceProgress
from watchers.health_watch import HealthWatch
from watchers.pipeline import Pipeline
from watchers.rules.rulebook import RuleBook
from watchers.shipping import LineSender, Shipment
from watchers.sinks.base import Sink
from watchers.sources.file.settings import WatchSettings
from watchers.streams.pushed import Pushed

PROGRESS_EVERY_S = 2.0
_FIRST_DELAY_S = 1.0
_LONGEST_DELAY_S = 60.0
FIRST_PROGRESS_AFTER_S = 0.2

log = logging.getLogger(__name__)


class Agent:
    """The watches of one machine.

    One thread per watch, one for the machine's health, and one that reports that and the
    progress; the sink belongs to the caller, who closes it after `stop`.
    """

    def __init__(  # noqa: PLR0913 - everything meets here
        self,
        *,
        name: str,
        host: str,
        watches: Sequence[WatchSettings],
        rules: Sequence[RuleSettings] | RuleBook,
        sink: Sink,
        positions: Mapping[str, str],
        clock: Clock,
        clean: Callable[[str], str] = str,
        pushed: Pushed | None = None,
        durable: Callable[[], Mapping[str, str]] = dict,
        beat: Callable[[], object] = bool,
    ) -> None:
        """Nothing runs before `start`.

        Args:
            name: Stable over restarts; part of the findings' ids.
            host: Value of the `host` label and name in the host samples.
            watches: What is watched; each name once.
            rules: What is looked for, in all watches; a book may change meanwhile.
            sink: Where reports go.
            positions: Everything stored by earlier runs.
            clock: The time.
            clean: Takes out of a text what must not be kept.
            pushed: What others push to this process.
            durable: Everything stored by now; from the thread of each watch.
            beat: Called every few seconds while the agent goes on.
        """
        self._durable = durable
        self._positions = positions
        self._pushed = pushed
        self._beat = beat
        self._clean = clean
        self._name = name
        self._host = host
        self._book = rules if isinstance(rules, RuleBook) else RuleBook(rules)
        self._sink = sink
        self._clock = clock
        self._stop = threading.Event()
        self._runners = [_Runner(watch, self._pipeline, positions, self._stop) for watch in watches]
        self._threads = [
            threading.Thread(target=runner.run, name=f"watch-{runner.name}", daemon=True)
            for runner in self._runners
        ]
        self._health: HealthWatch | None = None
        self._threads.append(threading.Thread(target=self._tell, name="progress", daemon=True))

    def look_after(self, health: HealthWatch) -> None:
        """Report how the machine stands too; before `start`."""
        self._health = health
        self._threads.append(threading.Thread(target=health.run, name="health", daemon=True))

    def ship(self, watch: WatchSettings, to: str, open_sender: Callable[[], LineSender]) -> None:
        """Send the raw lines of a watch elsewhere too; before `start`.

        Args:
            watch: What is read, once more and on its own.
            to: Where its lines go, for people.
            open_sender: Called in the thread that uses it, again after a crash.
        """

        def build(settings: WatchSettings, positions: Mapping[str, str]) -> Shipment:
            return Shipment(
                settings,
                open_sender,
                agent=self._name,
                host=self._host,
                sink=self._sink,
                positions=positions,
                clock=self._clock,
            )

        named = watch.model_copy(update={"name": f"{watch.name} → {to}"})
        runner = _Runner(named, build, self._positions, self._stop)
        self._runners.append(runner)
        self._threads.append(
            threading.Thread(target=runner.run, name=f"ship-{watch.name}", daemon=True)
        )

    def start(self) -> None:
        """Start all threads; once only."""
        for thread in self._threads:
            thread.start()

    def stop(self, timeout_s: float = 10.0) -> bool:
        """Stop reading and hand over what is ready; False when a thread did not end in time."""
        self._stop.set()
        for runner in self._runners:
            runner.stop()
        if self._health is not None:
            self._health.stop()
        deadline = self._clock.monotonic() + timeout_s
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, deadline - self._clock.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    @property
    def progress(self) -> tuple[SourceProgress, ...]:
        """How each watch stands right now."""
        return tuple(runner.progress for runner in self._runners)

    def sample_every(self, every: timedelta | None) -> None:
        """How often the machine is sampled from now on, None for as configured; any thread."""
        if self._health is not None:
            self._health.set_every(every)

    def _pipeline(self, watch: WatchSettings, positions: Mapping[str, str]) -> Pipeline:
        return Pipeline(
            watch,
            self._book,
            agent=self._name,
            host=self._host,
            sink=self._sink,
            positions=positions,
            clock=self._clock,
            clean=self._clean,
            pushed=self._pushed,
            durable=self._durable,
        )

    def _tell(self) -> None:
        wait_s = FIRST_PROGRESS_AFTER_S  # whoever asks right after the start gets figures
        while not self._stop.wait(wait_s):
            wait_s = PROGRESS_EVERY_S
            self._beat()
            sample, findings = self._health.take() if self._health else (None, ())
            report = Report(
                agent=self._name,
                findings=findings,
                progress=self.progress,
                host=sample,
                rules=self._book.version,
            )
            try:
                self._sink.accept(report)
            except SinkError as error:
                if self._health is not None:
                    self._health.put_back(sample, findings)
                log.debug("progress not taken", extra={"reason": str(error)})


class _Runner:
    """Runs one watch's pipeline, and another one after a crash."""

    def __init__(
        self,
        watch: WatchSettings,
        build: Callable[[WatchSettings, Mapping[str, str]], Pipeline | Shipment],
        positions: Mapping[str, str],
        stop: threading.Event,
    ) -> None:
        self.name = watch.name
        self._watch = watch
        self._build = build
        self._positions = positions
        self._stop = stop
        self._pipeline: Pipeline | Shipment | None = None
        self._crashed: SourceProgress | None = None
        self._lock = threading.Lock()

    @property
    def progress(self) -> SourceProgress:
        pipeline = self._pipeline
        if self._crashed is not None:
            return self._crashed
        return pipeline.progress if pipeline else SourceProgress(name=self.name, state="ok")

    def stop(self) -> None:
        with self._lock:
            if self._pipeline is not None:
                self._pipeline.stop()

    def run(self) -> None:
        delay = _FIRST_DELAY_S
        while not self._stop.is_set():
            try:
                self._run_once()
            except Exception as error:
                # A fault in one watch must not end the others, nor itself for good.
                log.exception("watch crashed", extra={"watch": self.name, "retry_in_s": delay})
                last = self._pipeline.progress if self._pipeline else self.progress
                said = f"stopped by {type(error).__name__}: {error}; begins again in {delay:.0f} s"
                self._crashed = replace(last, state="error", files=0, error=said)
                self._stop.wait(delay)
                delay = min(delay * 2, _LONGEST_DELAY_S)
            finally:
                if self._pipeline is not None:
                    self._positions = self._pipeline.positions

    def _run_once(self) -> None:
        pipeline = self._build(self._watch, self._positions)
        with self._lock:
            self._pipeline = pipeline
            if self._stop.is_set():
                pipeline.stop()
        self._crashed = None
        pipeline.run()
