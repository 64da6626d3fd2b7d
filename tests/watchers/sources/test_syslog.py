"""Syslog over UDP and TCP: each message once, whole, with who said it; nothing bad ends it."""

import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.waiting import until
from tests.watchers.following import MovedClock
from tests.watchers.sources.test_real_writers import get, program, running
from watchers.sources.syslog.framing import LONGEST, Frames
from watchers.sources.syslog.message import message_of
from watchers.sources.syslog.settings import SyslogSettings
from watchers.sources.syslog.supply import Syslog
from watchers.streams.entry import Entry, Opening, SupplyError
from watchers.watch import Watch

UDP, TCP = "udp://127.0.0.1:{}", "tcp://127.0.0.1:{}"


def free_port(kind: int) -> int:
    with socket.socket(socket.AF_INET, kind) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Ear:
    """A supply on ports of its own."""

    def __init__(self, **more: object) -> None:
        self.udp, self.tcp = free_port(socket.SOCK_DGRAM), free_port(socket.SOCK_STREAM)
        listen = [UDP.format(self.udp), TCP.format(self.tcp)]
        self.clock = MovedClock()
        self.supply = Syslog(
            SyslogSettings.model_validate({"listen": listen, **more}),
            Opening(watch="net", mark="", from_start=False, clock=self.clock),
        )
        self.heard: list[Entry] = []

    def send(self, data: bytes) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.sendto(data, ("127.0.0.1", self.udp))

    def line(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.tcp))

    def until(self, holds: Callable[[], bool]) -> None:
        def came() -> bool:
            self.heard += self.supply.draw()
            return holds()

        until(came, lambda: f"more than {[entry.text for entry in self.heard]}")

    def texts(self, count: int) -> list[bytes]:
        self.until(lambda: len(self.heard) >= count)
        return [entry.text for entry in self.heard]


@pytest.fixture
def ear() -> Iterator[Ear]:
    one = Ear()
    yield one
    one.supply.close()


def labels(entry: Entry) -> dict[str, str]:
    assert entry.stream is not None
    return dict(entry.stream.labels)


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (b"<34>Oct 11 22:14:15 mymachine su: 'su root' failed", "auth crit mymachine su"),
        (b"<13>Nov  3 10:00:00 host app[12]: hello: you", "user notice host app"),
        (b"<13>Nov  3 10:00:00 app[12]: hello", "user notice  app"),
        (b"<190>2026-11-23T10:00:00.5+08:00 host nginx: GET /", "local7 info host nginx"),
        (b"<11>myapp[7]: no time", "user err  myapp"),
        (b"<165>1 2026-08-24T05:14:15.000003-07:00 h app 8710 - - say", "local4 notice h app"),
        (b"<165>1 - - - - - -", "local4 notice  "),
        (b"<999>Oct 11 22:14:15 a b: c", "user notice  "),
        (b"<34", "user notice  "),
        (b"", "user notice  "),
        (b"\xff\xfe<34>x", "user notice  "),
    ],
)
def test_a_message_says_who_and_how_bad(raw: bytes, wanted: str) -> None:
    one = message_of(raw)
    assert f"{one.facility} {one.priority} {one.host} {one.app}" == wanted


def test_structured_data_is_kept_before_the_text() -> None:
    data = b'[a@1 b="c\\]\\"]"][d e="f"]'
    one = message_of(
        b"<165>1 2026-08-24T05:14:15Z h app - ID47 " + data + b" \xef\xbb\xbfhello\nmore"
    )
    assert one.text == data + b" hello\nmore"
    assert one.at is not None
    assert one.at.isoformat() == "2026-08-24T05:14:15+00:00"


@given(st.binary(max_size=200))
def test_any_bytes_are_some_message(raw: bytes) -> None:
    assert message_of(b"<13>1 " + raw).priority == "notice"
    message_of(raw)


_MESSAGE = st.binary(min_size=1, max_size=30).map(
    lambda b: b"<13>" + b.translate(bytes(range(256)).replace(b"\n", b"n").replace(b"\0", b"n"))
)


@given(st.lists(st.tuples(_MESSAGE, st.booleans()), max_size=8), st.integers(1, 7))
def test_counted_and_ended_messages_are_whole_whatever_the_pieces(
    messages: list[tuple[bytes, bool]], size: int
) -> None:
    sent = b"".join(
        b"%d %s" % (len(one), one) if counted else one + b"\n" for one, counted in messages
    )
    frames, found = Frames(), []
    for at in range(0, len(sent), size):
        found += frames.feed(sent[at : at + size])
    assert [*found, *frames.end()] == [one for one, _ in messages]


@pytest.mark.parametrize("head", [b"<13>", b"%d <13>" % (3 * LONGEST + 4)])
def test_a_very_long_message_is_cut_and_costs_no_memory(head: bytes) -> None:
    frames, found = Frames(), []
    for piece in (head, *[b"x" * LONGEST] * 3, b"" if head[0] != ord("<") else b"\n", b"<13>y\n"):
        found += frames.feed(piece)
        assert len(frames._held) <= LONGEST + len(head)
    assert [len(found[0]), found[1]] == [LONGEST, b"<13>y"]
    assert frames.cut == 1


def test_both_kinds_are_heard_with_peer_and_names(ear: Ear) -> None:
    ear.send(b"<11>Oct 11 22:14:15 web1 pay[3]: card declined\n")
    ear.texts(1)
    with ear.line() as one, ear.line() as other:
        one.sendall(b"<11>Oct 11 22:14:15 web2 pay: one\n<11>Oct")
        other.sendall(b"7 <14>two")
        ear.texts(3)
        one.sendall(b" 11 22:14:15 web2 pay: three")
    assert sorted(ear.texts(4)) == [b"card declined", b"one", b"three", b"two"]
    said = labels(ear.heard[0])
    assert said == {
        "service": "pay",
        "host": "web1",
        "peer": "127.0.0.1",
        "facility": "user",
        "priority": "err",
    }
    (two,) = [entry for entry in ear.heard if entry.text == b"two"]
    assert labels(two)["service"], labels(two)["host"] == ("net", "127.0.0.1")
    assert len({entry.id for entry in ear.heard}) == 4
    ear.until(lambda: len(ear.supply.descriptors) == 2)


def test_who_may_not_send_is_turned_away_and_that_is_said_for_a_minute() -> None:
    ear = Ear(allow=["10.0.0.0/8"])
    ear.send(b"<13>x")
    with ear.line():
        ear.until(lambda: "2 senders turned away" in ear.supply.note)
    assert ear.heard == []
    ear.clock.pass_by(61)
    assert not ear.supply.note
    ear.supply.close()


def test_connections_are_bounded() -> None:
    ear = Ear(connections=1)
    with ear.line() as one:
        one.sendall(b"<13>one\n")
        ear.texts(1)
        with ear.line() as other:
            ear.until(lambda: "1 connections turned away" in ear.supply.note)
            assert other.recv(1) == b""
        one.sendall(b"<13>two\n")
        assert ear.texts(2) == [b"one", b"two"]
    ear.supply.close()


def test_datagrams_that_were_lost_are_counted(ear: Ear) -> None:
    size = ear.supply._datagrams[0].getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
    sent = 2 * size // 30_000
    for _ in range(sent):
        ear.send(b"<13>" + b"x" * 30_000)
    ear.until(lambda: not ear.supply.more)
    ear.send(b"<13>later")
    ear.until(lambda: "datagrams lost" in ear.supply.note)
    lost = int(ear.supply.note.split()[0])
    assert lost == sent + 1 - len(ear.heard)


def test_an_address_in_use_is_said_and_a_wrong_one_refused(ear: Ear) -> None:
    taken = SyslogSettings(listen=(TCP.format(ear.tcp),))
    opening = Opening(watch="net", mark="", from_start=False, clock=ear.clock)
    with pytest.raises(SupplyError, match="in use"):
        Syslog(taken, opening)
    assert taken.missing == "", "somebody hears there already, it may be us"
    assert "assign" in SyslogSettings(listen=("udp://192.0.2.1:5514",)).missing
    watch = Watch.model_validate({"name": "n", "syslog": "udp://0.0.0.0:5514"})
    assert watch.kind == "syslog"
    for wrong in ("0.0.0.0:5514", "udp://host:1", "udp://0.0.0.0", "http://0.0.0.0:1"):
        with pytest.raises(ValidationError, match="where to listen"):
            Watch.model_validate({"name": "n", "syslog": [wrong]})


@pytest.mark.parametrize(
    "arguments",
    [["-d"], ["-T"], ["-T", "--octet-count"], ["-d", "--rfc3164"], ["-T", "--rfc3164"]],
    ids=" ".join,
)
def test_logger_is_understood(ear: Ear, arguments: list[str]) -> None:
    port = ear.udp if "-d" in arguments else ear.tcp
    subprocess.run(
        [
            *(program("logger", "bsdutils"), "-n", "127.0.0.1", "-P", str(port), *arguments),
            *("-t", "pay", "-p", "local3.err", "ERROR card declined"),
        ],
        check=True,
    )
    (text,) = ear.texts(1)
    assert text.endswith(b"ERROR card declined")
    said = labels(ear.heard[0])
    assert (said["service"], said["facility"], said["priority"]) == ("pay", "local3", "err")
    assert said["host"] == socket.gethostname().partition(".")[0] or "." in said["host"]
    assert ear.heard[0].dated == ("--rfc3164" not in arguments)


@pytest.mark.parametrize("form", ["RSYSLOG_SyslogProtocol23Format", "RSYSLOG_ForwardFormat"])
def test_rsyslog_forwards_every_line_once(tmp_path: Path, ear: Ear, form: str) -> None:
    mouth, pid = tmp_path / "mouth", tmp_path / "pid"
    framing = "octet-counted" if "23" in form else "traditional"
    config = tmp_path / "rsyslog.conf"
    config.write_text(
        f'global(workDirectory="{tmp_path}")\nmodule(load="imuxsock" SysSock.Use="off")\n'
        f'input(type="imuxsock" Socket="{mouth}" RateLimit.Interval="0")\n'
        f'*.* action(type="omfwd" target="127.0.0.1" port="{ear.tcp}" protocol="tcp" '
        f'TCP_Framing="{framing}" template="{form}")\n'
    )
    arguments = ["-n", "-f", str(config), "-i", str(pid)]
    with running(program("rsyslogd", "rsyslog"), *arguments) as writer:
        ear.until(lambda: mouth.exists() or writer.poll() is not None)
        assert writer.poll() is None
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
            one.connect(str(mouth))
            for n in range(300):
                one.send(f"<11>Nov 23 10:00:00 app: line {n}".encode())

        def told() -> list[bytes]:
            heard = [entry.text.strip() for entry in ear.heard]
            return [text for text in heard if text.startswith(b"line ")]

        ear.until(lambda: len(told()) >= 300)
    assert told() == [b"line %d" % n for n in range(300)]
    assert {labels(entry)["service"] for entry in ear.heard if b"line " in entry.text} == {"app"}


def test_nginx_sends_both_of_its_logs(tmp_path: Path, ear: Ear) -> None:
    door, pid = tmp_path / "door", tmp_path / "pid"
    config = tmp_path / "nginx.conf"
    target = f"syslog:server=127.0.0.1:{ear.udp},tag=shop"
    config.write_text(
        f"daemon off; worker_processes 1; pid {pid};\nuser root;\n"
        f"error_log {target} error;\nevents {{}}\nhttp {{\naccess_log {target};\n"
        + "".join(
            f"{kind}_temp_path {tmp_path}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        + f"server {{ listen unix:{door}; root {tmp_path}/none; }} }}\n"
    )
    with running(program("nginx", "nginx-light"), "-c", str(config)) as writer:
        ear.until(lambda: (door.exists() and pid.exists()) or writer.poll() is not None)
        assert writer.poll() is None
        get(door, "/missing")
        ear.until(lambda: {labels(one)["priority"] for one in ear.heard} >= {"err", "info"})
    said = {labels(one)["priority"]: one for one in ear.heard}
    assert labels(said["err"])["service"] == "shop"
    assert b"[error]" in said["err"].text
    assert b"GET /missing" in said["info"].text
