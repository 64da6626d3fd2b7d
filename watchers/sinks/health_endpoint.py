"""Posts how the host stands to a configured address; what cannot be posted waits on the disk."""

import contextlib
import json
import logging
import queue
import threading
import uuid
from collections import deque
from datetime import datetime
from pathlib import Path

import requests

from watchers.clock import Clock
from watchers.health import HostSample, health_to_dict
from watchers.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign

ID_HEADER = "X-Larkwatch-Id"
MOST_WAITING = 2000
"""Beyond it the oldest are dropped: over five hours of ten seconds each."""
_IN_MEMORY = 100
_TIMEOUT_S = (5.0, 10.0)
_FIRST_DELAY_S = 1.0
_LONGEST_DELAY_S = 300.0
_TAKEN = range(200, 300)
_NEVER = (400, 413, 422)
"""The very same body would be refused for ever."""

log = logging.getLogger(__name__)


class HealthEndpoint:
    """A bounded queue before one thread that posts, signed, in order; thread-safe.

    Each report is a file of a folder until the endpoint took it, so that a restart loses none. It
    carries an id: one that is posted again after a lost answer can be told from a new one.
    """

    def __init__(
        self, url: str, secret: str, spool: Path, clock: Clock, most_waiting: int = MOST_WAITING
    ) -> None:
        """Nothing runs before the first sample; what an earlier run left waiting goes first.

        Args:
            url: Where to; it may hold a secret and is not logged.
            secret: Signs the reports.
            spool: A folder of its own for what waits; made when it is needed.
            clock: Dates the signatures.
            most_waiting: Reports in the folder; the oldest are dropped beyond it.
        """
        self._url = url
        self._secret = secret
        self._spool = spool
        self._clock = clock
        self._most_waiting = most_waiting
        self._queue: queue.Queue[HostSample | None] = queue.Queue(_IN_MEMORY)
        self._kept: deque[tuple[str, bytes]] = deque(maxlen=_IN_MEMORY)
        """What could not be written to the disk."""
        self._dropped = 0
        self._stop = threading.Event()
        self._delay_s = 0.0
        self._session = requests.Session()
        self._thread = threading.Thread(target=self._work, name="health-endpoint", daemon=True)

    def offer(self, sample: HostSample) -> None:
        """Take a sample to report; returns at once. Always called by the same thread."""
        if self._thread.ident is None:
            self._thread.start()
        try:
            self._queue.put_nowait(sample)
        except queue.Full:
            self._dropped += 1

    def close(self, timeout_s: float = 2.0) -> bool:
        """Stop posting; what waits stays on the disk. False when the thread did not end in time."""
        self._stop.set()
        with contextlib.suppress(queue.Full):  # the thread looks at the event as well
            self._queue.put_nowait(None)
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        self._session.close()
        return not self._thread.is_alive()

    def _work(self) -> None:
        due_s = self._clock.monotonic()
        while True:
            left_s = max(0.0, due_s - self._clock.monotonic())
            self._take_in(left_s if self._waits() else None)
            if self._stop.is_set():
                return
            try:
                if self._waits() and self._clock.monotonic() >= due_s:
                    due_s = self._clock.monotonic() + self._post_some()
            except Exception:
                # The top of a thread that must not end.
                log.exception("the health endpoint's thread stumbled")
                due_s = self._clock.monotonic() + _LONGEST_DELAY_S

    def _take_in(self, wait_s: float | None) -> None:
        """Put what is offered where it is safe, after a wait for the first; None is for ever."""
        try:
            sample = self._queue.get(timeout=wait_s) if wait_s != 0 else self._queue.get_nowait()
            while sample is not None:
                self._keep(sample)
                sample = self._queue.get_nowait()
        except queue.Empty:
            return

    def _keep(self, sample: HostSample) -> None:
        body = json.dumps(health_to_dict(sample), ensure_ascii=False).encode("utf-8", "replace")
        name = f"{_stamp(sample.at)}-{uuid.uuid4().hex[:12]}.json"
        try:
            self._spool.mkdir(parents=True, exist_ok=True)
            fresh = self._spool / f".{name}"
            fresh.write_bytes(body)
            fresh.rename(self._spool / name)
        except OSError as error:
            log.warning("a health report is kept in memory", extra={"reason": error.strerror})
            self._kept.append((name, body))
        waiting = self._files()
        for path in waiting[: max(0, len(waiting) - self._most_waiting)]:
            path.unlink(missing_ok=True)
            self._dropped += 1

    def _files(self) -> list[Path]:
        try:
            return sorted(self._spool.glob("[!.]*.json"))
        except OSError:
            return []

    def _waits(self) -> bool:
        return bool(self._kept) or any(self._files())

    def _post_some(self) -> float:
        """Post all that waits, oldest first, until one fails; seconds to wait after that."""
        if self._dropped:
            log.warning("health reports were dropped", extra={"count": self._dropped})
            self._dropped = 0
        for path in self._files():
            if self._stop.is_set():
                return 0.0
            try:
                body = path.read_bytes()
            except OSError:
                continue
            if not self._posted(path.stem, body):
                return self._backed_off()
            path.unlink(missing_ok=True)
        while self._kept and not self._stop.is_set():
            if not self._posted(self._kept[0][0].removesuffix(".json"), self._kept[0][1]):
                return self._backed_off()
            self._kept.popleft()
        return 0.0

    def _backed_off(self) -> float:
        self._delay_s = min(max(_FIRST_DELAY_S, self._delay_s * 2), _LONGEST_DELAY_S)
        return self._delay_s

    def _posted(self, name: str, body: bytes) -> bool:
        """Whether it need not be posted again."""
        timestamp = int(self._clock.now().timestamp())
        headers = {
            "Content-Type": "application/json",
            ID_HEADER: name,
            TIMESTAMP_HEADER: str(timestamp),
            SIGNATURE_HEADER: sign(self._secret, timestamp, body),
        }
        try:
            with self._session.post(
                self._url,
                data=body,
                headers=headers,
                timeout=_TIMEOUT_S,
                allow_redirects=False,
                stream=True,
            ) as answer:
                status = answer.status_code
        except requests.RequestException as error:
            log.warning("health cannot be reported", extra={"error": type(error).__name__})
            return False
        if status in _TAKEN:
            self._delay_s = 0.0
            return True
        if status in _NEVER:
            log.error("a health report is refused and dropped", extra={"status": status})
            return True
        log.warning("the health endpoint takes nothing", extra={"status": status})
        return False


def _stamp(at: datetime) -> str:
    return at.strftime("%Y%m%dT%H%M%S%f")
