"""The server side of the long connection: WebSocket, frames, a random connection for each push."""

import base64
import binascii
import random
import secrets
import threading
from wsgiref.types import WSGIEnvironment

from bot.sandbox.answers import Answer, Answered, TimedOut, Unreachable
from bot.sandbox.application import Application
from bot.sandbox.bus import Bus
from bot.sandbox.call_log import CallLog, Direction
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.frames import CONTROL, DATA, Frame, FrameError, decode
from bot.sandbox.settings import Settings
from bot.sandbox.streams import Streams
from bot.sandbox.websocket import WebSocket
from bot.sandbox.wire import Json, dumps, loads

MOST_CONNECTIONS = 50
SERVICE_ID = 33554678
_FRAGMENTS = 3


class _Pending:
    """A push that waits for its answer."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.answer: Answer = TimedOut()

    def settle(self, answer: Answer) -> None:
        self.answer = answer
        self.done.set()


class LongConnections:
    """All long connections of the app; thread-safe."""

    def __init__(
        self,
        settings: Settings,
        application: Application,
        faults: Faults,
        calls: CallLog,
        bus: Bus,
        streams: Streams,
    ) -> None:
        self._settings = settings
        self._application = application
        self._faults = faults
        self._calls = calls
        self._bus = bus
        self._streams = streams
        self._lock = threading.Lock()
        self._open: list[WebSocket] = []
        self._pending: dict[str, _Pending] = {}

    @property
    def online(self) -> int:
        """How many connections are open."""
        return len(self._open)

    def client_config(self) -> Json:
        """What a client is told at the start and with every pong; whole seconds."""
        return {
            "ReconnectCount": -1,
            "ReconnectInterval": self._settings.reconnect_interval_s,
            "ReconnectNonce": self._settings.reconnect_interval_s,
            "PingInterval": self._settings.ping_interval_s,
        }

    def serve(self, environ: WSGIEnvironment) -> None:
        """Take over the connection of this request: shake hands, and hear it until it ends."""
        websocket = WebSocket(
            environ,
            self._streams,
            lambda data: self._take(websocket, data),
            lambda: self._ended(websocket),
        )
        if websocket.good:
            with self._lock:
                self._open.append(websocket)
            self._tell()
            self._log("in", "OPEN", None, {"online": self.online})
        websocket.open()

    def push(self, envelope: bytes, trace_id: str, *, callback: bool) -> Answer:
        """Send to one random connection and wait for its answer."""
        with self._lock:
            if not self._open:
                return Unreachable(code=200340, why="no long connection is open")
            websocket = random.choice(self._open)  # noqa: S311 - Feishu picks any, so do we
            message_id = secrets.token_hex(16)
            pending = self._pending[message_id] = _Pending()
        try:
            if self._faults.hits(Fault.KICKED):
                with self._lock:
                    self._forget(websocket)
                websocket.close()
                return Unreachable(code=200340, why="the long connection was kicked")
            if not self._faults.hits(Fault.HALF_OPEN):
                # Card callbacks too travel as "event": frames of type "card" reach no client.
                kind = "card" if callback and self._faults.hits(Fault.CARD_FRAMES) else "event"
                for frame in self._frames(kind, envelope, message_id, trace_id):
                    text = frame.payload.decode(errors="replace")
                    self._log("out", "FRAME", {**frame.headers, "payload": text}, None)
                    if not websocket.send(frame.encode()):
                        return Unreachable(code=200340, why="the long connection broke")
            pending.done.wait(self._settings.answer_limit_s)
            return pending.answer
        finally:
            with self._lock:
                del self._pending[message_id]

    def kick(self) -> bool:
        """Close one random connection: whether there was one."""
        with self._lock:
            if not self._open:
                return False
            websocket = random.choice(self._open)  # noqa: S311 - Feishu picks any, so do we
            self._forget(websocket)
        websocket.close()
        return True

    def drop_all(self) -> None:
        """Close every connection, as when the network breaks; clients come back by themselves."""
        with self._lock:
            connections = list(self._open)
            self._open.clear()  # what is being closed takes no more pushes
            for pending in self._pending.values():
                pending.settle(Unreachable(code=200340, why="the long connection broke"))
        for connection in connections:
            connection.close()

    def _frames(self, kind: str, envelope: bytes, message_id: str, trace_id: str) -> list[Frame]:
        pieces = _FRAGMENTS if self._faults.hits(Fault.FRAGMENTED) else 1
        size = -(-len(envelope) // pieces)
        return [
            Frame(
                method=DATA,
                service=SERVICE_ID,
                seq_id=secrets.randbelow(1 << 31),
                log_id=secrets.randbelow(1 << 62),
                headers={
                    "type": kind,
                    "message_id": message_id,
                    "sum": str(pieces),
                    "seq": str(seq),
                    "trace_id": trace_id,
                },
                payload=envelope[seq * size : (seq + 1) * size],
            )
            for seq in range(pieces)
        ]

    def _take(self, websocket: WebSocket, data: bytes) -> None:
        try:
            frame = decode(data)
        except FrameError:
            return
        if frame.method == CONTROL and frame.headers.get("type") == "ping":
            if self._faults.active(Fault.HALF_OPEN):
                self._log("in", "PING", frame.headers, None)
                return
            config = dumps(self.client_config()).encode()
            self._log("in", "PING", frame.headers, {"type": "pong"} | self.client_config())
            pong = Frame(
                method=CONTROL,
                service=frame.service,
                headers={"type": "pong"},
                payload=config,
            )
            websocket.send(pong.encode())
        elif frame.method == DATA:
            pending = self._pending.get(frame.headers.get("message_id", ""))
            if pending is not None:
                pending.settle(_answer(frame.payload))

    def _log(self, direction: Direction, what: str, sent: Json | None, back: Json | None) -> None:
        request, response = (dumps(one).encode() if one else b"" for one in (sent, back))
        self._calls.add(
            direction,
            "frame",
            what,
            "/ws/v2",
            status=None,
            ms=0,
            request=request,
            response=response,
        )

    def _ended(self, websocket: WebSocket) -> None:
        if not websocket.good:
            return
        with self._lock:
            self._forget(websocket)
        self._tell()
        self._log("in", "CLOSE", None, {"online": self.online})

    def _forget(self, websocket: WebSocket) -> None:
        if websocket in self._open:
            self._open.remove(websocket)

    def _tell(self) -> None:
        self._bus.publish_latest("online", self._online)

    def _online(self) -> str:
        return dumps({"online": self.online, "mode": self._application.live.event_mode})


def _answer(payload: bytes) -> Answer:
    try:
        reply = loads(payload)
        code = int(reply["code"])
        body = base64.b64decode(reply.get("data") or "", validate=True)
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        return Answered(status=500, body=payload)
    return Answered(status=code, body=body)
