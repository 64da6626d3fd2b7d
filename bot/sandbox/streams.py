"""Connections that stay open: one thread for all, and what goes to many is not copied."""

import contextlib
import logging
import selectors
import socket
import threading
import time
from collections import deque
from typing import Protocol

_MOST_WAITING = 1024 * 1024  # bytes that one connection may be behind
_READ = 64 * 1024
_GRACE_S = 0.5  # for those that were told of the end to say so

_log = logging.getLogger(__name__)


class Receiver(Protocol):
    """Whom a connection belongs to; called by the one thread, so it must not wait."""

    def received(self, data: bytes) -> None:
        """The other side sent this."""

    def ended(self) -> None:
        """The connection is closed; called once."""


class Stream:
    """One open connection; thread-safe. Made by `Streams.stream`."""

    def __init__(
        self, streams: "Streams", connection: socket.socket, receiver: Receiver, first: bytes
    ) -> None:
        self.connection = connection
        self.receiver = receiver
        self._streams = streams
        self._lock = threading.Lock()
        self._waiting = deque([memoryview(first)])
        self._behind = len(first)
        self._closing = False

    def open(self) -> None:
        """Begin: send what comes first, and hand what arrives to the receiver."""
        self._streams.adopt(self)

    def send(self, data: bytes) -> bool:
        """Send now what goes out at once, and the rest when there is room.

        Gives whether it will be tried: not after `close`, and not to those who do not read; their
        connection is broken off.
        """
        with self._lock:
            if self._closing:
                return False
            if self._behind > _MOST_WAITING:
                self._closing = True
                self._waiting.clear()
                _shut(self.connection, socket.SHUT_RDWR)
                return False
            waited = bool(self._waiting)
            self._waiting.append(memoryview(data))
            self._behind += len(data)
            if not waited:
                self._write()
            late = bool(self._waiting) and not waited
        if late:
            self._streams.look_at(self)
        return True

    def close(self) -> None:
        """Send no more than what waits; what still comes is read until the other side ends."""
        with self._lock:
            if not self._closing:
                self._closing = True
                if not self._waiting:
                    _shut(self.connection, socket.SHUT_WR)

    def drop(self) -> None:
        """Close the connection, whatever still waits."""
        with self._lock:  # nobody sends while the number of the connection goes to another one
            self._closing = True
            self._waiting.clear()
            self.connection.close()

    def has_more(self) -> bool:
        """Send what there is room for: whether some of it still waits."""
        with self._lock:
            self._write()
            if not self._waiting and self._closing:
                _shut(self.connection, socket.SHUT_WR)
            return bool(self._waiting)

    def _write(self) -> None:
        try:
            while self._waiting:
                piece = self._waiting[0]
                sent = self.connection.send(piece)
                self._behind -= sent
                if sent < len(piece):
                    self._waiting[0] = piece[sent:]
                else:
                    self._waiting.popleft()
        except BlockingIOError:
            return
        except OSError:  # the reading side learns of it and ends the connection
            self._waiting.clear()


class Streams:
    """Reads from every open connection, and writes what did not fit; thread-safe."""

    def __init__(self) -> None:
        self._selector: selectors.BaseSelector  # from the start on
        self._lock = threading.Lock()
        self._fresh: deque[Stream] = deque()
        self._open: set[Stream] = set()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="sandbox-streams", daemon=True)

    def start(self) -> None:
        """Begin to read and write."""
        self._selector = selectors.DefaultSelector()
        self._bell, self._rung = socket.socketpair()
        for one in (self._bell, self._rung):
            one.setblocking(False)
        self._selector.register(self._rung, selectors.EVENT_READ)
        self._thread.start()

    def stop(self) -> None:
        """Tell all of the end, wait a moment for them to agree, and close."""
        with self._lock:
            began, self._stopping = self._thread.is_alive(), True
        if began:
            self._ring()
            self._thread.join()

    def stream(self, connection: socket.socket, receiver: Receiver, first: bytes) -> Stream:
        """Take a connection over; `first` goes out once the stream is opened."""
        connection.setblocking(False)
        return Stream(self, connection, receiver, first)

    def adopt(self, stream: Stream) -> None:
        """From now on the thread serves this one; one that comes too late is closed."""
        with self._lock:
            late = self._stopping
            if not late:
                self._open.add(stream)
        if late:
            self._end(stream)
        else:
            self.look_at(stream)

    def look_at(self, stream: Stream) -> None:
        """Have the thread send to this one as soon as there is room."""
        with self._lock:
            if not self._stopping:
                self._fresh.append(stream)
                self._ring()

    def _ring(self) -> None:
        with contextlib.suppress(OSError):  # it was rung often enough, or all is over
            self._bell.send(b".")

    def _run(self) -> None:
        until: float | None = None
        while until is None or (self._open and time.monotonic() < until):
            for key, events in self._selector.select(None if until is None else _GRACE_S / 10):
                if key.data is None:
                    self._rung.recv(_READ)
                else:
                    self._serve(key.data, events)
            self._welcome()
            if self._stopping and until is None:
                until = time.monotonic() + _GRACE_S
                for stream in list(self._open):
                    stream.close()
        for stream in list(self._open):
            self._end(stream)
        self._selector.close()
        for one in (self._bell, self._rung):
            one.close()

    def _welcome(self) -> None:
        while self._fresh:
            stream = self._fresh.popleft()
            if stream in self._open:
                known = stream.connection in self._selector.get_map()
                change = self._selector.modify if known else self._selector.register
                change(stream.connection, _wanted(stream), stream)

    def _serve(self, stream: Stream, events: int) -> None:
        if events & selectors.EVENT_READ and not self._read(stream):
            self._end(stream)
        elif events & selectors.EVENT_WRITE:
            self._selector.modify(stream.connection, _wanted(stream), stream)

    def _read(self, stream: Stream) -> bool:
        try:
            data = stream.connection.recv(_READ)
        except BlockingIOError:
            return True
        except OSError:
            return False
        try:
            if data:
                stream.receiver.received(data)
        except Exception:  # noqa: BLE001 - the others go on
            _log.exception("what a connection sent could not be taken")
            return False
        return bool(data)

    def _end(self, stream: Stream) -> None:
        with self._lock:
            self._open.discard(stream)
        with contextlib.suppress(KeyError):  # it was never looked at
            self._selector.unregister(stream.connection)
        stream.drop()
        stream.receiver.ended()


def _wanted(stream: Stream) -> int:
    more = stream.has_more()
    return selectors.EVENT_READ | (selectors.EVENT_WRITE if more else 0)


def _shut(connection: socket.socket, how: int) -> None:
    with contextlib.suppress(OSError):  # it ended by itself
        connection.shutdown(how)
