"""The door to Feishu's long connection: its own thread, raw envelopes out, answers back in."""

# ruff: noqa: E402 - the SDK's packages must be deferred before its first import
import asyncio
import base64
import contextlib
import json
import logging
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import requests

from bot.core.backoff import backoff
from bot.feishu.client import Credentials, quiet_sdk_log
from bot.feishu.errors import connection_remedy
from bot.feishu.slim import import_long_connection
from watchers.clock import Clock, SystemClock

import_long_connection()

from lark_oapi.core.enum import LogLevel
from lark_oapi.ws import client as sdk
from lark_oapi.ws.exception import ClientException
from lark_oapi.ws.model import ClientConfig

_log = logging.getLogger(__name__)

OnEvent = Callable[[dict[str, Any]], dict[str, Any] | None]

_HANDLERS = 4
_MOST_WAITING = 64
"""Beyond this, an event is answered with 500: Feishu brings it again, a click shows an error."""
_CLOSE_WITHIN_S = 0.3
_PASSING_CODES = frozenset({1, 1000040343})
_SILENT_PINGS = 2.5
"""So many ping intervals without a frame, and the connection counts as dead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionState:
    """How the long connection stands.

    Attributes:
        connected: Whether events arrive.
        since: When that last changed; aware, UTC.
        error: Why not, and what to do; "" when connected or just starting.
    """

    connected: bool
    since: datetime
    error: str = ""


class LongConnection:
    """Receives events over a connection that this side opens: no public address needed.

    Feishu gives each event to one random connection of the app, so every process that runs one
    must handle all events. At most one in a process: the SDK keeps its loop in a global. Start and
    stop each once.
    """

    def __init__(
        self,
        credentials: Credentials,
        on_event: OnEvent,
        *,
        clock: Clock | None = None,
        slow_retry: timedelta = timedelta(minutes=1),
    ) -> None:
        """Make a connection that is not started.

        Args:
            credentials: The app.
            on_event: Takes a raw version 2 envelope, returns the callback's answer or None; called
                on a few threads at once; must come back well within three seconds.
            clock: For the times in the state.
            slow_retry: Wait after a refusal that an operator must clear up.
        """
        self._credentials = credentials
        self._on_event = on_event
        self._clock = clock or SystemClock()
        self._slow_retry = slow_retry
        self._state = ConnectionState(connected=False, since=self._clock.now())
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._session: _Session | None = None
        self._pool = ThreadPoolExecutor(_HANDLERS, thread_name_prefix="feishu-event")
        # A daemon: a bootstrap call that hangs must not hold up the end of the process.
        self._thread = threading.Thread(target=self._run, name="feishu-connection", daemon=True)
        quiet_sdk_log()

    def start(self) -> None:
        """Connect in the background and keep connected."""
        self._thread.start()

    def stop(self, timeout_s: float = 1.0) -> None:
        """Disconnect; events under way get a moment to be answered, Feishu repeats the others."""
        self._stopping.set()
        with self._lock:
            if self._session is not None:
                self._session.end_soon()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def state(self) -> ConnectionState:
        """How it stands now; from any thread."""
        return self._state

    def _run(self) -> None:
        """One session after the other, with a wait between that grows while they fail."""
        failures = 0
        while not self._stopping.is_set():
            session = _Session(self._on_event, self._pool, self._up)
            wait = None
            try:
                url, config = _bootstrap(self._credentials)
                with self._lock:
                    self._session = session
                if self._stopping.is_set():
                    break
                asyncio.run(session.run(url, config))
            except ClientException as error:
                self._down(connection_remedy(error.code, str(error)), must_act=True)
                wait = self._slow_retry
            except Exception as error:  # noqa: BLE001 - the top of a thread
                self._down(_passing_text(error), must_act=False)
            failures = 1 if session.was_heard else failures + 1
            spread = random.random()  # noqa: S311 - spreads reconnecting bots, guards nothing
            self._stopping.wait((wait or backoff(failures, spread)).total_seconds())
        self._set(connected=False, error="")

    def _up(self) -> None:
        self._set(connected=True, error="")
        _log.info("long connection is up")

    def _down(self, error: str, *, must_act: bool) -> None:
        if self._stopping.is_set():
            return
        self._set(connected=False, error=error)
        level = logging.ERROR if must_act else logging.WARNING
        _log.log(level, "long connection is down", extra={"reason": error})

    def _set(self, *, connected: bool, error: str) -> None:
        changed = connected != self._state.connected
        since = self._clock.now() if changed else self._state.since
        self._state = replace(self._state, connected=connected, since=since, error=error)


class _SilentError(Exception):
    """Nothing was heard for too long: the connection is dead without saying so."""


class _Session:
    """One connection from opening to its end, on a loop of its own."""

    def __init__(self, on_event: OnEvent, pool: ThreadPoolExecutor, on_up: Callable[[], None]):
        self._on_event = on_event
        self._pool = pool
        self._on_up = on_up
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending: asyncio.Event | None = None
        self._end_wanted = False
        self.was_heard = False

    def end_soon(self) -> None:
        """Ask for the end; from any thread, at any time."""
        self._end_wanted = True
        if self._loop is not None and self._ending is not None:
            with contextlib.suppress(RuntimeError):  # it has ended by itself meanwhile
                self._loop.call_soon_threadsafe(self._ending.set)

    async def run(self, url: str, config: ClientConfig) -> None:
        """Stay connected until something fails or the end is wanted.

        Raises:
            Exception: Whatever ended the connection; nothing when the end was wanted.
        """
        self._loop = sdk.loop = asyncio.get_running_loop()
        self._ending = asyncio.Event()
        if self._end_wanted:
            return
        client = _Client(url, config, self._on_event, self._pool)
        ending = asyncio.ensure_future(self._ending.wait())
        opening = asyncio.ensure_future(client.open())
        await asyncio.wait({ending, opening}, return_when=asyncio.FIRST_COMPLETED)
        if not opening.done():
            return  # asyncio.run cancels what is left
        opening.result()
        self._on_up()
        parts = {asyncio.ensure_future(part) for part in client.parts()}
        await asyncio.wait({ending, *parts}, return_when=asyncio.FIRST_COMPLETED)
        self.was_heard = client.was_heard
        errors = [part.exception() for part in parts if part.done()]
        await client.close()
        if errors and errors[0] is not None and not self._end_wanted:
            raise errors[0]


class _Client(sdk.Client):  # type: ignore[misc]  # the SDK is untyped
    """The SDK's connection with its dispatch, its reconnecting and its bootstrap replaced.

    The SDK's own would run handlers on the loop, drop frames of type ``card``, wait for the network
    without a limit and die silently when the app is refused.
    """

    def __init__(
        self, url: str, config: ClientConfig, on_event: OnEvent, pool: ThreadPoolExecutor
    ) -> None:
        super().__init__("", "", log_level=LogLevel.WARNING, auto_reconnect=False)
        self._url = url
        self._on_event = on_event
        self._pool = pool
        self._waiting = 0
        self._tasks: set[asyncio.Future[None]] = set()
        self._heard_at = time.monotonic()
        self._broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.was_heard = False
        if config is not None:
            self._configure(config)

    async def open(self) -> None:
        """Connect; the SDK starts receiving.

        Raises:
            ClientException: If the app is refused at the handshake.
        """
        try:
            await self._connect()
        except ClientException as error:
            if error.code == sdk.AUTH_FAILED:  # the SDK says so of one connection too many only
                raise ClientException(sdk.EXCEED_CONN_LIMIT, str(error)) from error
            raise

    def parts(self) -> tuple[Any, ...]:
        """What runs while connected; the first that ends, ends the session."""
        return self._ping(), self._watch(), self._broken

    async def close(self) -> None:
        """Close politely where the other side still answers, else at once."""
        self._broken.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_CLOSE_WITHIN_S)
        conn = self._conn
        with contextlib.suppress(Exception):
            await asyncio.wait_for(conn.close(), _CLOSE_WITHIN_S)
        conn.transport.abort()

    def _get_conn_url(self) -> str:
        return self._url

    def _configure(self, conf: ClientConfig) -> None:
        """Take over the ping interval; reconnecting is not the SDK's business here."""
        if isinstance(conf.PingInterval, int | float) and conf.PingInterval > 0:
            self._ping_interval = conf.PingInterval

    async def _ping(self) -> None:
        while True:
            frame = sdk._new_ping_frame(int(self._service_id))  # noqa: SLF001 - as the SDK does
            await self._write_message(frame.SerializeToString())
            await asyncio.sleep(self._ping_interval)

    async def _watch(self) -> None:
        while True:
            silent_s = time.monotonic() - self._heard_at
            limit_s = self._ping_interval * _SILENT_PINGS
            if silent_s > limit_s:
                raise _SilentError
            await asyncio.sleep(limit_s - silent_s + 0.01)

    async def _receive_message_loop(self) -> None:
        """As the SDK's, but its end reaches the session instead of a forgotten task."""
        try:
            while True:
                message = await self._conn.recv()
                self._heard_at = time.monotonic()
                self.was_heard = True
                task = asyncio.ensure_future(self._handle_message(message))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        except Exception as error:  # noqa: BLE001 - whatever it is ends the session
            if not self._broken.done():
                self._broken.set_exception(error)

    async def _handle_data_frame(self, frame: Any) -> None:
        headers = {header.key: header.value for header in frame.headers}
        payload: bytes | None = frame.payload
        parts = int(headers.get("sum", "1"))
        if parts > 1:
            message_id = headers["message_id"]
            payload = self._combine(message_id, parts, int(headers["seq"]), frame.payload)
            if payload is None:
                return
            self._cache.set(message_id, None, 0)  # else a repeated part completes it once more
        began = time.monotonic()
        answer = await self._answer(payload or b"", headers.get("type", ""))
        took = frame.headers.add()
        took.key, took.value = "biz_rt", str(round((time.monotonic() - began) * 1000))
        frame.payload = json.dumps(answer).encode()
        await self._write_message(frame.SerializeToString())

    async def _answer(self, payload: bytes, kind: str) -> dict[str, Any]:
        """Run the handler on a thread, so that pings and other events never wait for it."""
        if self._waiting >= _MOST_WAITING:
            _log.warning("too many events at once, one is turned away", extra={"kind": kind})
            return {"code": HTTPStatus.INTERNAL_SERVER_ERROR.value}
        self._waiting += 1
        try:
            envelope = json.loads(payload)
            loop = asyncio.get_running_loop()
            result = await loop.run_in_executor(self._pool, self._on_event, envelope)
            answer: dict[str, Any] = {"code": HTTPStatus.OK.value}
            if result is not None:
                text = json.dumps(result, ensure_ascii=False)
                answer["data"] = base64.b64encode(text.encode()).decode()
        except Exception:  # noqa: BLE001 - a poisonous event must not end the connection
            _log.exception("an event could not be handled", extra={"kind": kind})
            return {"code": HTTPStatus.INTERNAL_SERVER_ERROR.value}
        else:
            return answer
        finally:
            self._waiting -= 1


def refusal(credentials: Credentials) -> tuple[int, str] | None:
    """What Feishu says against a long connection now, code and words; None if it may be opened.

    None is opened: events would come over it.

    Raises:
        requests.RequestException: If Feishu cannot be reached.
    """
    try:
        _bootstrap(credentials)
    except (ClientException, sdk.ServerException) as error:
        return int(error.code or 0), str(error).partition(": ")[2]
    return None


def _bootstrap(credentials: Credentials) -> tuple[str, ClientConfig]:
    """Ask where to connect; the SDK's own call has no timeout.

    Raises:
        ClientException: If the app is refused.
        sdk.ServerException: If Feishu asks to try later.
    """
    response = requests.post(
        f"{credentials.domain}/callback/ws/endpoint",
        json={"AppID": credentials.app_id, "AppSecret": credentials.app_secret},
        headers={"locale": "zh"},
        timeout=credentials.timeout_s,
    )
    if response.status_code != HTTPStatus.OK:
        raise sdk.ServerException(response.status_code, "no address for the long connection")
    answer = sdk.EndpointResp(response.json())
    if answer.code in _PASSING_CODES or not isinstance(answer.code, int):
        raise sdk.ServerException(answer.code, answer.msg)
    if answer.code != 0:
        raise ClientException(answer.code, answer.msg)
    return answer.data.URL, answer.data.ClientConfig


def _passing_text(error: Exception) -> str:
    """For the status: the exception's own text may hold an address with tickets."""
    match error:
        case _SilentError():
            return "The long connection fell silent; it is opened anew."
        case requests.RequestException() | OSError() | TimeoutError():
            return f"Cannot reach Feishu ({type(error).__name__}); it is tried again."
        case sdk.ServerException():
            return f"Feishu asks to come back later ({error.code}); it is tried again."
        case _:
            return f"The long connection broke ({type(error).__name__}); it is opened anew."
