"""Live news for the page: every change is published to all who listen, in batches."""

import socket
import threading
from collections import deque
from collections.abc import Callable

from bot.sandbox.streams import Stream, Streams

_HEARTBEAT_S = 15.0
_BATCH_S = 0.05  # a page is told at once, and then no more often than that
_FEW_PAGES = 20  # many pages are told less often, so that telling them leaves time for the rest
_BATCH_BYTES = 256 * 1024  # more than that is handed out in pieces
_GREETING = (
    b"HTTP/1.1 200 OK\r\n"
    b"Content-Type: text/event-stream; charset=utf-8\r\n"
    b"Cache-Control: no-cache\r\n"
    b"Transfer-Encoding: chunked\r\n"
    b"Connection: close\r\n\r\n"
)

Draw = Callable[[], str]
"""Gives the news as JSON in one line; called once for all pages, and not at all when there is
none."""


class _Page:
    """One page that listens."""

    def __init__(self, forget: Callable[["_Page"], None]) -> None:
        self._forget = forget

    def received(self, data: bytes) -> None:
        """Nothing comes from a page."""

    def ended(self) -> None:
        """It left."""
        self._forget(self)


class Bus:
    """Server-sent events to any number of pages; thread-safe.

    News are drawn and encoded once, by a thread of the bus, whatever the number of pages.
    """

    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        self._lock = threading.Condition()
        self._pages: dict[_Page, Stream] = {}
        self._pending: deque[tuple[str, Draw]] = deque()
        self._latest: dict[str, Draw] = {}
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._tell, name="sandbox-news", daemon=True)

    def start(self) -> None:
        """Begin to tell."""
        self._thread.start()

    def publish(self, kind: str, draw: Draw) -> None:
        """Send to every listener, in order."""
        if self._pages:
            with self._lock:
                self._pending.append((kind, draw))
                self._lock.notify()

    def publish_latest(self, kind: str, draw: Draw) -> None:
        """Send to every listener how things stand in the end; what was before is left out."""
        if self._pages:
            with self._lock:
                self._latest[kind] = draw
                self._lock.notify()

    def listen(self, connection: socket.socket) -> None:
        """Tell this connection from now on, until it leaves or the sandbox stops.

        One that reads too slowly is broken off; it will come again and ask for all.
        """
        page = _Page(self._forget)
        stream = self._streams.stream(connection, page, _GREETING + _chunk(b"retry: 1000\n\n"))
        with self._lock:
            self._pages[page] = stream
        stream.open()

    def close(self) -> None:
        """End every stream."""
        self._closing.set()
        with self._lock:
            self._lock.notify()
        if self._thread.is_alive():
            self._thread.join()
        self._hand_out(b"")

    def _forget(self, page: _Page) -> None:
        with self._lock:
            self._pages.pop(page, None)

    def _tell(self) -> None:
        while not self._closing.is_set():
            with self._lock:
                news = self._pending or self._latest or self._closing.is_set()
                waited = bool(news) or self._lock.wait(_HEARTBEAT_S)
                drawn = [*self._pending, *self._latest.items()]
                self._pending, self._latest = deque(), {}
            if not waited:
                self._hand_out(b": still here\n\n")
            self._draw(drawn)
            self._closing.wait(_BATCH_S * (1 + len(self._pages) / _FEW_PAGES))

    def _draw(self, drawn: list[tuple[str, Draw]]) -> None:
        batch = bytearray()
        for kind, draw in drawn:
            batch += f"event: {kind}\ndata: {draw()}\n\n".encode(errors="replace")
            if len(batch) >= _BATCH_BYTES:
                self._hand_out(bytes(batch))
                batch.clear()
        if batch:
            self._hand_out(bytes(batch))

    def _hand_out(self, batch: bytes) -> None:
        chunk = _chunk(batch)
        with self._lock:
            streams = list(self._pages.values())
        for stream in streams:
            stream.send(chunk)


def _chunk(data: bytes) -> bytes:
    """As HTTP sends a part of an answer; an empty one ends it."""
    return b"%x\r\n%b\r\n" % (len(data), data)
