"""How soon the sandbox starts, what it weighs, and how many messages it takes beside open streams.

Run: python tests/bench/bench_sandbox.py [seconds]
"""

import contextlib
import json
import selectors
import socket
import subprocess
import sys
import threading
import time
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import simple_websocket
from stage import machine, mark, quantile

from bot.sandbox.server import Sandbox, Settings
from bot.sandbox.town import FIRST_GROUP
from bot.sandbox.wire import stable_id
from watchers.clock import SystemClock

AUDIENCES = ((150, 50), (200, 0))  # pages and long connections, of which 50 is Feishu's limit
MUST_START_S, MUST_MB, MUST_RATE = 1.0, 60.0, 500.0
SENDERS = 4
RUN = "from bot.cli.main import main; main()"
ROOT = Path(__file__).parents[2]
GROUP = stable_id("oc_", FIRST_GROUP)


class FastClock:
    """A thousand times too fast, so that every ceiling is counted and none is met."""

    def now(self) -> datetime:
        return SystemClock().now()

    def monotonic(self) -> float:
        return time.monotonic() * 1000


def serve() -> None:
    """The sandbox, in a process of its own, until standard input ends."""
    sandbox = Sandbox(Settings(), FastClock())
    print(sandbox.start(), flush=True)
    sys.stdin.read()
    sandbox.stop()


def child(*arguments: str) -> Any:
    command = [sys.executable, __file__, *arguments]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=ROOT, **pipes)  # type: ignore[call-overload]


def start_s() -> float:
    """From the command to its first line."""
    began = time.perf_counter()
    command = [sys.executable, "-c", RUN, "sandbox", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        took = time.perf_counter() - began
        process.terminate()
        process.stdout.read()
    return took


def listen(address: str, pages: int, connections: int) -> None:
    """Open pages and long connections, say so, read all of it, and at the end say how much."""
    host = urlsplit(address)
    assert host.hostname
    assert host.port
    chooser = selectors.DefaultSelector()
    for _ in range(pages):
        page = socket.create_connection((host.hostname, host.port))
        page.sendall(b"GET /sandbox/events HTTP/1.1\r\nHost: sandbox\r\n\r\n")
        chooser.register(page, selectors.EVENT_READ, [0])
    settings = Settings()
    body = json.dumps({"AppID": settings.app_id, "AppSecret": settings.app_secret})
    clients = []
    for _ in range(connections):
        connection = HTTPConnection(host.hostname, host.port)
        connection.request("POST", "/callback/ws/endpoint", body)
        answer = json.loads(connection.getresponse().read())
        connection.close()
        clients.append(simple_websocket.Client(answer["data"]["URL"]))
    print("open", flush=True)
    done = threading.Event()

    def wait() -> None:
        sys.stdin.read()
        done.set()

    threading.Thread(target=wait, daemon=True).start()
    seen: dict[int, int] = {}
    while not done.is_set():
        for key, _ in chooser.select(timeout=0.2):
            data = key.fileobj.recv(1 << 20)  # type: ignore[union-attr]
            seen[key.fd] = seen.get(key.fd, 0) + data.count(b"event: message")
    counts = [seen.get(key.fd, 0) for key in chooser.get_map().values()]
    print(min(counts), len(counts), sum(client.connected for client in clients), flush=True)
    for client in clients:
        client.close()


def send(address: str, until: float, took: list[float]) -> None:
    """Send messages one after another over one connection."""
    host = urlsplit(address)
    connection = HTTPConnection(host.hostname or "", host.port)
    settings = Settings()
    ask = json.dumps({"app_id": settings.app_id, "app_secret": settings.app_secret})
    connection.request("POST", "/open-apis/auth/v3/tenant_access_token/internal", ask)
    token = json.loads(connection.getresponse().read())["tenant_access_token"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    content = json.dumps({"text": "支付服务 ERROR 12:00:01 declined by issuer " * 3})
    body = json.dumps({"receive_id": GROUP, "msg_type": "text", "content": content})
    while time.perf_counter() < until:
        began = time.perf_counter()
        path = "/open-apis/im/v1/messages?receive_id_type=chat_id"
        connection.request("POST", path, body, headers)
        reply = connection.getresponse().read()
        took.append(time.perf_counter() - began)
        assert reply.startswith(b'{"code":0'), reply
    connection.close()


def load(address: str, seconds: float) -> tuple[float, list[float]]:
    """Messages a second, and how long each took."""
    took: list[float] = []
    began = time.perf_counter()
    until = began + seconds
    threads = [threading.Thread(target=send, args=(address, until, took)) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(took) / (time.perf_counter() - began), took


def rss_mb(pid: int) -> float:
    return float(psutil.Process(pid).memory_info().rss) / 1e6


def show(what: str, figure: str, ratios: str) -> None:
    print(f"  {what:44} {figure:>15}   {ratios}", flush=True)


def show_memory(when: str, server: Any) -> None:
    weight = rss_mb(server.pid)
    show(f"memory {when}", f"{weight:.1f} MB", mark(weight, must=MUST_MB))


def show_load(what: str, rate: float, took: list[float]) -> None:
    p50, p99 = (quantile(took, share) * 1000 for share in (0.5, 0.99))
    enough = f"must {MUST_RATE:g}: {rate / MUST_RATE:.2f} ×{'' if rate >= MUST_RATE else ' ✗'}"
    show(what, f"{rate:.0f} messages/s", f"{enough}   p50 {p50:.1f} ms  p99 {p99:.1f} ms")


def main(seconds: float) -> None:
    print(f"sandbox; {machine()}")
    took = min(start_s() for _ in range(3))
    show("start of the command", f"{took:.2f} s", mark(took, must=MUST_START_S))
    server = child("serve")
    address = server.stdout.readline().strip()
    show_memory("at the start", server)
    sent = 0
    rate, times = load(address, seconds)
    sent += len(times)
    show_load("alone", rate, times)
    show_memory(f"after {sent} messages", server)
    for pages, connections in AUDIENCES:
        audience = f"{pages} pages and {connections} long connections"
        listener = child("listen", address, str(pages), str(connections))
        assert listener.stdout.readline() == "open\n"
        show_memory(f"with {audience}", server)
        rate, times = load(address, seconds)
        sent += len(times)
        show_load(f"with {audience}", rate, times)
        show_memory(f"after {sent} messages", server)
        time.sleep(1)  # for the last batch
        heard, *still_open = map(int, listener.communicate()[0].split())
        assert still_open == [pages, connections], still_open
        print(f"    every page heard {heard} of {len(times)}, and all were open to the end")
    show_memory("when all have left", server)
    server.communicate()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        match sys.argv[1:]:
            case ["serve"]:
                serve()
            case ["listen", address, pages, connections]:
                listen(address, int(pages), int(connections))
            case []:
                main(6.0)
            case [figure]:
                main(float(figure))
