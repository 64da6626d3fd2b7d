"""Each kind of check against a real peer: one that works, one that does not, one that hangs."""

import os
import shutil
import socket
import ssl
import stat
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.watchers.certificate import write_certificate
from watchers.clock import SystemClock
from watchers.health import CheckStatus
from watchers.sources.checks.base import Outcome
from watchers.sources.checks.runner import probe_of
from watchers.sources.checks.settings import CheckSettings

UP, WARNING, DOWN = CheckStatus.UP, CheckStatus.WARNING, CheckStatus.DOWN
DAY = timedelta(days=1)


def probed(kind: str, **fields: Any) -> Outcome:
    settings = CheckSettings.model_validate({"name": "n", "kind": kind, "timeout": "2s", **fields})
    return probe_of(settings.kind)(settings)


@contextmanager
def listening(serve: Callable[[socket.socket], None] | None = None) -> Iterator[str]:
    """A port that accepts; each connection is given to `serve`, else left alone."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        stop = threading.Event()

        def work() -> None:
            held = []
            while not stop.is_set():
                try:
                    connection, _ = server.accept()
                except OSError:
                    break
                held.append(connection)
                if serve is not None:
                    serve(connection)
            for one in held:
                one.close()

        thread = threading.Thread(target=work)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        stop.set()
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)


def closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


class Shop(BaseHTTPRequestHandler):
    """Answers as its path says."""

    def do_GET(self) -> None:
        status, body = {
            "/": (200, b"all is ok"),
            "/moved": (302, b""),
            "/broken": (503, b"no"),
            "/long": (200, b"x" * 600_000 + b"late"),
        }[self.path]
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.fixture
def shop() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_port_that_accepts_is_up() -> None:
    with listening() as address:
        assert probed("tcp", address=address) == Outcome(status=UP, detail=address)


def test_a_port_that_refuses_is_told_by_its_reason() -> None:
    with pytest.raises(ConnectionRefusedError):
        probed("tcp", address=closed_port())


def test_an_address_that_answers_well_is_up(shop: str) -> None:
    assert probed("http", url=f"{shop}/") == Outcome(status=UP, detail="HTTP 200")
    assert probed("http", url=f"{shop}/moved").status is UP
    assert probed("http", url=f"{shop}/", contains="is ok").status is UP
    assert probed("http", url=f"{shop}/broken", status=[503]).status is UP


def test_an_address_that_answers_otherwise_is_down(shop: str) -> None:
    assert probed("http", url=f"{shop}/broken") == Outcome(status=DOWN, detail="HTTP 503")
    assert probed("http", url=f"{shop}/moved", status=[200]).status is DOWN
    without = probed("http", url=f"{shop}/", contains="perfect")
    assert without == Outcome(status=DOWN, detail="HTTP 200 without 'perfect'")
    assert probed("http", url=f"{shop}/long", contains="late").status is DOWN


def test_an_address_that_is_slow_is_a_warning() -> None:
    def late(connection: socket.socket) -> None:
        connection.recv(1000)
        threading.Event().wait(1.1)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with listening(late) as address:
        slow = probed("http", url=f"http://{address}/", slow="1s")
    assert (slow.status, slow.detail.startswith("slow: 1.")) == (WARNING, True)


def test_nobody_there_and_nobody_answering_are_told_apart() -> None:
    refused = probed("http", url=f"http://{closed_port()}/")
    assert refused.status is DOWN
    assert "refused" in refused.detail
    with listening() as address:
        silent = probed("http", url=f"http://{address}/", timeout="1s")
    assert silent == Outcome(status=DOWN, detail="no answer within 1 s")


@contextmanager
def secured(folder: Path, lasts: timedelta) -> Iterator[tuple[str, Path]]:
    begins = SystemClock().now() - 30 * DAY
    certificate, key = write_certificate(folder, begins, 30 * DAY + lasts)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def shake(connection: socket.socket) -> None:
        connection.settimeout(5)
        try:
            context.wrap_socket(connection, server_side=True).close()
        except OSError:
            connection.close()

    with listening(shake) as address:
        yield address, certificate


@pytest.mark.parametrize(
    ("days", "status", "said"),
    [(60.5, UP, "in 60 d"), (9.4, WARNING, "in 9 d"), (-1, DOWN, "expired")],
)
def test_a_certificate_is_told_by_the_time_it_has_left(
    tmp_path: Path, days: float, status: CheckStatus, said: str
) -> None:
    with secured(tmp_path, days * DAY) as (address, certificate):
        found = probed("tls", address=address, ca_file=str(certificate))
    assert found.status is status
    assert said in found.detail


def test_a_certificate_that_nobody_trusts_is_down(tmp_path: Path) -> None:
    with secured(tmp_path, 60 * DAY) as (address, _):
        found = probed("tls", address=address)
    assert found == Outcome(status=DOWN, detail="self-signed certificate")


def test_what_speaks_no_tls_is_down() -> None:
    def greet(connection: socket.socket) -> None:
        connection.sendall(b"220 mail.example ESMTP\r\n")

    with listening(greet) as address:
        found = probed("tls", address=address)
    assert (found.status, found.detail[:8]) == (DOWN, "no TLS: ")


def dns_answer(question: bytes) -> bytes:
    """One address for good.example, none for others; the name by a pointer, as servers do."""
    good = b"\x04good\x07example" in question
    kind = question[-4:-2]
    answers = int(good and kind == b"\0\1")
    head = question[:2] + struct.pack(">HHHHH", 0x8180 if good else 0x8183, 1, answers, 0, 0)
    row = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + bytes([192, 0, 2, 7])
    return head + question[12:] + row * answers


@pytest.fixture
def resolver() -> Iterator[str]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        line.settimeout(0.1)
        stop = threading.Event()

        def work() -> None:
            while not stop.is_set():
                try:
                    question, who = line.recvfrom(4096)
                except TimeoutError:
                    continue
                if b"\x06silent" in question:
                    continue
                line.sendto(b"\0" if b"\x03odd" in question else dns_answer(question), who)

        thread = threading.Thread(target=work)
        thread.start()
        yield f"127.0.0.1:{line.getsockname()[1]}"
        stop.set()
        thread.join()


def test_a_name_is_resolved_by_the_server_that_is_asked(resolver: str) -> None:
    good = probed("dns", lookup="good.example", server=resolver, expect=["192.0.2.7"])
    assert good == Outcome(status=UP, detail="192.0.2.7")
    other = probed("dns", lookup="good.example", server=resolver, expect=["192.0.2.8"])
    assert other == Outcome(status=DOWN, detail="resolves to 192.0.2.7, not to 192.0.2.8")
    unknown = probed("dns", lookup="bad.example", server=resolver)
    assert unknown == Outcome(status=DOWN, detail="no such name")
    assert probed("dns", lookup="odd.example", server=resolver).status is DOWN
    with pytest.raises(TimeoutError):
        probed("dns", lookup="silent.example", server=resolver, timeout="1s")


def test_a_name_is_resolved_as_this_machine_does() -> None:
    assert "127.0.0.1" in probed("dns", lookup="localhost").detail


def test_processes_are_counted_by_name_and_command_line(tmp_path: Path) -> None:
    program = tmp_path / "larkwatchee"
    shutil.copy("/bin/sleep", program)
    assert probed("process", process="larkwatchee").detail == "does not run"
    with subprocess.Popen([program, "61"]) as process:
        try:
            assert probed("process", process="larkwatchee") == Outcome(
                status=UP, detail="1 running"
            )
            assert probed("process", process="larkwatchee", contains="larkwatchee 61").status is UP
            assert (
                probed("process", process="larkwatchee", contains="larkwatchee 62").status is DOWN
            )
            few = probed("process", process="larkwatchee", least=2)
            assert few == Outcome(status=DOWN, detail="1 running, wanted 2")
        finally:
            process.kill()


SYSTEMCTL = """#!/bin/sh
say() { printf 'LoadState=%s\\nActiveState=%s\\nSubState=%s\\nResult=%s\\n' "$@"; }
case "$4" in
  well.service) say loaded active running success;;
  sick.service) say loaded failed failed exit-code;;
  slow.service) say loaded activating auto-restart success;;
  none.service) say not-found inactive dead success;;
  hangs.service) sleep 30;;
  *) echo 'Failed to connect to bus'; exit 1;;
esac
"""


def test_units_are_told_by_their_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert probed("systemd", unit="a").detail == "there is no systemctl on this host"
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin{os.pathsep}/usr/bin")
    program = tmp_path / "systemctl"
    program.write_text(SYSTEMCTL)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    found = {one: probed("systemd", unit=f"{one}.service") for one in ("well", "sick", "slow")}
    assert found == {
        "well": Outcome(status=UP, detail="active (running)"),
        "sick": Outcome(status=DOWN, detail="failed (failed), exit-code"),
        "slow": Outcome(status=WARNING, detail="activating (auto-restart)"),
    }
    assert probed("systemd", unit="none.service").detail == "there is no such unit"
    assert probed("systemd", unit="other").detail == "Failed to connect to bus"
    hung = probed("systemd", unit="hangs.service", timeout="1s")
    assert hung.detail == "systemctl did not answer within 1 s"


def test_a_command_is_judged_by_its_exit_code_and_told_by_its_first_line() -> None:
    well = probed("command", command=["sh", "-c", "echo; echo 'queue: 3 | more'; echo rest"])
    assert well == Outcome(status=UP, detail="queue: 3 | more")
    bad = probed("command", command=["sh", "-c", "echo 'queue: 999' >&2; exit 2"])
    assert bad == Outcome(status=DOWN, detail="exit code 2: queue: 999")
    killed = probed("command", command=["sh", "-c", "kill -9 $$"])
    assert killed.detail == "exit code -9"
    with pytest.raises(FileNotFoundError):
        probed("command", command=["/no/such/program"])


def test_a_command_that_does_not_end_is_stopped_with_its_children(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    line = f"sleep 77 & echo $! > {note}; wait"
    hung = probed("command", command=["sh", "-c", line], timeout="1s")
    assert hung == Outcome(status=DOWN, detail="did not end within 1 s")
    pid = int(note.read_text())
    gone = threading.Event()
    for _ in range(100):
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text().split()[2] == "Z":
            break
        gone.wait(0.05)
    else:
        pytest.fail("its child lives on")


def test_a_command_that_says_too_much_is_read_to_its_end_and_little_of_it_kept() -> None:
    script = "import sys; sys.stdout.write('a' * 5_000_000)"
    found = probed("command", command=[sys.executable, "-c", script], timeout="20s")
    assert found == Outcome(status=UP, detail="a" * 200)


def test_a_command_does_not_see_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LARKWATCH_APP_SECRET", "s3cret")
    found = probed("command", command=["sh", "-c", 'echo "[$LARKWATCH_APP_SECRET]"'])
    assert found.detail == "[]"
