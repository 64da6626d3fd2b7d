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

PAGES, CONNECTIONS = 150, 50
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


def listen(address: str) -> None:
    """Open pages and long connections, say so, read all of it, and at the end say how much."""
    host = urlsplit(address)
    assert host.hostname
    assert host.port
    chooser = selectors.DefaultSelector()
    for _ in range(PAGES):
        page = socket.create_connection((host.hostname, host.port))
        page.sendall(b"GET /sandbox/events HTTP/1.1\r\nHost: sandbox\r\n\r\n")
        chooser.register(page, selectors.EVENT_READ, [0])
    settings = Settings()
    body = json.dumps({"AppID": settings.app_id, "AppSecret": settings.app_secret})
    clients = []
    for _ in range(CONNECTIONS):
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
    print(min(seen.values()), len(seen), sum(client.connected for client in clients), flush=True)
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


def show(what: str, rate: float, took: list[float]) -> None:
    p50, p99 = (quantile(took, share) * 1000 for share in (0.5, 0.99))
    enough = f"must 500: {rate / 500:.2f} ×{'' if rate >= 500 else ' ✗'}"
    print(f"  {what:28} {rate:6.0f} messages/s   p50 {p50:.1f} ms  p99 {p99:.1f} ms   {enough}")


def main(seconds: float) -> None:
    print(f"sandbox; {machine()}")
    took = min(start_s() for _ in range(3))
    print(f"  start of the command         {took:6.2f} s   {mark(took, must=1.0)}")
    server = child("serve")
    address = server.stdout.readline().strip()
    weight = rss_mb(server.pid)
    print(f"  memory at the start          {weight:6.1f} MB   {mark(weight, must=60.0)}")
    show("alone", *load(address, seconds))
    listener = child("listen", address)
    assert listener.stdout.readline() == "open\n"
    weight = rss_mb(server.pid)
    print(f"  memory with {PAGES + CONNECTIONS} streams       {weight:6.1f} MB")
    rate, times = load(address, seconds)
    show(f"with {PAGES + CONNECTIONS} open streams", rate, times)
    time.sleep(1)  # for the last batch
    heard, pages, connections = map(int, listener.communicate()[0].split())
    print(
        f"  every page heard {heard} of {len(times)}; {pages} pages, {connections} connections open"
    )
    weight = rss_mb(server.pid)
    print(f"  memory afterwards            {weight:6.1f} MB   {mark(weight, must=60.0)}")
    server.communicate()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        match sys.argv[1:]:
            case ["serve"]:
                serve()
            case ["listen", address]:
                listen(address)
            case []:
                main(8.0)
            case [figure]:
                main(float(figure))
