"""An HTTP server on werkzeug's handler: threads that take connections themselves and keep them."""

import contextlib
import io
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import WSGIApplication, WSGIEnvironment

from werkzeug.datastructures import Headers
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler

_GRACE_S = 0.5  # for answers that are under way
_KEPT_S = 15  # a connection from which nothing comes is closed after that
_PATIENCE = struct.pack("ll", _KEPT_S, 0)
_MOST_IDLE = 8  # threads that wait for a connection
_WITHOUT_BODY = {204, 304}
_MOST_LINE = 64 * 1024
_MOST_HEADERS = 100
_MOST_BODY = 40 * 1024 * 1024


class _Handler(WSGIRequestHandler):
    """Answers in one write, and then waits for the next request of the same connection."""

    protocol_version = "HTTP/1.1"
    wbufsize = 16 * 1024
    disable_nagle_algorithm = True
    server: "HttpServer"
    headers: Any  # werkzeug's, not those of mail
    _chunked = False

    def setup(self) -> None:
        """Wait for requests, but not for ever.

        The kernel watches the time: with a timeout of Python's every read and write would be two
        calls, and after each of them a thread waits for its turn.
        """
        super().setup()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _PATIENCE)

    def handle_one_request(self) -> None:
        """Wait for a request and answer it."""
        if self.server.rests(self.connection):
            super().handle_one_request()
        else:
            self.close_connection = True

    def parse_request(self) -> bool:
        """A request has begun: read its head.

        The base reads headers with the parser for mail, an eighth of all the time of a request.
        """
        self.server.works(self.connection)
        self.requestline = self.raw_requestline.decode("latin-1").rstrip("\r\n")
        self.command, self.request_version, self.headers = "", "HTTP/1.1", Headers()
        match self.requestline.split():
            case [command, path, ("HTTP/1.0" | "HTTP/1.1") as version]:
                self.command, self.path, self.request_version = command, path, version
            case _:
                return self._bad()
        while (line := self.rfile.readline(_MOST_LINE)) not in {b"\r\n", b"\n"}:
            name, colon, value = line.decode("latin-1").partition(":")
            if not colon or not line.endswith(b"\n") or len(self.headers) == _MOST_HEADERS:
                return self._bad()
            self.headers.add(name, value.strip())
        wish = self.headers.get("Connection", "").lower()
        self.close_connection = wish == "close" or (
            self.request_version == "HTTP/1.0" and wish != "keep-alive"
        )
        expects = self.headers.get("Expect", "").lower() == "100-continue"
        return self.handle_expect_100() if expects else True

    def _bad(self) -> bool:
        self.close_connection = True
        self.send_error(400)
        return False

    def make_environ(self) -> WSGIEnvironment:
        """The body is read at once, so that the next request begins where this one ends."""
        environ = super().make_environ()
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal():
            self.close_connection = True
        elif int(length) <= _MOST_BODY:
            body = self.rfile.read(int(length))
            environ["wsgi.input"] = io.BytesIO(body)
            self.close_connection |= len(body) < int(length)  # the rest did not come in time
        else:
            self.close_connection = True
        return environ

    def run_wsgi(self) -> None:
        """Answer with header and body in one write.

        Werkzeug's own way closes every connection, after looking for 10 ms whether more of the
        body comes; here the whole body has been read.
        """
        environ = self.make_environ()
        answer: Iterable[bytes] = ()
        self._chunked = False
        try:
            answer = self.server.app(environ, self._begin)
            for piece in answer:
                self._write(piece)
            if self.connection.fileno() < 0:  # somebody took it over
                self.close_connection = True
            if self._chunked:
                self.wfile.write(b"0\r\n\r\n")
            self.wfile.flush()
        except (ConnectionError, TimeoutError):
            self.close_connection = True
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()

    def _begin(
        self, status: str, headers: list[tuple[str, str]], _: object = None
    ) -> Callable[[bytes], object]:
        code, _, reason = status.partition(" ")
        self.send_response_only(int(code), reason)
        self.send_header("Server", self.version_string())
        if all(name.lower() != "date" for name, _ in headers):
            self.send_header("Date", self.date_time_string())
        for name, value in headers:
            self.send_header(name, value)
        bare = self.command == "HEAD" or int(code) in _WITHOUT_BODY
        self._chunked = not bare and all(name.lower() != "content-length" for name, _ in headers)
        if self._chunked and self.request_version < "HTTP/1.1":
            self._chunked, self.close_connection = False, True
        if self._chunked:
            self.send_header("Transfer-Encoding", "chunked")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        return self._write

    def _write(self, piece: bytes) -> None:
        if not piece:
            return
        if self._chunked:
            self.wfile.write(b"%x\r\n" % len(piece))
            self.wfile.write(piece)
            self.wfile.write(b"\r\n")
        else:
            self.wfile.write(piece)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the page has a log of its own."""

    def log_error(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base
        """Say nothing of connections that were idle too long or spoke no HTTP."""


def taken_over(environ: WSGIEnvironment) -> socket.socket:
    """The connection of a request, for which the server has done enough: its taker closes it."""
    connection: socket.socket = environ["werkzeug.socket"]
    return socket.socket(fileno=connection.detach())


class HttpServer(BaseWSGIServer):
    """Every thread accepts, serves and accepts again: no request waits for a thread to start.

    While all threads are busy one more is started, so that a slow answer holds up nobody.
    """

    def __init__(self, port: int, app: WSGIApplication) -> None:
        # The socket is bound here, since werkzeug would end the process if the port is taken.
        with socket.create_server(("127.0.0.1", port), backlog=256) as bound:
            super().__init__("127.0.0.1", bound.getsockname()[1], app, _Handler, fd=bound.fileno())
        self._guard = threading.Condition()
        self._idle = 0
        self._threads: set[threading.Thread] = set()
        self._resting: set[socket.socket] = set()
        self._working: set[socket.socket] = set()
        self._stopping = False

    def start(self) -> None:
        """Begin to serve."""
        with self._guard:
            self._add_thread()

    def stop(self) -> None:
        """Take no more, end what is open, and wait for all threads."""
        with self._guard:
            self._stopping = True
            _break_off(self.socket)
            for one in self._resting:
                _break_off(one)
            self._guard.wait_for(lambda: not self._working, timeout=_GRACE_S)
            for one in self._working:
                _break_off(one)
        while self._threads:
            with self._guard:
                threads = list(self._threads)
            for thread in threads:
                thread.join()
        self.server_close()

    def rests(self, connection: socket.socket) -> bool:
        """This connection waits for a request: whether it may."""
        with self._guard:
            self._working.discard(connection)
            self._guard.notify_all()
            if not self._stopping:
                self._resting.add(connection)
            return not self._stopping

    def works(self, connection: socket.socket) -> None:
        """This connection has a request."""
        with self._guard:
            self._resting.discard(connection)
            self._working.add(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that left; report anything else."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def _add_thread(self) -> None:
        thread = threading.Thread(target=self._serve, name="sandbox-http", daemon=True)
        self._threads.add(thread)
        self._idle += 1
        thread.start()

    def _serve(self) -> None:
        while (taken := self._take()) is not None:
            connection, address = taken
            try:
                self.finish_request(connection, address)
            except Exception:  # noqa: BLE001 - the thread serves the next one
                self.handle_error(connection, address)
            finally:
                with self._guard:
                    self._resting.discard(connection)
                    self._working.discard(connection)
                    self._guard.notify_all()
                self.shutdown_request(connection)
            with self._guard:
                if self._idle >= _MOST_IDLE:
                    break
                self._idle += 1
        with self._guard:
            self._threads.discard(threading.current_thread())

    def _take(self) -> tuple[socket.socket, Any] | None:
        try:
            taken = self.socket.accept()
        except OSError:  # the server stops
            taken = None
        with self._guard:
            self._idle -= 1
            if taken is not None and self._idle == 0 and not self._stopping:
                self._add_thread()
        return taken


def _break_off(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it ended by itself
        connection.shutdown(socket.SHUT_RDWR)
