"""What is written to databases for time series is there, once, whatever happens on the way."""

import json
import math
import os
import shutil
import socket
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.jobs.export.base import Wire
from bot.jobs.export.exporter import Exporter, Place
from bot.jobs.export.influx import Influx
from bot.jobs.export.remote_write import RemoteWrite
from bot.store.database import migrate, open_database
from bot.store.store import Store
from tests.bot.jobs.address import answering
from tests.fakes import MovableClock
from tests.waiting import until
from watchers.clock import SystemClock
from watchers.health import Disk, HostSample
from watchers.measured import Measured

NASTY = 'a,b =c "d" \\ 支付\\e'
WIRES = {"remote-write": (RemoteWrite, "/api/v1/write"), "influx": (Influx, "/write")}
Found = dict[tuple[tuple[str, str], ...], list[tuple[int, float]]]


class Bench:
    """A store with a host and series in it, and what is to be found of them."""

    def __init__(self, folder: Path) -> None:
        self.began = SystemClock().now().replace(microsecond=0) - timedelta(minutes=2)
        self.clock = MovableClock(self.began)
        database = open_database(f"sqlite:///{folder}/db")
        migrate(database, self.began)
        self.store = Store(database)
        self.wanted: Found = {}

    def hear(self, second: int) -> None:
        """A sample of a host, and two numbers."""
        at = self.began + timedelta(seconds=second)
        disk = Disk(mount="/data 1", used=0.75, total_bytes=4, free_bytes=1)
        sample = HostSample(
            host="web1", at=at, cpu=second / 100, memory=0.5, disk=0.75, disks=(disk,)
        )
        values = {"queue": 1.5e-7 * second, "rule:latency": -3.0}
        numbers = [
            Measured(name=name, labels={"shop/x": NASTY}, at=at, value=value)
            for name, value in (*values.items(), ("host:cpu", 9.0))
        ]
        with self.store.transaction():
            self.store.health.heard("a", sample, at + timedelta(hours=1), at)
            self.store.numbers.take(numbers, lambda _: False, at)
        host = {"host": "web1"}
        self._want("larkwatch_host_cpu_usage", host, at, second / 100)
        self._want("larkwatch_host_memory_usage", host, at, 0.5)
        self._want("larkwatch_host_disk_usage", {**host, "mount": "/data 1"}, at, 0.75)
        for name, value in values.items():
            self._want("larkwatch_series", {"series": name, "shop_x": NASTY}, at, value)

    def _want(self, name: str, labels: dict[str, str], at: datetime, value: float) -> None:
        key = tuple(sorted({**labels, "__name__": name, "env": "test"}.items()))
        self.wanted.setdefault(key, []).append((round(at.timestamp() * 1000), value))

    def exporter(self, url: str, wire: Wire | None = None) -> Exporter:
        place = Place(name="m", url=url, labels={"env": "test"}, secret="hidden")
        return Exporter(place, wire or Influx(), self.store, self.clock)

    def counted(self) -> dict[str, int]:
        return dict(self.store.counters.under("exports:m:"))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    one = Bench(tmp_path)
    yield one
    one.store.disconnect()


@contextmanager
def victoria(folder: Path, port: int) -> Iterator[str]:
    found = shutil.which("victoria-metrics")
    if found is None and not os.environ.get("CI"):
        pytest.skip("!! victoria-metrics IS MISSING, NOT TESTED: apt-get install victoria-metrics")
    url = f"http://127.0.0.1:{port}"
    arguments = [f"-storageDataPath={folder}/vm", f"-httpListenAddr=127.0.0.1:{port}"]
    with (folder / "vm.log").open("ab") as log:
        process = subprocess.Popen(
            [found or "victoria-metrics", *arguments, "-memory.allowedBytes=64MB"], stderr=log
        )
    try:

        def answers() -> bool:
            try:
                with urllib.request.urlopen(f"{url}/health", timeout=5):
                    return True
            except OSError:
                return False

        until(answers, (folder / "vm.log").read_text)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def found_in(url: str) -> Found:
    """All that is there, by its labels."""
    with urllib.request.urlopen(f"{url}/internal/force_flush", timeout=20):
        pass
    asked = urllib.parse.urlencode({"match[]": '{__name__!=""}', "start": "1"})
    with urllib.request.urlopen(f"{url}/api/v1/export?{asked}", timeout=20) as answer:
        rows = [json.loads(line) for line in answer]
    return {
        tuple(sorted(row["metric"].items())): list(
            zip(row["timestamps"], row["values"], strict=True)
        )
        for row in rows
        if row["metric"]["__name__"].startswith("larkwatch")
    }


@pytest.mark.parametrize("kind", list(WIRES))
def test_what_is_read_back_from_victoriametrics_is_what_was_written_also_while_it_was_down(
    tmp_path: Path, bench: Bench, kind: str
) -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    wire, path = WIRES[kind]
    exporter = bench.exporter(f"http://127.0.0.1:{port}{path}", wire())
    for second in range(3):
        bench.hear(second)
    assert exporter.step() == 1.0, "nobody is there yet"
    assert exporter.step() == 1.0, "nor is it asked all the time"
    with victoria(tmp_path, port):
        bench.clock.move(seconds=1)
        assert exporter.step() == 15.0
    bench.hear(3)
    bench.clock.move(seconds=15)
    assert exporter.step() == 1.0, "it is down again"
    bench.hear(4)
    anew = bench.exporter(f"http://127.0.0.1:{port}{path}", wire())  # so are we
    with victoria(tmp_path, port) as url:
        assert anew.step() == 15.0
        bench.clock.move(seconds=15)
        assert anew.step() == 15.0, "nothing came since"
        found = found_in(url)
    slashed = {"remote-write": NASTY, "influx": NASTY.replace("\\ ", "/ ")}[kind]
    wanted = {
        tuple((name, slashed if value == NASTY else value) for name, value in labels): points
        for labels, points in bench.wanted.items()
    }
    assert found.keys() == wanted.keys()
    for labels, points in wanted.items():
        assert [at for at, _ in found[labels]] == [at for at, _ in points]
        for (_, there), (_, here) in zip(found[labels], points, strict=True):
            assert math.isclose(there, here, rel_tol=1e-12)
    assert bench.counted() == {"written": 25}


def test_what_is_refused_is_left_out_and_what_is_put_off_comes_again(bench: Bench) -> None:
    bench.hear(0)
    with answering() as address:
        exporter = bench.exporter(address.url)
        waits = []
        for code, headers in (
            (503, {}),
            (401, {}),
            (429, {"Retry-After": "40"}),
            (500, {"Retry-After": "soon"}),
            (400, {}),
        ):
            address.code, address.headers = code, headers
            waits.append(exporter.step())
            bench.clock.move(seconds=waits[-1])
        assert waits == [1.0, 2.0, 40.0, 80.0, 15.0]
        assert bench.counted() == {"refused": 5}
        address.code = 204
        bench.hear(1)
        exporter.step()
        assert bench.counted() == {"refused": 5, "written": 5}


def test_much_is_written_in_pieces_and_none_of_it_twice(bench: Bench) -> None:
    numbers = [
        Measured(name="n", at=bench.began + timedelta(milliseconds=n), value=1.0)
        for n in range(5200)
    ]
    with bench.store.transaction():
        bench.store.numbers.take(numbers, lambda _: False, bench.began)
    bench.hear(0)
    with answering() as address:
        exporter = bench.exporter(address.url)
        assert [exporter.step() for _ in range(2)] == [0.0, 15.0]
        assert len(address.asked) == 2
    assert bench.counted() == {"written": 5205}
