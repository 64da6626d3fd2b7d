"""A server that speaks the page's side of the sandbox, and a window in front of it."""

import copy
import json
import mimetypes
import queue
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.bot.sandbox.page import samples

PAGE = files("bot.sandbox") / "page"
HOME = {"/", "/registration"}
DOT = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><circle r="9"/></svg>'
CANNED: dict[str, samples.Json] = {
    "api-log": {"calls": samples.CALLS},
    "faults": {"faults": samples.FAULTS},
    "logs": {"files": samples.LOG_FILES},
    "commands": {"commands": samples.COMMANDS},
}


class Handler(BaseHTTPRequestHandler):
    """Serves the page's files, canned answers and a stream of events."""

    protocol_version = "HTTP/1.1"
    server: "PageServer"

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def answer(self, body: bytes, kind: str = "application/json", status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/sandbox/events":
            self.stream()
        elif path.startswith("/sandbox/images/"):
            self.answer(DOT, "image/svg+xml")
        elif path.startswith("/sandbox/"):
            self.answer(json.dumps(self.server.read(path)).encode())
        else:
            file = PAGE / ("index.html" if path in HOME else path.removeprefix("/page/"))
            kind = mimetypes.guess_type(path if path not in HOME else "a.html")[0] or "text/plain"
            if file.is_file():
                self.answer(file.read_bytes(), kind)
            else:
                self.answer(b"", status=404)

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.put((self.command, self.path, json.loads(raw or b"null")))
        self.server.release.wait(10)
        status, body = self.server.answers.get(self.path, (200, {}))
        self.answer(json.dumps(body).encode(), status=status)

    def do_DELETE(self) -> None:
        self.do_POST()

    def do_PATCH(self) -> None:
        self.do_POST()

    def do_PUT(self) -> None:
        self.do_POST()

    def stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        events: queue.Queue[bytes | None] = queue.Queue()
        self.server.streams.append(events)
        self.server.streaming.set()
        self.close_connection = True
        try:
            while (event := events.get()) is not None:
                self.wfile.write(event)
        except OSError:
            pass


class PageServer(ThreadingHTTPServer):
    """What the tests set up and look at; every mutable thing is fresh for each server."""

    daemon_threads = False
    block_on_close = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.state = samples.town()
        self.messages: list[samples.Json] = []
        self.answers: dict[str, tuple[int, samples.Json]] = {}
        self.asked: queue.Queue[tuple[str, str, Any]] = queue.Queue()
        self.streams: list[queue.Queue[bytes | None]] = []
        self.streaming = threading.Event()
        self.release = threading.Event()
        self.release.set()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def read(self, path: str) -> samples.Json:
        """The canned answer to a GET."""
        match path.removeprefix("/sandbox/").split("/"):
            case ["state"]:
                return self.state
            case ["chats", chat_id, "messages"]:
                found = [one for one in self.messages if one["chat_id"] == chat_id]
                return {"messages": found}
            case [name]:
                return CANNED.get(name, {})
            case _:
                return {}

    def push(self, name: str, data: samples.Json) -> None:
        """Sends an event to every open page."""
        assert self.streaming.wait(10), "no page opened its stream of events"
        line = f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()
        for stream in self.streams:
            stream.put(line)

    def show(self, *cards: samples.Json) -> None:
        """Lets the first group hold one message for each card."""
        self.messages = [samples.message(n, one) for n, one in enumerate(cards, start=1)]

    def next_request(self) -> tuple[str, str, Any]:
        """The next thing the page posted."""
        return self.asked.get(timeout=10)

    def stop(self) -> None:
        self.release.set()
        for stream in self.streams:
            stream.put(None)
        self.shutdown()
        self.server_close()


@pytest.fixture
def server() -> Iterator[PageServer]:
    town = PageServer()
    thread = threading.Thread(target=town.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield town
    town.stop()
    thread.join()


class Window:
    """A browser page with what it complained about and whom it called."""

    def __init__(self, page: Page, server: PageServer) -> None:
        self.page = page
        self.server = server
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._heard)
        page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        page.on("request", self._asked)

    def _heard(self, message: Any) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.server.address, "data:", "blob:")):
            self.strangers.append(request.url)

    def open(self) -> Page:
        """Loads the page, with the first group open, and waits for its messages."""
        self.page.goto(self.server.address + f"/#chat={samples.GROUP}")
        self.page.wait_for_selector("[data-message]")
        return self.page


@pytest.fixture
def window(browser: Browser, server: PageServer) -> Iterator[Window]:
    server.messages = copy.deepcopy(samples.CONVERSATION)
    context = browser.new_context(viewport={"width": 1100, "height": 860}, locale="zh-CN")
    yield Window(context.new_page(), server)
    context.close()
