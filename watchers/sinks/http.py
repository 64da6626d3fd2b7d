"""Posts reports, signed, to a server; positions stay here."""

import json
import logging
import threading

import requests

from watchers.checkpoint import FileCheckpoint
from watchers.clock import Clock
from watchers.errors import CheckpointError, SinkError
from watchers.finding import Report, to_dict
from watchers.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign

PATH = "/ingest/findings"
_TIMEOUT_S = (5.0, 15.0)
_SLOW_RETRY_S = 60.0

log = logging.getLogger(__name__)


class HttpSink:
    """Posts each report and, once the server has it, saves its positions; thread-safe.

    A report without findings, progress and host only moves positions and is not posted.
    """

    def __init__(self, url: str, secret: str, checkpoint: FileCheckpoint, clock: Clock) -> None:
        """Nothing is sent yet.

        Args:
            url: The server, without the path.
            secret: Shared with the server.
            checkpoint: Where positions are kept.
            clock: Dates the signatures.
        """
        self._url = url.rstrip("/") + PATH
        self._secret = secret
        self._checkpoint = checkpoint
        self._clock = clock
        self._session = requests.Session()
        self._lock = threading.Lock()

    def accept(self, report: Report) -> None:
        """Post a report, then save its positions.

        Raises:
            SinkError: If the server did not answer 200.
        """
        with self._lock:
            if report.findings or report.progress or report.host:
                self._post(report)
            try:
                self._checkpoint.save(report.positions)
            except CheckpointError as error:
                # The server has the findings; after a restart their ids make them count once.
                log.error("positions not saved", extra={"reason": str(error)})  # noqa: TRY400

    def close(self) -> None:
        """Let go of the connection."""
        self._session.close()

    def _post(self, report: Report) -> None:
        body = json.dumps(to_dict(report), ensure_ascii=False).encode("utf-8", "replace")
        timestamp = int(self._clock.now().timestamp())
        headers = {
            "Content-Type": "application/json",
            TIMESTAMP_HEADER: str(timestamp),
            SIGNATURE_HEADER: sign(self._secret, timestamp, body),
        }
        try:
            with self._session.post(
                self._url, data=body, headers=headers, timeout=_TIMEOUT_S, allow_redirects=False
            ) as answer:
                status, after = answer.status_code, answer.headers.get("Retry-After", "")
        except requests.RequestException as error:
            raise SinkError(
                f"{self._url} cannot be reached ({type(error).__name__}); it is tried again"
            ) from error
        if status == requests.codes.ok:
            return
        if status in (requests.codes.unauthorized, requests.codes.forbidden):
            reason = "refuses the signature; give both sides the same secret and set their clocks"
        elif status == requests.codes.too_many_requests or status >= 500:  # noqa: PLR2004
            seconds = float(after) if after.isascii() and after.isdigit() else None
            raise SinkError(f"{self._url} answered {status}", retry_after_s=seconds)
        else:
            reason = f"answered {status}; the URL must be that of a Larkwatch server as new as this"
        log.error("reports are not taken", extra={"url": self._url, "reason": reason})
        raise SinkError(f"{self._url} {reason}", retry_after_s=_SLOW_RETRY_S)
