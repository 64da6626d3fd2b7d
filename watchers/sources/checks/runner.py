"""Runs checks on a few threads, each in its time; who asks for results never waits long."""

import importlib
import logging
import queue
import threading
from collections.abc import Sequence

from watchers.clock import Clock
from watchers.health import CheckResult, CheckStatus
from watchers.sources.checks.base import Outcome, Probe, down
from watchers.sources.checks.settings import CheckKind, CheckSettings

WORKERS = 8
_GRACE_S = 1.0

log = logging.getLogger(__name__)


class Checks:
    """Configured checks and their newest results; thread-safe.

    A check that still runs is not run again. One that runs on beyond its time-out, in a name
    lookup for example, counts as down, and keeps one of the few threads until it ends.
    """

    def __init__(self, settings: Sequence[CheckSettings], clock: Clock) -> None:
        """No thread is started before the first run."""
        self._clock = clock
        self._courses = [_Course(one) for one in settings]
        self._waiting: queue.SimpleQueue[_Course | None] = queue.SimpleQueue()
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._closed = False

    def begin(self) -> None:
        """Let all run that are due; returns at once."""
        if self._closed:
            return
        now_s = self._clock.monotonic()
        with self._changed:
            due = [one for one in self._courses if not one.busy and one.due <= now_s]
            for course in due:
                course.busy = True
        for course in due:
            self._waiting.put(course)
        while len(self._threads) < min(WORKERS, len(self._courses)):
            thread = threading.Thread(
                target=self._work, name=f"check-{len(self._threads) + 1}", daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def results(self, wait_s: float = 0.0) -> tuple[CheckResult, ...]:
        """The newest result of each, in their order, after at most so long a wait for runs."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._closed or not any(one.busy for one in self._courses),
                wait_s,
            )
            found = (one.stands(self._clock) for one in self._courses)
            return tuple(one for one in found if one is not None)

    def close(self) -> None:
        """Start nothing more; what runs is left to end by itself."""
        self._closed = True
        with self._changed:
            self._changed.notify_all()
        for _ in self._threads:
            self._waiting.put(None)

    def _work(self) -> None:
        while (course := self._waiting.get()) is not None and not self._closed:
            began_s = self._clock.monotonic()
            with self._changed:
                course.running_since = began_s
            outcome, answered = _probed(course.settings)
            took_s = self._clock.monotonic() - began_s
            settings = course.settings
            result = CheckResult(
                name=settings.name,
                kind=settings.kind.value,
                status=outcome.status,
                at=self._clock.now(),
                latency_s=took_s if answered else None,
                detail=outcome.detail,
            )
            with self._changed:
                course.latest, course.running_since, course.busy = result, None, False
                every_s = settings.every.total_seconds() if settings.every else 0.0
                course.due = began_s + every_s
                self._changed.notify_all()


class _Course:
    """One check, its newest result and when it is due."""

    def __init__(self, settings: CheckSettings) -> None:
        self.settings = settings
        self.latest: CheckResult | None = None
        self.busy = False
        """Waits for a thread, or runs."""
        self.running_since: float | None = None
        self.due = 0.0

    def stands(self, clock: Clock) -> CheckResult | None:
        timeout_s = self.settings.timeout.total_seconds()
        since = self.running_since
        if since is None or clock.monotonic() - since <= timeout_s + _GRACE_S:
            return self.latest
        return CheckResult(
            name=self.settings.name,
            kind=self.settings.kind.value,
            status=CheckStatus.DOWN,
            at=clock.now(),
            detail=f"no answer within {timeout_s:g} s",
        )


def probe_of(kind: CheckKind) -> Probe:
    """The check of a kind, imported at its first use."""
    probe: Probe = importlib.import_module(f"watchers.sources.checks.{kind.value}").probe
    return probe


def _probed(settings: CheckSettings) -> tuple[Outcome, bool]:
    """What it came to, and whether something answered."""
    try:
        return probe_of(settings.kind)(settings), True
    except TimeoutError:
        return down(f"no answer within {settings.timeout.total_seconds():g} s"), False
    except OSError as error:
        return down(error.strerror or str(error) or type(error).__name__), False
    except Exception as error:
        # A fault in one check must not end the thread that runs the others.
        log.exception("a check stumbled", extra={"check": settings.name})
        return down(f"{type(error).__name__}: {error}"), False
