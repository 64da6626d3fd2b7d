"""The server's end of a WebSocket: the protocol of `websockets` over a stream."""

import threading
from collections.abc import Callable
from wsgiref.types import WSGIEnvironment

from websockets.datastructures import Headers
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from bot.sandbox.http_server import taken_over
from bot.sandbox.streams import Streams

_MESSAGE = {Opcode.CONT, Opcode.TEXT, Opcode.BINARY}


class WebSocket:
    """One WebSocket; sends are serialised.

    Nothing is compressed, whatever the client offers: that would cost 300 KB for each of them.

    Attributes:
        good: Whether the client asked for a WebSocket as it should; otherwise it is told so.
    """

    def __init__(
        self,
        environ: WSGIEnvironment,
        streams: Streams,
        on_message: Callable[[bytes], None],
        on_end: Callable[[], None],
    ) -> None:
        self._on_message = on_message
        self._on_end = on_end
        self._lock = threading.Lock()
        self._parts = b""
        self._protocol = ServerProtocol()
        request = Request(path=environ["RAW_URI"], headers=_headers(environ))
        self._protocol.receive_data(request.serialize())
        for event in self._protocol.events_received():
            if isinstance(event, Request):
                self._protocol.send_response(self._protocol.accept(event))
        self.good = self._protocol.state is State.OPEN
        first = b"".join(self._protocol.data_to_send())
        self._stream = streams.stream(taken_over(environ), self, first)

    def open(self) -> None:
        """Answer the handshake, and from then on hear the client."""
        self._stream.open()

    def send(self, data: bytes) -> bool:
        """Send a binary message: whether it is on its way."""
        with self._lock:
            if self._protocol.state is not State.OPEN:
                return False
            self._protocol.send_binary(data)
            return self._flush()

    def close(self) -> None:
        """Say goodbye and send no more; what the client still says is read until it ends."""
        with self._lock:
            if self._protocol.state is State.OPEN:
                self._protocol.send_close(1000)
                self._flush()
                self._stream.close()

    def received(self, data: bytes) -> None:
        """Bytes of the client: whole messages go on, pings are answered."""
        with self._lock:
            self._protocol.receive_data(data)
            events = self._protocol.events_received()
            self._flush()
        for frame in events:
            if isinstance(frame, Frame) and frame.opcode in _MESSAGE:
                self._parts += frame.data
                if frame.fin:
                    message, self._parts = self._parts, b""
                    self._on_message(message)

    def ended(self) -> None:
        """The connection is closed."""
        self._on_end()

    def _flush(self) -> bool:
        sent = True
        for data in self._protocol.data_to_send():
            if data:
                sent = self._stream.send(data)
            else:  # the end, as the protocol tells it
                self._stream.close()
        return sent


def _headers(environ: WSGIEnvironment) -> Headers:
    names = {key: key.removeprefix("HTTP_").replace("_", "-") for key in environ}
    return Headers({names[key]: environ[key] for key in environ if key.startswith("HTTP_")})
