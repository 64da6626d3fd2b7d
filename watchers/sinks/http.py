"""Posts reports, signed, to a server; positions stay here, and so does what is on the way."""

import json
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from watchers.checkpoint import FileCheckpoint
from watchers.clock import Clock
from watchers.errors import SignatureError, SinkError
from watchers.finding import Report
from watchers.signing import ANSWERS, SIGNATURE_HEADER, TIMESTAMP_HEADER, sign, verify
from watchers.sinks.owing import Owing
from watchers.spans import CURRENT

if TYPE_CHECKING:
    import requests

PATH = "/ingest/findings"
_TIMEOUT_S = (5.0, 15.0)
_SLOW_RETRY_S = 60.0
_LONGEST_ANSWER = 1 << 20

log = logging.getLogger(__name__)


class HttpSink:
    """Posts each report and, once the server has it, saves its positions; thread-safe."""

    def __init__(
        self,
        url: str,
        secret: str,
        checkpoint: FileCheckpoint,
        clock: Clock,
        answered: Callable[[Mapping[str, Any]], None] = lambda _answer: None,
    ) -> None:
        """Nothing is sent yet.

        Args:
            url: The server, without the path.
            secret: Shared with the server.
            checkpoint: Where positions are kept.
            clock: Dates the signatures.
            answered: Takes what the server says back, once its signature is checked.
        """
        self._url = url.rstrip("/") + PATH
        self._secret = secret
        self._owing = Owing(checkpoint, self._post)
        self._clock = clock
        self._answered = answered
        self._session: requests.Session | None = None

    @property
    def positions(self) -> Mapping[str, str]:
        """Where the reading goes on: behind what is saved, and behind what is on the way."""
        return self._owing.positions

    @property
    def kept(self) -> Mapping[str, str]:
        """Positions of which the server has everything before them."""
        return self._owing.kept

    def accept(self, report: Report) -> None:
        """Post a report, then save its positions.

        Raises:
            SinkError: If the server did not answer 200, or the state cannot be written.
        """
        self._owing.accept(report)

    def close(self) -> None:
        """Let go of the connection."""
        if self._session is not None:
            self._session.close()

    def _post(self, text: str) -> None:
        import requests  # noqa: PLC0415 - a tenth of an agent's start; reading begins before

        self._session = self._session or requests.Session()
        body = text.encode("utf-8", "replace")
        timestamp = int(self._clock.now().timestamp())
        signature = sign(self._secret, timestamp, body)
        headers = {
            "Content-Type": "application/json",
            TIMESTAMP_HEADER: str(timestamp),
            SIGNATURE_HEADER: signature,
        }
        if traceparent := CURRENT.get():  # for what stands between here and the server
            headers["traceparent"] = traceparent
        try:
            with self._session.post(
                self._url, data=body, headers=headers, timeout=_TIMEOUT_S, allow_redirects=False
            ) as answer:
                status, after = answer.status_code, answer.headers.get("Retry-After", "")
                said = self._said(answer, signature) if status == HTTPStatus.OK else None
        except requests.RequestException as error:
            raise SinkError(
                f"{self._url} cannot be reached ({type(error).__name__}); it is tried again"
            ) from error
        if status == HTTPStatus.OK:
            if said is not None:
                self._answered(said)
            return
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            reason = "refuses the signature; give both sides the same secret and set their clocks"
        elif status == HTTPStatus.TOO_MANY_REQUESTS or status >= 500:  # noqa: PLR2004
            seconds = float(after) if after.isascii() and after.isdigit() else None
            raise SinkError(f"{self._url} answered {status}", retry_after_s=seconds)
        else:
            reason = f"answered {status}; the URL must be that of a Larkwatch server as new as this"
        log.error("reports are not taken", extra={"url": self._url, "reason": reason})
        raise SinkError(f"{self._url} {reason}", retry_after_s=_SLOW_RETRY_S)

    def _said(self, answer: "requests.Response", asked: str) -> Mapping[str, Any] | None:
        """What the server says back; None for what is not its own, or answers something else."""
        body, heads = answer.content, answer.headers
        timestamp, signature = heads.get(TIMESTAMP_HEADER, ""), heads.get(SIGNATURE_HEADER, "")
        if not signature or len(body) > _LONGEST_ANSWER:
            return None
        try:
            verify(self._secret, timestamp, signature, body, self._clock.now().timestamp())
            said = json.loads(body)
        except (SignatureError, ValueError) as error:
            log.warning("an answer is not taken", extra={"reason": str(error)})
            return None
        return said if isinstance(said, dict) and said.get(ANSWERS) == asked else None
