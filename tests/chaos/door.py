"""Where the sandbox posts: keeps each push until the bot's turn comes, in the test's own thread."""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One POST that waits for its answer; an answer of None drops the connection."""

    headers: dict[str, str]
    body: bytes
    answered: "queue.SimpleQueue[tuple[int, bytes] | None]" = field(
        default_factory=queue.SimpleQueue
    )


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Say nothing of a sandbox that did not wait for its answer."""


class Door:
    """An HTTP server on loopback whose requests are answered by whoever takes them."""

    def __init__(self) -> None:
        self._pushes: queue.SimpleQueue[Push] = queue.SimpleQueue()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.block_on_close = False
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        """What to tell the sandbox."""
        return f"http://127.0.0.1:{self._server.server_port}/feishu/callback"

    def take(self, within_s: float = 0.0) -> Push | None:
        """The next push, None if there is none in time."""
        try:
            return self._pushes.get(timeout=within_s) if within_s else self._pushes.get_nowait()
        except queue.Empty:
            return None

    def close(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.server_close()
        while (push := self.take()) is not None:
            push.answered.put(None)

    def _handler(self) -> Callable[..., BaseHTTPRequestHandler]:
        pushes = self._pushes

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                push = Push(headers=dict(self.headers), body=body)
                pushes.put(push)
                answer = push.answered.get(timeout=PATIENCE_S)
                if answer is None:
                    self.close_connection = True
                    return
                self.send_response(answer[0])
                self.send_header("Content-Length", str(len(answer[1])))
                self.end_headers()
                self.wfile.write(answer[1])

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler
