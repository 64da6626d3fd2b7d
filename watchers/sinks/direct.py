"""Hands reports to a receiver in the same process, many of them in one call."""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import replace

from watchers.errors import SinkError
from watchers.finding import Report

CAPACITY = 64
_FOLDED_FINDINGS = 2000
_WAIT_S = 1.0
_FIRST_DELAY_S = 0.1
_LONGEST_DELAY_S = 10.0

log = logging.getLogger(__name__)


class DirectSink:
    """A bounded queue before one thread that calls the receiver; thread-safe.

    A report is taken as soon as it is queued: its positions only become durable through the
    receiver, so a crash in between reads the same lines again and loses nothing. A receiver that
    fails is called again with the same report, in order, until it succeeds. When the queue is
    full, `accept` refuses and the reading waits.
    """

    def __init__(self, receive: Callable[[Report], None], capacity: int = CAPACITY) -> None:
        """Start the thread.

        Args:
            receive: Stores findings and positions together, or raises.
            capacity: How many reports may wait.
        """
        self._receive = receive
        self._queue: queue.Queue[Report | None] = queue.Queue(capacity)
        self._hurry = threading.Event()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="sink", daemon=True)
        self._thread.start()

    def accept(self, report: Report) -> None:
        """Queue a report."""
        if self._closed:
            raise SinkError("the sink is closed")
        try:
            self._queue.put(report, timeout=_WAIT_S)
        except queue.Full:
            raise SinkError("the receiver is slower than the reading; it waits") from None

    def close(self, timeout_s: float = 10.0) -> bool:
        """Hand over what waits; False when the receiver did not take it in time."""
        self._closed = True
        try:
            self._queue.put(None, timeout=timeout_s)
        except queue.Full:
            self._hurry.set()
            return False
        self._thread.join(timeout_s)
        self._hurry.set()
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            report, ended = self._folded(first)
            if not self._deliver(report) or ended:
                return

    def _folded(self, first: Report) -> tuple[Report, bool]:
        """One report of all that wait, and whether the end was among them."""
        waiting = [first]
        findings = len(first.findings)
        ended = False
        while findings < _FOLDED_FINDINGS:
            try:
                following = self._queue.get_nowait()
            except queue.Empty:
                break
            if following is None:
                ended = True
                break
            waiting.append(following)
            findings += len(following.findings)
        return fold(waiting), ended

    def _deliver(self, report: Report) -> bool:
        delay = _FIRST_DELAY_S
        while True:
            try:
                self._receive(report)
            except SinkError as error:
                log.warning("a report waits", extra={"reason": str(error), "retry_in_s": delay})
            except Exception:
                # Whatever it was, the report must not be lost: it is tried again.
                log.exception("the receiver failed", extra={"retry_in_s": delay})
            else:
                return True
            if self._hurry.wait(delay):
                return False
            delay = min(delay * 2, _LONGEST_DELAY_S)


def fold(reports: list[Report]) -> Report:
    """One report for several of one agent: all findings, later positions and progress."""
    if len(reports) == 1:
        return reports[0]
    positions: dict[str, str] = {}
    for report in reports:
        positions.update(report.positions)
    return replace(
        reports[-1],
        findings=tuple(finding for report in reports for finding in report.findings),
        positions=positions,
        progress=next((r.progress for r in reversed(reports) if r.progress), ()),
        answers=tuple(answer for report in reports for answer in report.answers),
        host=next((r.host for r in reversed(reports) if r.host), None),
        given_up={rule: path for report in reports for rule, path in report.given_up.items()},
    )
