"""Brings events and callbacks to the bot: the envelope, the transport, the retries."""

import heapq
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Literal
from urllib.parse import urlsplit

from bot.sandbox.answers import Answer, Answered, TimedOut, Unreachable
from bot.sandbox.call_log import CallLog
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.long_connection import LongConnections
from bot.sandbox.push import HttpPush
from bot.sandbox.settings import Settings
from bot.sandbox.state import State
from bot.sandbox.wire import Json, dumps, new_id, parsed
from watchers.clock import Clock

RETRY_AFTER_S = (15, 300, 3600, 21600)
_LOOK_S = 0.02  # a moved clock gives no signal, so the retry thread looks


class Delivery:
    """Sends events in the background, with retries, and callbacks in the foreground, without."""

    def __init__(
        self,
        settings: Settings,
        state: State,
        clock: Clock,
        calls: CallLog,
        faults: Faults,
        connections: LongConnections,
        push: HttpPush,
    ) -> None:
        self._settings = settings
        self._state = state
        self._clock = clock
        self._calls = calls
        self._faults = faults
        self._connections = connections
        self._push = push
        self._pool = ThreadPoolExecutor(8, thread_name_prefix="sandbox-push")
        self._order = count()
        self._due: list[tuple[float, int, Json, int]] = []
        self._wake = threading.Condition()
        self._stopping = False
        self._retries = threading.Thread(target=self._retry, name="sandbox-retry", daemon=True)

    def start(self) -> None:
        """Begin to watch for retries."""
        self._retries.start()

    def stop(self) -> None:
        """Give up what is waiting."""
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        self._push.close()
        self._connections.drop_all()
        self._pool.shutdown(cancel_futures=True)
        self._retries.join()

    def event(self, event_type: str, body: Json) -> str:
        """Push an event, again at 15 s, 5 min, 1 h and 6 h until answered; gives its event_id."""
        envelope = self._envelope(event_type, body, unit="ms")
        self._submit(envelope, 0)
        if self._faults.hits(Fault.DUPLICATED):
            self._submit(envelope, len(RETRY_AFTER_S))
        event_id: str = envelope["header"]["event_id"]
        return event_id

    def callback(self, event_type: str, body: Json) -> Answer:
        """Push a callback once and wait for its answer."""
        return self._attempt(self._envelope(event_type, body, unit="us"))

    def _envelope(self, event_type: str, body: Json, unit: Literal["ms", "us"]) -> Json:
        now = self._clock.now().timestamp()
        return {
            "schema": "2.0",
            "header": {
                "event_id": new_id(""),
                "event_type": event_type,
                "create_time": str(int(now * (1000 if unit == "ms" else 1_000_000))),
                "token": self._settings.verification_token,
                "app_id": self._settings.app_id,
                "tenant_key": self._state.tenant_key,
            },
            "event": body,
        }

    def _submit(self, envelope: Json, attempt: int) -> None:
        with self._wake:
            if not self._stopping:
                self._pool.submit(self._try, envelope, attempt)

    def _try(self, envelope: Json, attempt: int) -> None:
        began = self._clock.monotonic()
        match self._attempt(envelope):
            case Answered(status=200):
                return
            case Answered() | Unreachable() | TimedOut():
                if attempt >= len(RETRY_AFTER_S):
                    return
        delay = RETRY_AFTER_S[attempt] * self._settings.retry_scale
        with self._wake:
            item = (began + delay, next(self._order), envelope, attempt + 1)
            heapq.heappush(self._due, item)
            self._wake.notify_all()

    def _retry(self) -> None:
        while True:
            with self._wake:
                if self._stopping:
                    return
                if not self._due or self._due[0][0] > self._clock.monotonic():
                    self._wake.wait(_LOOK_S if self._due else None)
                    continue
                _, _, envelope, attempt = heapq.heappop(self._due)
            self._submit(envelope, attempt)

    def _attempt(self, envelope: Json) -> Answer:
        header = envelope["header"]
        body = dumps(envelope).encode()
        began = time.perf_counter()
        if self._settings.request_url:
            answer = self._push.post(body)
        else:
            answer = self._connections.push(body, header["event_id"])
        self._log(envelope, answer, (time.perf_counter() - began) * 1000)
        return answer

    def _log(self, envelope: Json, answer: Answer, ms: float) -> None:
        status: int | None = None
        response: object
        match answer:
            case Answered(status=status, body=body):
                response = parsed(body.decode("utf-8", "replace"))
            case Unreachable(why=why):
                response = why
            case TimedOut():
                response = f"no answer within {self._settings.answer_limit_s:g} s"
        url = self._settings.request_url
        event_type: str = envelope["header"]["event_type"]
        self._calls.add(
            "out",
            "webhook" if url else "ws",
            "POST" if url else "PUSH",
            f"{urlsplit(url).path}#{event_type}" if url else event_type,
            status=status,
            ms=ms,
            request=envelope,
            response=response,
        )
