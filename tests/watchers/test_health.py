"""The wire form of a host's health, and what the machine under the test says of itself."""

import json
import socket
from dataclasses import replace
from typing import Any

import pytest

from tests.builders import NOW, host_sample, report
from tests.fakes import MovableClock
from watchers.clock import SystemClock
from watchers.errors import FindingFormatError
from watchers.finding import from_dict, to_dict
from watchers.health import (
    CheckResult,
    CheckStatus,
    Disk,
    HostSample,
    HostStatus,
    ProcessUse,
    briefly,
    health_from_dict,
    health_to_dict,
)
from watchers.sources.host import HostSource

FULL = host_sample(
    swap=0.25,
    memory_bytes=16 << 30,
    load=(0.5, 0.25, 0.125),
    cores=4,
    disks=(Disk(mount="/", used=0.5, total_bytes=100, free_bytes=50, inodes=0.1),),
    sent_per_s=10.0,
    received_per_s=20.0,
    uptime_s=3600.0,
    by_cpu=(ProcessUse(pid=7, name="java", cpu=0.9, memory_bytes=1 << 30),),
    by_memory=(ProcessUse(pid=7, name="java", cpu=0.9, memory_bytes=1 << 30),),
    checks=(
        CheckResult(name="pay", kind="http", status=CheckStatus.DOWN, at=NOW, detail="HTTP 503"),
    ),
    every_s=10.0,
)


def test_the_wire_form_says_the_four_things_that_everybody_asks_for() -> None:
    wire = health_to_dict(FULL)
    assert wire["status"] == "DOWN"
    assert wire["cpu_usage"] == wire["memory_usage"] == 0.5
    assert wire["timestamp"] == int(NOW.timestamp() * 1000)
    assert health_to_dict(host_sample())["status"] == "UP"


@pytest.mark.parametrize("sample", [FULL, host_sample()])
def test_a_sample_comes_back_from_its_wire_form(sample: HostSample) -> None:
    assert health_from_dict(json.loads(json.dumps(health_to_dict(sample)))) == sample


def test_the_first_version_is_still_read() -> None:
    old = {"host": "a", "at": NOW.isoformat(), "cpu": 0.1, "memory": 0.2, "disk": 0.3}
    wire = to_dict(report()) | {"host": old}
    assert from_dict(wire).host == host_sample(host="a", cpu=0.1, memory=0.2, disk=0.3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": 3},
        {"timestamp": "now"},
        {"timestamp": 10**30},
        {"cpu_usage": float("nan")},
        {"memory_usage": -1},
        {"host": 7},
        {"disks": [{}]},
        {"load": 5},
        {"checks": [{"name": "x"}]},
        {"network": None},
    ],
)
def test_what_is_no_sample_is_refused_as_a_whole(wrong: dict[str, Any]) -> None:
    wire = to_dict(report()) | {"host": health_to_dict(FULL) | wrong}
    with pytest.raises(FindingFormatError):
        from_dict(wire)


def test_what_is_beyond_all_measure_is_cut() -> None:
    many = [health_to_dict(FULL)["checks"][0]] * 5000
    wire = health_to_dict(FULL) | {"host": "h" * 9999, "checks": many, "cpu_usage": 7.5}
    found = health_from_dict(wire)
    assert (len(found.host), len(found.checks), found.cpu) == (120, 200, 1.0)


def test_a_host_is_down_only_while_a_check_is() -> None:
    warns = replace(FULL.checks[0], status=CheckStatus.WARNING)
    assert replace(FULL, checks=(warns,)).status is HostStatus.UP
    assert briefly(FULL) == host_sample()


def test_this_machine_tells_what_it_has() -> None:
    source = HostSource("here", SystemClock())
    first = source.sample(NOW)
    assert 0 <= first.cpu <= 1
    assert 0 < first.memory <= 1
    assert first.cores >= 1
    assert len(first.load) == 3
    root = next(one for one in first.disks if one.mount == "/")
    assert 0 < root.used <= first.disk <= 1
    assert root.free_bytes < root.total_bytes
    assert first.by_memory
    assert first.by_memory[0].memory_bytes >= first.by_memory[-1].memory_bytes > 0
    json.dumps(health_to_dict(first), allow_nan=False)


def test_processes_are_looked_at_seldom_and_shares_count_since_the_look_before() -> None:
    clock = MovableClock()
    source = HostSource("here", clock)
    first = source.sample(clock.now())
    assert first.by_cpu == ()
    clock.move(seconds=10)
    assert source.sample(clock.now()).by_memory is first.by_memory
    sum(n * n for n in range(3_000_000))  # so that at least this process takes something
    clock.move(seconds=25)
    later = source.sample(clock.now())
    assert later.by_memory is not first.by_memory
    assert later.by_cpu


def test_loopback_is_no_network() -> None:
    clock = MovableClock()
    source = HostSource("here", clock)
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as line,
    ):
        line.sendall(b"x" * 100_000)
    clock.move(seconds=1)
    sample = source.sample(clock.now())
    assert sample.sent_per_s is not None
    assert sample.sent_per_s < 100_000
