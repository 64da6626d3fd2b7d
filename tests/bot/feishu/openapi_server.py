"""A loopback server that answers Feishu's API as told, and remembers what was asked."""

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Call:
    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class Reply:
    body: dict[str, Any] | bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hang_up: bool = False


class OpenApi:
    """Hands out tokens; everything else is answered from `replies`, in order."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.replies: deque[Reply] = deque()
        self.token_reply: Reply | None = None
        self.tokens = 0
        self.address = ""
        self._lock = threading.Lock()

    def paths(self) -> list[str]:
        return [f"{call.method} {call.path}" for call in self.calls]

    def answer(self, call: Call) -> Reply:
        with self._lock:
            self.calls.append(call)
            if call.path.startswith("/open-apis/auth/"):
                self.tokens += 1
                token = f"t-{self.tokens}"
                fresh = {"code": 0, "msg": "ok", "tenant_access_token": token, "expire": 7200}
                return self.token_reply or Reply(fresh)
            return self.replies.popleft()


@contextmanager
def serving(api: OpenApi) -> Iterator[OpenApi]:
    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parsed = json.loads(body) if body else {}
            reply = api.answer(Call(self.command, self.path, dict(self.headers), parsed))
            if reply.hang_up:
                self.close_connection = True
                return
            content = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body)
            raw = content if isinstance(content, bytes) else content.encode()
            self.send_response(reply.status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("X-Tt-Logid", "log-1")
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_PATCH = _any  # noqa: N815 - names of http.server

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        api.address = f"http://127.0.0.1:{server.server_port}"
        try:
            yield api
        finally:
            server.shutdown()
            thread.join()
