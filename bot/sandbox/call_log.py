"""The log of every API call and push, shown on the page and asked by tests."""

import threading
from collections import deque
from dataclasses import dataclass
from typing import Any, Literal

from bot.sandbox.bus import Bus
from bot.sandbox.wire import Json
from watchers.clock import Clock

_KEPT = 5000
_SECRET = {"app_secret", "AppSecret", "tenant_access_token", "app_access_token", "client_secret"}

Kind = Literal["http", "ws", "webhook", "frame"]
Direction = Literal["in", "out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One exchange between the bot and Feishu; ``in`` means the bot called."""

    id: int
    time: int
    direction: Direction
    kind: Kind
    method: str
    path: str
    status: int | None
    code: int | None
    ms: float
    request: Any
    response: Any
    unknown: bool

    def to_json(self) -> Json:
        """As the page reads it."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


class CallLog:
    """The last few thousand calls; thread-safe."""

    def __init__(self, clock: Clock, bus: Bus) -> None:
        self._clock = clock
        self._bus = bus
        self._lock = threading.Lock()
        self._calls: deque[Call] = deque(maxlen=_KEPT)
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
        request: object,
        response: object,
        unknown: bool = False,
    ) -> None:
        """Write one exchange down, its secrets masked."""
        code = response.get("code") if isinstance(response, dict) else None
        with self._lock:
            call = Call(
                id=self._next,
                time=int(self._clock.now().timestamp() * 1000),
                direction=direction,
                kind=kind,
                method=method,
                path=path,
                status=status,
                code=code if isinstance(code, int) else None,
                ms=round(ms, 2),
                request=masked(request),
                response=masked(response),
                unknown=unknown,
            )
            self._next += 1
            self.unknown += unknown
            self._calls.append(call)
        self._bus.publish("call", call.to_json())

    def after(self, call_id: int = 0) -> list[Call]:
        """The calls with a greater id, oldest first."""
        with self._lock:
            return [call for call in self._calls if call.id > call_id]


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
