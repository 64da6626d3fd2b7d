"""Brings events and callbacks to the bot: the envelope, the transport, the order, the retries."""

import heapq
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from typing import Literal
from urllib.parse import urlsplit

from bot.sandbox.answers import Answer, Answered, TimedOut, Unreachable
from bot.sandbox.application import Application
from bot.sandbox.call_log import CallLog
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.long_connection import LongConnections
from bot.sandbox.omissions import without_optional_keys
from bot.sandbox.push import HttpPush
from bot.sandbox.settings import Settings
from bot.sandbox.wire import Json, dumps, new_id
from watchers.clock import Clock

RETRY_AFTER_S = (15, 300, 3600, 21600)
_OVERTAKEN_S = 1.0  # an event out of order is held back that long
_LOOK_S = 0.02  # a moved clock gives no signal, so the retry thread looks
_MOST_WAITING = 1000  # behind one event that is not answered; the oldest of them are lost


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parcel:
    """An event under way; `line` names those that must not overtake each other."""

    envelope: Json
    line: str | None = None
    attempt: int = 0


class Delivery:
    """Sends events in the background, with retries, and callbacks in the foreground, without."""

    def __init__(
        self,
        settings: Settings,
        application: Application,
        clock: Clock,
        calls: CallLog,
        faults: Faults,
        connections: LongConnections,
        push: HttpPush,
    ) -> None:
        self._settings = settings
        self._application = application
        self._clock = clock
        self._calls = calls
        self._faults = faults
        self._connections = connections
        self._push = push
        self._pool = ThreadPoolExecutor(8, thread_name_prefix="sandbox-push")
        self._order = count()
        self._due: list[tuple[float, int, _Parcel]] = []
        self._lines: dict[str, deque[_Parcel]] = {}
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

    def event(self, event_type: str, body: Json, tenant_key: str, line: str | None = None) -> None:
        """Push an event the app subscribed to, again at 15 s, 5 min, 1 h and 6 h until answered.

        Events of one line wait until the one before was answered or given up.
        """
        if event_type not in self._application.live.events:
            return
        envelope = self._envelope(event_type, body, tenant_key, unit="ms")
        if self._faults.hits(Fault.OUT_OF_ORDER):
            self._at(self._clock.monotonic() + _OVERTAKEN_S, _Parcel(envelope=envelope))
        else:
            self._in_line(_Parcel(envelope=envelope, line=line))
        if self._faults.hits(Fault.DUPLICATED):
            self._submit(_Parcel(envelope=envelope, attempt=len(RETRY_AFTER_S)))

    def callback(self, event_type: str, body: Json, tenant_key: str) -> Answer:
        """Push a callback once and wait for its answer."""
        if event_type not in self._application.live.callbacks:
            return Unreachable(code=200340, why=f"{event_type} is not configured")
        return self._attempt(self._envelope(event_type, body, tenant_key, unit="us"), callback=True)

    def _envelope(
        self, event_type: str, body: Json, tenant_key: str, unit: Literal["ms", "us"]
    ) -> Json:
        now = self._clock.now().timestamp()
        return {
            "schema": "2.0",
            "header": {
                "event_id": new_id(""),
                "event_type": event_type,
                "create_time": str(int(now * (1000 if unit == "ms" else 1_000_000))),
                "token": self._application.live.verification_token,
                "app_id": self._application.app_id,
                "tenant_key": tenant_key,
            },
            "event": body,
        }

    def _in_line(self, parcel: _Parcel) -> None:
        if parcel.line is not None:
            with self._wake:
                waiting = self._lines.get(parcel.line)
                if waiting is not None:
                    waiting.append(parcel)
                    return
                self._lines[parcel.line] = deque(maxlen=_MOST_WAITING)
        self._submit(parcel)

    def _submit(self, parcel: _Parcel) -> None:
        with self._wake:
            if not self._stopping:
                self._pool.submit(self._try, parcel)

    def _try(self, parcel: _Parcel) -> None:
        began = self._clock.monotonic()
        match self._attempt(parcel.envelope):
            case Answered(status=200):
                self._done(parcel)
            case Answered() | Unreachable() | TimedOut() if parcel.attempt >= len(RETRY_AFTER_S):
                self._done(parcel)
            case Answered() | Unreachable() | TimedOut():
                delay = RETRY_AFTER_S[parcel.attempt] * self._settings.retry_scale
                again = _Parcel(
                    envelope=parcel.envelope, line=parcel.line, attempt=parcel.attempt + 1
                )
                self._at(began + delay, again)

    def _done(self, parcel: _Parcel) -> None:
        if parcel.line is None:
            return
        with self._wake:
            waiting = self._lines[parcel.line]
            following = waiting.popleft() if waiting else None
            if following is None:
                del self._lines[parcel.line]
        if following is not None:
            self._submit(following)

    def _at(self, at_s: float, parcel: _Parcel) -> None:
        with self._wake:
            heapq.heappush(self._due, (at_s, next(self._order), parcel))
            self._wake.notify_all()

    def _retry(self) -> None:
        while True:
            with self._wake:
                if self._stopping:
                    return
                if not self._due or self._due[0][0] > self._clock.monotonic():
                    self._wake.wait(_LOOK_S if self._due else None)
                    continue
                _, _, parcel = heapq.heappop(self._due)
            self._submit(parcel)

    def _attempt(self, envelope: Json, *, callback: bool = False) -> Answer:
        if self._faults.hits(Fault.MISSING_KEYS):
            envelope = without_optional_keys(envelope)
        body = dumps(envelope).encode()
        app = self._application.live
        posted = (app.callback_mode if callback else app.event_mode) == "webhook"
        url = ((app.callback_url if callback else app.request_url) or "") if posted else None
        began = time.perf_counter()
        if url is not None:
            answer = self._push.post(url, body)
        else:
            event_id = envelope["header"]["event_id"]
            answer = self._connections.push(body, event_id, callback=callback)
        self._log(
            envelope["header"]["event_type"],
            body,
            url,
            answer,
            (time.perf_counter() - began) * 1000,
        )
        return answer

    def _log(
        self, event_type: str, body: bytes, url: str | None, answer: Answer, ms: float
    ) -> None:
        status: int | None = None
        response: bytes
        match answer:
            case Answered(status=status, body=answered):
                response = answered
            case Unreachable(why=why):
                response = why.encode()
            case TimedOut():
                response = f"no answer within {self._settings.answer_limit_s:g} s".encode()
        self._calls.add(
            "out",
            "ws" if url is None else "webhook",
            "PUSH" if url is None else "POST",
            event_type if url is None else f"{urlsplit(url).path}#{event_type}",
            status=status,
            ms=ms,
            request=body,
            response=response,
        )
