"""The log of every API call and push, shown on the page and asked by tests."""

import threading
import zlib
from collections import deque
from dataclasses import dataclass
from typing import Any, Literal

from bot.sandbox.bus import Bus
from bot.sandbox.wire import dumps, parsed
from watchers.clock import Clock

_MOST_BYTES = 5 * 1024 * 1024
_OWN_BYTES = 600  # what a call takes beside its bodies
_SMALL_BYTES = 2048  # less than that is not worth the time of squeezing
_SECRET = {
    "app_secret",
    "AppSecret",
    "tenant_access_token",
    "app_access_token",
    "client_secret",
    "sign",
    "encryption_key",
}

Kind = Literal["http", "ws", "webhook", "frame"]
Direction = Literal["in", "out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One exchange between the bot and Feishu; ``in`` means the bot called.

    The bodies are kept as they travelled, squeezed; they are read, and their secrets masked, only
    when somebody looks.
    """

    id: int
    time: int
    direction: Direction
    kind: Kind
    method: str
    path: str
    status: int | None
    ms: float
    unknown: bool
    sent: bytes
    received: bytes

    @property
    def request(self) -> Any:
        """What was sent: JSON with its secrets masked, or text."""
        return _read(self.sent)

    @property
    def response(self) -> Any:
        """What came back, or why nothing did."""
        return _read(self.received)

    @property
    def code(self) -> int | None:
        """Feishu's code in the answer."""
        return _code(self.response)

    @property
    def size(self) -> int:
        """Bytes that it keeps."""
        return _OWN_BYTES + len(self.sent) + len(self.received)

    def to_text(self) -> str:
        """JSON as the page reads it."""
        names = ("id", "time", "direction", "kind", "method", "path", "status", "ms", "unknown")
        shown = {name: getattr(self, name) for name in names}
        response = self.response
        return dumps(
            shown | {"code": _code(response), "request": self.request, "response": response}
        )


class CallLog:
    """The last few thousand calls, bounded in bytes; thread-safe."""

    def __init__(self, clock: Clock, bus: Bus) -> None:
        self._clock = clock
        self._bus = bus
        self._lock = threading.Lock()
        self._calls: deque[Call] = deque()
        self._bytes = 0
        self._next = 1
        self.unknown = 0

    def add(  # noqa: PLR0913 - one argument for each column of the log
        self,
        direction: Direction,
        kind: Kind,
        method: str,
        path: str,
        *,
        status: int | None,
        ms: float,
        request: bytes,
        response: bytes,
        unknown: bool = False,
    ) -> None:
        """Write one exchange down."""
        sent, received = _squeezed(request), _squeezed(response)
        with self._lock:
            call = Call(
                id=self._next,
                time=int(self._clock.now().timestamp() * 1000),
                direction=direction,
                kind=kind,
                method=method,
                path=path,
                status=status,
                ms=round(ms, 2),
                unknown=unknown,
                sent=sent,
                received=received,
            )
            self._next += 1
            self.unknown += unknown
            self._calls.append(call)
            self._bytes += call.size
            while self._bytes > _MOST_BYTES:
                self._bytes -= self._calls.popleft().size
        self._bus.publish("call", call.to_text)

    def after(self, call_id: int = 0) -> list[Call]:
        """The calls with a greater id, oldest first."""
        with self._lock:
            return [call for call in self._calls if call.id > call_id]


def _code(response: object) -> int | None:
    code = response.get("code") if isinstance(response, dict) else None
    return code if isinstance(code, int) else None


def masked(value: object) -> object:
    """The same value with every secret replaced by stars."""
    if isinstance(value, dict):
        return {
            key: "***" if key in _SECRET and item else _masked_url(key, item)
            for key, item in value.items()
        }
    return value


def _masked_url(key: str, item: object) -> object:
    if key == "URL" and isinstance(item, str):
        return item.partition("?")[0] + "?***"
    return masked(item)


def _squeezed(body: bytes) -> bytes:
    """Behind a 0 the body itself, behind a 1 its compressed form."""
    return b"\0" + body if len(body) < _SMALL_BYTES else b"\1" + zlib.compress(body, 1)


def _read(kept: bytes) -> object:
    body = zlib.decompress(kept[1:]) if kept[0] else kept[1:]
    try:
        return masked(parsed(body.decode("utf-8", "replace")))
    except RecursionError:
        return "nested too deep to be shown"
