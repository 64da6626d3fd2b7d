"""Werkzeug's threaded server, made to answer in one write and to stop without leaving a thread."""

import contextlib
import socket
import sys
import threading
from typing import Any
from wsgiref.types import WSGIApplication

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

_GRACE_S = 0.5  # for streams that were told to end to say so


class _Handler(WSGIRequestHandler):
    """Buffers the answer, so that header and body travel together."""

    wbufsize = 64 * 1024
    disable_nagle_algorithm = True

    def connection_dropped(self, error: BaseException, environ: object = None) -> None:
        self.close_connection = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the page has a log of its own."""


class HttpServer(ThreadedWSGIServer):
    """Serves in a thread of its own; `stop` ends every connection and waits for all threads."""

    daemon_threads = False  # so that closing joins them

    def __init__(self, port: int, app: WSGIApplication) -> None:
        # The socket is bound here, since werkzeug would end the process if the port is taken.
        with socket.create_server(("127.0.0.1", port), backlog=128) as bound:
            super().__init__("127.0.0.1", bound.getsockname()[1], app, _Handler, fd=bound.fileno())
        self._live: set[socket.socket] = set()
        self._guard = threading.Condition()
        self._thread = threading.Thread(
            target=self.serve_forever, args=(0.02,), name="sandbox-http", daemon=True
        )

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """Take no more, end what is open, and wait."""
        self.shutdown()
        with self._guard:
            self._guard.wait_for(lambda: not self._live, timeout=_GRACE_S)
            live = list(self._live)
        for one in live:
            with contextlib.suppress(OSError):  # it ended by itself
                one.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that left; report anything else."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection until it ends."""
        with self._guard:
            self._live.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection."""
        with self._guard:
            self._live.discard(request)
            self._guard.notify_all()
        super().shutdown_request(request)
