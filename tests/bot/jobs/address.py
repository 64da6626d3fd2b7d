"""An address on loopback that answers as told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Address:
    """What it answers, and what it was asked."""

    url: str = ""
    code: int = 200
    body: bytes = b"ok"
    asked: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)


@contextmanager
def answering() -> Iterator[Address]:
    """An address that answers until the end."""
    address = Address()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address.asked.append(self.path)
            self.send_response(address.code)
            self.send_header("Content-Length", str(len(address.body)))
            for name, value in address.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(address.body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_: Any) -> None:
            """Nothing on the console."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    address.url = f"http://127.0.0.1:{server.server_port}/duty.ics?key=hidden"
    try:
        yield address
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
